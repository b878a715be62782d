/** `csdnet bench`: our engine beside PyTorch, in one run. */
import path from 'node:path';
import { Command } from 'commander';
import { CASES, chooseCases } from '../bench/cases';
import { allThreads } from '../bench/contestant';
import { measure } from '../bench/measure';
import { rowLine } from '../bench/present';
import { findPython } from '../bench/python';
import { projectPaths } from '../project';
import { readCount } from './options';

interface Options {
  readonly only: readonly string[];
  readonly rounds: number;
  readonly threads: number;
  readonly quick?: boolean;
}

/** Milliseconds of a contestant's turn. */
const TURN = 600;

async function bench({ only, rounds, threads, quick = false }: Options): Promise<void> {
  const cases = chooseCases(CASES, only);
  const { root } = projectPaths();
  const { python, message } = findPython(root);
  if (message) console.error(message);
  const scripts = path.join(root, 'scripts', 'bench');
  const options = { python, scripts, threads, rounds: quick ? 2 : rounds, turn: quick ? 1 : TURN };
  await measure(cases, options, (rows) => rows.forEach((row) => console.log(rowLine(row))));
}

const collect = (text: string, before: readonly string[]): readonly string[] => [...before, text];

/** The command, for main.ts. */
export function benchCommand(): Command {
  const none: readonly string[] = [];
  return new Command('bench')
    .description('Measure our engine beside PyTorch on the processor, in one run.')
    .option('--only <text>', 'only the rows whose name has this text; may be repeated', collect, none)
    .option('--rounds <n>', 'rounds of each row', readCount, 11)
    .option('--threads <n>', 'threads of both engines', readCount, allThreads())
    .option('--quick', 'two rounds of one iteration: shows that everything runs, not how fast')
    .action(bench);
}
