// A notebook and its pair in text (notebooks/text), by jupytext.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { jupyterEnv, venv } from '../jupyter.mjs';
import { at, root, writeWhole } from '../setup/stamp.mjs';
import { SetupError } from '../setup/tools.mjs';

/** Where the text of a notebook lies. */
export const textFile = (notebook) =>
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
  writeWhole(textFile(notebook), expectedText(notebook));
}

/** Makes the notebook's cells from its text; outputs of cells that stay the same are kept. */
function writeNotebook(notebook) {
  jupytext(['--quiet', '--update', '--to', 'ipynb', '--output', notebook, textFile(notebook)]);
  writeText(notebook);
}

/** Every notebook that there is, as its file, be it there as notebook or as text alone. */
export function allPairs(folder = at('notebooks')) {
  const stems = (place, extension) =>
    (fs.existsSync(place) ? fs.readdirSync(place) : [])
      .filter((name) => name.endsWith(extension))
      .map((name) => path.basename(name, extension));
  return [...new Set([...stems(folder, '.ipynb'), ...stems(path.join(folder, 'text'), '.ts')])]
    .sort()
    .map((stem) => path.join(folder, `${stem}.ipynb`));
}

/** The notebook of a pair, as a person names either side. */
export function pairOf(name) {
  const stem = path.basename(name).replace(/\.(ipynb|ts)$/, '');
  const found = allPairs().find((file) => path.basename(file, '.ipynb') === stem);
  if (found) return found;
  const known = allPairs().map((file) => path.basename(file, '.ipynb'));
  throw new SetupError(`There is no notebook "${name}": choose from ${known.join(', ')}.`);
}

function changedInGit(file) {
  const { status, stdout } = spawnSync('git', ['status', '--porcelain', '--', path.basename(file)], {
    ...{ cwd: path.dirname(file), encoding: 'utf8' },
  });
  return status === 0 && stdout.trim() !== '';
}

/** The side of a differing pair that git says was changed. Times of files are no proof: a fresh clone has them in any order. */
function changedSide(notebook) {
  const [ipynb, text] = [changedInGit(notebook), changedInGit(textFile(notebook))];
  if (ipynb !== text) return ipynb ? 'ipynb' : 'text';
  const name = path.basename(notebook, '.ipynb');
  throw new SetupError(
    `${name}.ipynb and text/${name}.ts differ, and git says that ${ipynb ? 'both were' : 'neither was'} changed since the last ` +
      `commit. Say which one is right (the other is overwritten):\n` +
      `  npm run notebooks -- --sync ${name} --from ipynb\n  npm run notebooks -- --sync ${name} --from text`,
  );
}

/** Which side the other must be made from; undefined where both say the same. */
function sideToTake(notebook, from) {
  if (!fs.existsSync(textFile(notebook))) return 'ipynb';
  if (!fs.existsSync(notebook)) return 'text';
  if (expectedText(notebook) === fs.readFileSync(textFile(notebook), 'utf8')) return undefined;
  return from ?? changedSide(notebook);
}

/**
 * Brings the pairs together: makes one side from the one that is there, or `from`, or the one that git says was changed.
 *
 * @returns what was done, a line for each
 * @throws SetupError where it cannot be said which is right; then nothing is written
 */
export function syncPairs(notebooks, { from } = {}) {
  const sides = notebooks.map((file) => sideToTake(file, from));
  return notebooks.map((file, i) => {
    const name = path.basename(file, '.ipynb');
    if (sides[i] === undefined) return `${name}: both are equal`;
    if (sides[i] === 'ipynb') {
      writeText(file);
      return `${name}: text made from the notebook`;
    }
    writeNotebook(file);
    return `${name}: notebook made from the text; its outputs are of before: npm run notebooks -- --write ${name}`;
  });
}
