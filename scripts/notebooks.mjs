#!/usr/bin/env node
// Runs the notebooks headless, each from a fresh kernel, and fails where one does not run cleanly to its end or shows something else than it is
// kept with. What a cell writes to its error output fails as well: there the kernel tells of a promise that failed and that no cell awaits.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { jupyterEnv, venv } from './jupyter.mjs';
import { compareNotebooks } from './notebooks/compare.mjs';
import { pairOf, allPairs, syncPairs, writeText } from './notebooks/pairs.mjs';
import { checkSettings, parseSettings, withSettings } from './notebooks/parameters.mjs';
import { at, root, writeWhole } from './setup/stamp.mjs';
import { ensureReady, runMain } from './setup.mjs';
import { SetupError } from './setup/tools.mjs';

/** Lines on a cell's error output that mean no harm. */
const BENIGN = [];
const TIMEOUT = 180;
/** What a notebook may take on two quiet cores before it is told. */
const PATIENCE = 45;

const HELP = `Usage: npm run notebooks -- [names] [options]

Runs the notebooks (all, or those named: 00-map or notebooks/00-map.ipynb), each from a fresh kernel, and compares what they give with the outputs
that they are kept with: words exactly, numbers to 0.1 %, times not at all. A cell that trains carries the tag "varies": of its outputs only kinds,
shapes and words are compared. Executed copies: .artefacts/notebooks.

  --set name=value  another value for a parameter (repeat it for more); nothing is compared then
  --write           keep the new outputs in the notebooks, and bring their texts (notebooks/text) up to date
  --no-compare      do not compare
  --sync            run nothing: make notebook or text (notebooks/text) from the one that git says was changed
  --from <side>     with --sync: text or ipynb is right, where git cannot say
  --jobs <n>        notebooks at a time (default: one a core, at most 4)
  --timeout <s>     the most seconds that a notebook may take (default ${TIMEOUT})`;

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
    const child = spawn(venv('python'), [at('scripts', 'notebooks', 'execute.py')], {
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
 * @param compare false: what it is kept with does not matter
 * @param values other values for its parameters, by name; it is not compared then
 * @returns where the executed copy is, how long it took, and what is wrong with it, in sentences (nothing: an empty list)
 */
export async function runNotebook(
  source,
  {
    timeout = TIMEOUT,
    target = at('.artefacts', 'notebooks', path.basename(source)),
    compare = true,
    values = {},
  } = {},
) {
  const kept = JSON.parse(fs.readFileSync(source, 'utf8'));
  checkSettings(kept, values, path.basename(source, '.ipynb'));
  const notebook = Object.keys(values).length > 0 ? withSettings(kept, values) : kept;
  const job = {
    notebook,
    name: path.basename(source, '.ipynb'),
    source,
    target,
    folder: path.dirname(source),
    timeout,
    benign: BENIGN,
  };
  const { seconds, problems, cells } = await ask(job);
  const executed = fs.readFileSync(target, 'utf8');
  const paths = machinePaths(executed).map((place) => `an output holds a path of this machine: ${place}`);
  const clean = problems.length === 0 && paths.length === 0;
  const differences = clean && compare && notebook === kept ? compareNotebooks(kept, JSON.parse(executed)) : [];
  return { target, seconds, cells, differences, problems: [...problems, ...paths] };
}

/** Runs notebooks, some at a time; `told` hears of each when it is done. @returns all, in order */
export async function runNotebooks(files, { jobs = defaultJobs(), told = () => {}, ...options } = {}) {
  const results = new Array(files.length);
  let next = 0;
  const worker = async () => {
    while (next < files.length) {
      const i = next++;
      results[i] = { file: files[i], ...(await runNotebook(files[i], options)) };
      told(results[i]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, files.length) }, worker));
  return results;
}

/** One a core: a notebook's kernel waits often enough that two on two cores end sooner than one after the other. */
const defaultJobs = () => Math.min(4, os.availableParallelism());

const whole = (name, value, fallback) => {
  const number = Number(value ?? fallback);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} ${value}: give a whole number from 1`);
  return number;
};

function options() {
  const flag = { type: 'boolean' };
  const spec = {
    ...{ timeout: { type: 'string' }, jobs: { type: 'string' }, set: { type: 'string', multiple: true } },
    ...{ write: flag, 'no-compare': flag, sync: flag, from: { type: 'string' }, help: flag },
  };
  try {
    const { values, positionals } = parseArgs({ options: spec, allowPositionals: true });
    const changed = parseSettings(values.set ?? []);
    if (values.write && values.set)
      throw new Error('--write keeps the notebooks with their own parameters: leave out --set');
    if (values.from !== undefined && !(values.sync && ['text', 'ipynb'].includes(values.from)))
      throw new Error(`--from ${values.from}: give text or ipynb, together with --sync`);
    const numbers = {
      timeout: whole('timeout', values.timeout, TIMEOUT),
      jobs: whole('jobs', values.jobs, defaultJobs()),
    };
    return {
      ...values,
      ...numbers,
      values: changed,
      compare: !values['no-compare'] && !values.write,
      names: positionals,
    };
  } catch (error) {
    if (error instanceof SetupError) throw error;
    throw new SetupError(`${error.message}\n\n${HELP}`);
  }
}

/** One line a notebook, and what is wrong with it below. */
function tell({ file, seconds, cells, problems, differences }) {
  const verdict = problems.length > 0 ? 'FAILED' : differences.length > 0 ? 'OTHER' : 'ok';
  const numbers = `${String(cells).padStart(3)} cells  ${seconds.toFixed(0).padStart(4)} s`;
  console.log(
    `${path.basename(file).padEnd(28)} ${verdict.padEnd(6)} ${numbers}${seconds > PATIENCE ? `  (more than ${PATIENCE} s)` : ''}`,
  );
  for (const problem of [...problems, ...differences]) console.error(`  ${problem}`);
  if (differences.length > 0)
    console.error(`  Where the change is meant: npm run notebooks -- --write ${path.basename(file, '.ipynb')}`);
}

async function main() {
  const { names, write, help, sync, from, ...rest } = options();
  if (help) {
    console.log(HELP);
    return 0;
  }
  await ensureReady();
  if (sync) {
    const pairs = names.length > 0 ? names.map(pairOf) : allPairs();
    for (const line of syncPairs(pairs, { from })) console.log(line);
    return 0;
  }
  const files = names.length > 0 ? names.map(fileOf) : allNotebooks();
  // Before anything runs: a name that one notebook does not know is a mistake of the whole call.
  for (const file of files)
    checkSettings(JSON.parse(fs.readFileSync(file, 'utf8')), rest.values, path.basename(file, '.ipynb'));
  const begin = performance.now();
  const results = await runNotebooks(files, { ...rest, told: tell });
  if (write) {
    for (const { file, target } of results.filter(({ problems }) => problems.length === 0)) {
      writeWhole(file, fs.readFileSync(target, 'utf8'));
      writeText(file);
    }
  } else console.error(`Executed copies: ${path.relative(process.cwd(), at('.artefacts', 'notebooks'))}`);
  const bad = results.filter(({ problems, differences }) => problems.length + differences.length > 0).length;
  const seconds = (performance.now() - begin) / 1000;
  console.log(`${results.length - bad} passed, ${bad} failed (${seconds.toFixed(0)} s)`);
  return bad === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await runMain(main);
