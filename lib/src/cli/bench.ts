/** `csdnet bench`: our engine beside PyTorch and other peers, in one run. */
import path from 'node:path';
import { Command } from 'commander';
import { CASES, chooseCases, CSDNET } from '../bench/cases';
import { allThreads } from '../bench/contestant';
import { claimsOf } from '../bench/derived';
import { JOBS, measureJobs } from '../bench/jobs';
import type { JobsResult } from '../bench/jobs';
import { lookAtMachine, QUIET } from '../bench/machine';
import { measure } from '../bench/measure';
import type { MeasureOptions } from '../bench/measure';
import { jobsLine, rowLine, soakLine, waitingLine } from '../bench/present';
import { findPython } from '../bench/python';
import { saveReport } from '../bench/save';
import { measureSoak, SOAK } from '../bench/soak';
import { measureWaiting, WAITING } from '../bench/waiting';
import { projectPaths } from '../project';
import { readCount, stopOnSignals } from './options';

interface Options {
  readonly only: readonly string[];
  readonly rounds?: number;
  readonly threads: number;
  readonly quick?: boolean;
  readonly list?: boolean;
}

/** Milliseconds of a contestant's turn. */
const TURN = 600;

/** Milliseconds that a row may take about, where a person does not say how many rounds there should be. */
const BUDGET = 20_000;
const ROUNDS = 11;

const show = <T>(result: T, line: (result: T) => string): T => {
  console.log(line(result));
  return result;
};

/** What is chosen, each result told as soon as it is there. */
async function measureAll(chosen: readonly { readonly name: string }[], options: MeasureOptions & { quick: boolean }) {
  const names = new Set(chosen.map(({ name }) => name));
  const cases = CASES.filter(({ name }) => names.has(name));
  const rows = await measure(cases, options, (found) => found.forEach((row) => console.log(rowLine(row))));
  const step = rows.find(({ name }) => name === CSDNET.step)?.ours.milliseconds ?? WAITING.usualStep;
  const passes = options.quick ? 1 : 3;
  const waiting = names.has(WAITING.name)
    ? show(await measureWaiting({ ...options, step, passes }), waitingLine)
    : undefined;
  const steps = options.quick ? SOAK.quickSteps : SOAK.steps;
  const soak = names.has(SOAK.name) ? show(await measureSoak(steps, options), soakLine) : undefined;
  const jobs: JobsResult[] = [];
  for (const one of JOBS.filter(({ name }) => names.has(name))) {
    const found = await measureJobs(one, options);
    found.forEach((result) => console.log(jobsLine(result)));
    jobs.push(...found);
  }
  return { rows, waiting, soak, jobs };
}

async function bench({ only, rounds: wanted, threads, quick = false, list = false }: Options): Promise<void> {
  const chosen = chooseCases([...CASES, WAITING, SOAK, ...JOBS], only);
  if (list) return console.log(chosen.map(({ name }) => name).join('\n'));
  const { root, data, figures } = projectPaths();
  const { python, message } = findPython(root);
  if (message) console.error(`${message}\n`);
  const machine = await lookAtMachine();
  if (machine.busy > QUIET)
    console.error(`Other work takes ${Math.round(100 * machine.busy)} % of this machine: the times will say little.\n`);
  const rounds = quick ? 2 : (wanted ?? ROUNDS);
  const budget = wanted === undefined ? BUDGET : undefined;
  const stop = stopOnSignals();
  const scripts = path.join(root, 'scripts', 'bench');
  const options = { python, scripts, threads, rounds, turn: quick ? 1 : TURN, budget, quick, signal: stop };
  const found = await measureAll(chosen, { ...options, onNote: (note) => console.error(note) }).catch(
    (error: Error) => {
      if (!stop.aborted) throw error;
    },
  );
  if (!found) {
    console.error('\nStopped: nothing was written.');
    process.exitCode = 130;
    return;
  }
  const busy = Math.max(machine.busy, (await lookAtMachine()).busy);
  const conditions = { date: new Date().toISOString(), machine: { ...machine, busy }, threads, rounds };
  const report = { ...conditions, ...found, claims: claimsOf(found) };
  const name = quick || only.length > 0 ? 'partial' : 'latest';
  const files = await saveReport(report, { data: path.join(data, 'bench'), figures, name });
  console.log(`\n${files.map((file) => path.relative(process.cwd(), file)).join('\n')}`);
}

const collect = (text: string, before: readonly string[]): readonly string[] => [...before, text];

/** The command, for main.ts. */
export function benchCommand(): Command {
  const none: readonly string[] = [];
  return new Command('bench')
    .description('Measure our engine beside PyTorch and other peers on the processor, in one run.')
    .option('--only <text>', 'only the rows whose name has this text; may be repeated', collect, none)
    .option('--list', 'only list the rows')
    .option('--rounds <n>', `rounds of each row; default ${ROUNDS}, fewer where a row is slow`, readCount)
    .option('--threads <n>', 'threads of both engines', readCount, allThreads())
    .option('--quick', 'two rounds of one iteration: shows that everything runs, not how fast')
    .addHelpText(
      'after',
      [
        '\nA whole run writes data/bench/latest.json and latest.md and figures/bench.latest.svg; with --only or --quick they are called "partial".',
        'Measure on a quiet machine. The peers (PyTorch, umap-learn, Pillow) are optional: without one our side is measured alone.',
        '\nExamples:',
        "  npm run bench -- --only 'step vit' --rounds 5",
        '  npm run bench -- --threads 1',
      ].join('\n'),
    )
    .action(bench);
}
