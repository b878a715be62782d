/** What a person sees while a table is made: a bar a run, the time left, and the table filling up. */
import { MultiBar } from 'cli-progress';
import type { SingleBar } from 'cli-progress';
import { spelledControls } from '../core/text';
import { duration } from './options';

interface Running {
  readonly label: string;
  readonly weight: number;
  share: number;
  readonly bar: SingleBar | undefined;
}

export interface Progress {
  start(id: string, label: string, weight: number): void;
  step(id: string, step: number, steps: number, loss: number): void;
  finish(id: string, line: string): void;
  /** A line of text above the bars. */
  say(line: string): void;
  stop(): void;
}

const FORMAT = '  {bar} {percentage}% {label} {detail}';

/** The clock of one table: what is done, what is under way, and so what is left. */
class Clock {
  private readonly begin = performance.now();
  private finished = 0;
  constructor(private readonly total: number) {}

  add(weight: number): void {
    this.finished += weight;
  }

  /** Share of all work, from 0 to 1. */
  share(underWay: number): number {
    return (this.finished + underWay) / this.total;
  }

  left(underWay: number): string {
    const work = this.finished + underWay;
    const elapsed = (performance.now() - this.begin) / 1000;
    if (work <= 0 || elapsed < 3) return 'estimating';
    return `${duration((elapsed * (this.total - work)) / work)} left`;
  }
}

/**
 * Progress on the terminal: live bars where standard error is one, else a line for each finished run.
 *
 * @param total the sum of the weights of all runs
 */
export function createProgress(total: number, runs: number): Progress {
  const live = process.stderr.isTTY;
  const bars = live
    ? new MultiBar({ format: FORMAT, hideCursor: true, clearOnComplete: true, stream: process.stderr })
    : undefined;
  const overall = bars?.create(1000, 0, { label: `all ${runs} runs`, detail: '' });
  const clock = new Clock(total);
  const running = new Map<string, Running>();
  let finished = 0;
  const underWay = (): number => [...running.values()].reduce((sum, { share, weight }) => sum + share * weight, 0);
  const refresh = (): void =>
    overall?.update(Math.round(1000 * clock.share(underWay())), {
      detail: `${finished}/${runs}, ${clock.left(underWay())}`,
    });
  const say = (told: string): void => {
    const line = spelledControls(told);
    if (bars) bars.log(`${line}\n`);
    else process.stderr.write(`${line}\n`);
  };
  return {
    start(id, told, weight) {
      const label = spelledControls(told);
      running.set(id, { label, weight, share: 0, bar: bars?.create(1000, 0, { label, detail: '' }) });
    },
    step(id, step, steps, loss) {
      const run = running.get(id);
      if (!run) return;
      run.share = step / steps;
      run.bar?.update(Math.round(1000 * run.share), { detail: `loss ${loss.toFixed(3)}` });
      refresh();
    },
    finish(id, line) {
      const run = running.get(id);
      if (run?.bar) bars?.remove(run.bar);
      running.delete(id);
      clock.add(run?.weight ?? 0);
      finished += 1;
      say(live ? line : `[${finished}/${runs}] ${line} (${clock.left(underWay())})`);
      refresh();
    },
    say,
    stop: () => bars?.stop(),
  };
}
