/** The programs that are killed: the smallest preset on drawn images, as a person would call them. */
import fs from 'node:fs';
import path from 'node:path';
import { drawStripes } from '../stripes';
import { finishProgram, MAIN } from './program';
import type { MakeProgram } from './trials';

export interface Programs {
  readonly train: MakeProgram;
  /** A table of three rows, one process at a time and two. */
  readonly table: MakeProgram;
  readonly tableByTwo: MakeProgram;
  readonly sweep: MakeProgram;
  /** The same table where its runs are done: what is left is to write tables, figures, numbers and page. */
  readonly publish: MakeProgram;
}

/** Draws the images below a folder, and does what the programs start from. */
export async function makePrograms(folder: string): Promise<Programs> {
  const [dataset, done, plan] = ['stripes', 'done', 'plan'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  await drawStripes(dataset);
  const recipe = ['--dataset', dataset, '--preset', 'tiny', '--epochs', '2'];
  const rows = ['--table', 'queues', '--seeds', '1'];
  const called =
    (...args: string[]): MakeProgram =>
    (home) => ({ args: [MAIN, ...args], home, cwd: home });
  const table = (jobs: string): MakeProgram =>
    called('reproduce', ...recipe, ...rows, '--checkpoint', '0', '--jobs', jobs, '--results', 'results.json');
  await finishProgram(table('2')(done));
  await finishProgram(called('sweep', 'plan', ...recipe, ...rows)(plan));
  return {
    train: called('train', ...recipe, '--checkpoint', '0', '--out', 'model.safetensors'),
    ...{ table: table('1'), tableByTwo: table('2') },
    sweep(home) {
      fs.mkdirSync(home, { recursive: true });
      fs.copyFileSync(path.join(plan, 'sweep.jsonl'), path.join(home, 'sweep.jsonl'));
      return called('sweep', 'run', 'sweep.jsonl', '--jobs', '2', '--checkpoint', '0')(home);
    },
    publish(home) {
      for (const part of ['data/runs', '.cache'])
        fs.cpSync(path.join(done, part), path.join(home, part), { recursive: true });
      return table('1')(home);
    },
  };
}
