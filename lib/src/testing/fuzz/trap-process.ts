/** The process that reads one trap: it tells what was thrown and what memory that took. */
import { TRAPS } from './traps';

export interface TrapReport {
  /** Undefined where it was read. */
  readonly error?: { readonly name: string; readonly message: string };
  readonly seconds: number;
  /** The most that was resident, beyond what was before reading. */
  readonly grownMb: number;
}

const resident = (): number => process.resourceUsage().maxRSS / 1024;

process.once('message', ({ name, folder }: { name: string; folder: string }) => {
  const trap = Object.values(TRAPS)
    .flat()
    .find((one) => one.name === name)!;
  const [before, begin] = [resident(), performance.now()];
  const tell = (error?: Error): void => {
    const report: TrapReport = {
      ...(error && { error: { name: error.name, message: error.message } }),
      ...{ seconds: (performance.now() - begin) / 1000, grownMb: resident() - before },
    };
    process.send!(report, () => process.disconnect());
  };
  void Promise.resolve()
    .then(() => trap.read(folder))
    .then(() => tell(), tell);
});
