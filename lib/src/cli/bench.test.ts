/** The benchmark as a person would call it: the built command line, on its smallest row, without a peer. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Row } from '../bench/measure';
import { projectPaths } from '../project';

const main = path.join(projectPaths().root, 'lib', 'dist', 'cli', 'main.js');
let home = '';
beforeAll(() => (home = fs.mkdtempSync(path.join(os.tmpdir(), 'csdnet-bench-home-'))));
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

const run = (python: string, ...args: string[]) =>
  spawnSync(process.execPath, [main, 'bench', '--threads', '1', ...args], {
    encoding: 'utf8',
    env: { ...process.env, CSDNET_HOME: home, CSDNET_BENCH_PYTHON: path.join(home, python) },
  });
const bench = (...args: string[]) => run('no-python', ...args);

interface Saved {
  readonly rows: readonly Row[];
}
const saved = (): Saved =>
  JSON.parse(fs.readFileSync(path.join(home, 'data', 'bench', 'partial.json'), 'utf8')) as Saved;

/** Passes for a Python with PyTorch: it steps in 5 ms, to numbers of its own, and cannot infer. */
const FAKE = `#!${process.execPath}
if (process.argv[2] === '-c') process.exit(0);
const answers = {
  prepare: ({ work }) =>
    work.kind === 'step'
      ? { first: { values: [1], norm: 1 }, second: { values: [1], norm: 1 }, engine: 'Fake 1' }
      : { error: 'no inference here' },
  time: ({ iterations }) => ({ milliseconds: Array(iterations).fill(5) }),
  peak: () => ({ bytes: 1048576 }),
};
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const request = JSON.parse(line);
  console.log(JSON.stringify(answers[request.call](request)));
});
`;

it('measures our side alone where there is no peer, says how to get one, and writes the report', () => {
  const { status, stdout, stderr } = bench('--quick', '--only', 'step convnet');
  expect(status, stderr).toBe(0);
  expect(stderr).toContain('no-python, which is not there');
  expect(stderr).toContain('.venv-bench/bin/pip install -r requirements/bench.txt');
  expect(stdout).toMatch(/^step convnet 64 px: [\d.]+ ms\n/);
  const { rows } = saved();
  expect(rows).toHaveLength(1);
  expect(rows[0]!.ours.rounds).toHaveLength(2);
  expect(rows[0]!.theirs).toBeUndefined();
  expect(fs.readFileSync(path.join(home, 'data', 'bench', 'partial.md'), 'utf8')).toMatch(/^# Speed\n/);
});

it('times a peer beside us, says where it computes something else, and goes on alone where it fails', () => {
  fs.writeFileSync(path.join(home, 'fake-python'), FAKE, { mode: 0o755 });
  const { status, stdout, stderr } = run('fake-python', '--quick', '--only', 'convnet 64 px');
  expect(status, stderr).toBe(0);
  expect(stdout).toMatch(
    /^step convnet 64 px: [\d.]+ ms, Fake 1 5.00 ms, ratio .*, NOT COMPARABLE: numbers .* apart\n/,
  );
  expect(stdout).toMatch(/\ninference convnet 64 px: [\d.]+ ms \([\d.]+ images\/s\)\n/);
  expect(stderr).toContain('inference convnet 64 px: without the peer, which failed: PyTorch: no inference here');
  const [step, inference] = saved().rows;
  expect(step).toMatchObject({ comparable: false, theirs: { engine: 'Fake 1', rounds: [5, 5], peak: 1048576 } });
  expect(step!.ratio!.value).toBeCloseTo(step!.ours.milliseconds / 5, 6);
  expect(inference!.theirs).toBeUndefined();
});

it('lists its rows, and refuses a name that is none', () => {
  expect(bench('--list', '--only', 'queue of').stdout).toBe(
    'queue of 1024 rows\nqueue of 8192 rows\nqueue of 65536 rows\n',
  );
  const wrong = bench('--only', 'vit-huge');
  expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining('"vit-huge" is part of no name')]);
});
