// A notebook and its pair in text (notebooks/text), by jupytext.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { jupyterEnv, venv } from '../jupyter.mjs';
import { root } from '../setup/stamp.mjs';
import { SetupError } from '../setup/tools.mjs';

/** Where the text of a notebook lies. */
export const textOf = (notebook) =>
  path.join(path.dirname(notebook), 'text', `${path.basename(notebook, '.ipynb')}.ts`);

function jupytext(args) {
  const options = { cwd: root, encoding: 'utf8', env: { ...process.env, ...jupyterEnv() }, maxBuffer: 1e8 };
  const { status, stdout, stderr } = spawnSync(venv('jupytext'), args, options);
  if (status !== 0) throw new SetupError(`jupytext ${args.join(' ')} ended with status ${status}:\n${stderr}`);
  return stdout;
}

/** The text that a notebook's pair should be. */
export const expectedText = (notebook) => jupytext(['--quiet', '--to', 'ts:percent', '--output', '-', notebook]);

/** Writes the text anew from the notebook, so that the notebook is not taken for the newer of the two. */
export function writeText(notebook) {
  const file = textOf(notebook);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(`${file}.partial`, expectedText(notebook));
  fs.renameSync(`${file}.partial`, file);
}

/** Brings the pairs together: of two that differ, the file that was written last wins. */
export function syncPairs(notebooks) {
  for (const file of notebooks.filter((one) => !fs.existsSync(textOf(one)))) writeText(file);
  if (notebooks.length > 0) jupytext(['--quiet', '--sync', ...notebooks]);
}
