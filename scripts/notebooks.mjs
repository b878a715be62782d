#!/usr/bin/env node
// Runs the notebooks headless, each from a fresh kernel, and fails where one does not run cleanly to its end. A type error in a cell is
// only a line on its error output, so any such line fails; exit status alone is no proof.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { jupyterEnv, venv } from './jupyter.mjs';
import { at, root } from './setup/stamp.mjs';
import { ensureReady, runMain } from './setup.mjs';
import { SetupError } from './setup/tools.mjs';

/** Lines on a cell's error output that mean no harm. */
const BENIGN = [];
const TIMEOUT = 180;

const HELP = `Usage: npm run notebooks -- [names] [--timeout seconds] [--write]

Runs the notebooks (all, or those named: 00-map or notebooks/00-map.ipynb), each from a fresh kernel.

  --timeout <s>  the most seconds that a notebook may take (default ${TIMEOUT})
  --write        write the outputs into the notebooks; without it the executed copies go to .artefacts/notebooks/`;

/** All notebooks, in order. */
export const allNotebooks = () =>
  fs
    .readdirSync(at('notebooks'))
    .filter((name) => name.endsWith('.ipynb'))
    .sort()
    .map((name) => at('notebooks', name));

/** The file of a notebook as a person names it. */
function fileOf(name) {
  const candidates = [path.resolve(name), at('notebooks', name), at('notebooks', `${name}.ipynb`)];
  const found = candidates.find((file) => file.endsWith('.ipynb') && fs.existsSync(file));
  if (found) return found;
  const names = allNotebooks().map((file) => path.basename(file, '.ipynb'));
  throw new SetupError(`There is no notebook "${name}": choose from ${names.join(', ')}.`);
}

/** Runs the Python helper; gives its answer. It is given time to end its kernel before it is ended itself. */
function ask(job) {
  return new Promise((resolve, reject) => {
    const child = spawn(venv('python'), [at('scripts', 'notebooks.py')], {
      cwd: root,
      env: { ...process.env, ...jupyterEnv() },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    let stopped = false;
    const stop = () => {
      stopped = true;
      child.kill('SIGTERM');
    };
    const last = setTimeout(() => child.kill('SIGKILL'), (job.timeout + 100) * 1000);
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(last);
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      if (code === 0) return resolve(JSON.parse(out.trim().split('\n').pop()));
      if (stopped) return reject(new SetupError(`Stopped in ${path.basename(job.source)}.`));
      reject(
        new SetupError(
          `The run of ${path.basename(job.source)} broke off:\n${err.trim().split('\n').slice(-12).join('\n')}`,
        ),
      );
    });
    child.stdin.end(JSON.stringify(job));
  });
}

/** Paths of this machine in the outputs of an executed notebook: they would tell a reader nothing and a stranger too much. */
export function machinePaths(text) {
  return [root, path.dirname(root), process.env.HOME].filter(
    (place) => place && place.length > 4 && text.includes(place),
  );
}

/**
 * Runs one notebook from a fresh kernel.
 *
 * @returns where the executed copy is, how long it took, and what is wrong with it, in sentences (nothing: an empty list)
 */
export async function runNotebook(
  source,
  { timeout = TIMEOUT, target = at('.artefacts', 'notebooks', path.basename(source)) } = {},
) {
  const job = { source, target, folder: path.dirname(source), timeout, benign: BENIGN };
  const { seconds, problems, cells } = await ask(job);
  const paths = machinePaths(fs.readFileSync(target, 'utf8'));
  return {
    target,
    seconds,
    cells,
    problems: [...problems, ...paths.map((place) => `an output holds a path of this machine: ${place}`)],
  };
}

function options() {
  const spec = { timeout: { type: 'string' }, write: { type: 'boolean' }, help: { type: 'boolean' } };
  try {
    const { values, positionals } = parseArgs({ options: spec, allowPositionals: true });
    const timeout = Number(values.timeout ?? TIMEOUT);
    if (!Number.isInteger(timeout) || timeout < 1)
      throw new Error(`--timeout ${values.timeout}: give whole seconds from 1`);
    return { ...values, timeout, names: positionals };
  } catch (error) {
    throw new SetupError(`${error.message}\n\n${HELP}`);
  }
}

async function main() {
  const { names, timeout, write, help } = options();
  if (help) {
    console.log(HELP);
    return 0;
  }
  await ensureReady();
  const files = names.length > 0 ? names.map(fileOf) : allNotebooks();
  let failed = 0;
  for (const file of files) {
    const { seconds, cells, problems, target } = await runNotebook(file, { timeout });
    const verdict = problems.length === 0 ? 'ok' : 'FAILED';
    console.log(
      `${path.basename(file).padEnd(28)} ${verdict.padEnd(6)} ${String(cells).padStart(3)} cells  ${seconds.toFixed(0).padStart(4)} s`,
    );
    for (const problem of problems) console.error(`  ${problem}`);
    if (problems.length > 0) failed += 1;
    else if (write) fs.copyFileSync(target, file);
  }
  if (!write) console.error(`Executed copies: ${path.relative(process.cwd(), at('.artefacts', 'notebooks'))}`);
  return failed === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await runMain(main);
