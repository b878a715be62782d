/** The machine that is measured on, and how busy it is with other work. */
import os from 'node:os';

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  /** GiB */
  readonly memory: number;
  readonly node: string;
  readonly system: string;
  /** Share of the cores' time that other work took while we did nothing. */
  readonly busy: number;
}

/** Above this share of other work the ratios say little: a library that waits for its threads suffers most. */
export const QUIET = 0.1;

const totals = (): { idle: number; all: number } => {
  const times = os.cpus().map(({ times: own }) => own);
  const all = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
  return { idle: times.reduce((sum, { idle }) => sum + idle, 0), all };
};

/** Look at the machine for so many milliseconds while we do nothing. */
export async function lookAtMachine(lookFor = 1000): Promise<Machine> {
  const before = totals();
  await new Promise((resolve) => setTimeout(resolve, lookFor));
  const after = totals();
  const passed = after.all - before.all;
  return {
    processor: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memory: Math.round(os.totalmem() / 2 ** 30),
    node: process.version,
    system: `${os.type()} ${os.arch()}`,
    busy: passed > 0 ? 1 - (after.idle - before.idle) / passed : 0,
  };
}
