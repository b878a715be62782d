/** The benchmark as a person would call it: the built command line, on its smallest row, without a peer. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { projectPaths } from '../project';

const main = path.join(projectPaths().root, 'lib', 'dist', 'cli', 'main.js');
let home = '';
beforeAll(() => (home = fs.mkdtempSync(path.join(os.tmpdir(), 'csdnet-bench-home-'))));
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

const bench = (...args: string[]) =>
  spawnSync(process.execPath, [main, 'bench', '--threads', '1', ...args], {
    encoding: 'utf8',
    env: { ...process.env, CSDNET_HOME: home, CSDNET_BENCH_PYTHON: path.join(home, 'no-python') },
  });

it('measures our side alone where there is no peer, says how to get one, and writes the report', () => {
  const { status, stdout, stderr } = bench('--quick', '--only', 'step convnet');
  expect(status, stderr).toBe(0);
  expect(stderr).toContain('no-python, which is not there');
  expect(stderr).toContain('.venv-bench/bin/pip install -r requirements/bench.txt');
  expect(stdout).toMatch(/^step convnet 64 px: [\d.]+ ms\n/);
  const report = JSON.parse(fs.readFileSync(path.join(home, 'data', 'bench', 'partial.json'), 'utf8')) as {
    rows: readonly { name: string; ours: { rounds: readonly number[]; peak: number | null }; theirs?: unknown }[];
  };
  expect(report.rows).toHaveLength(1);
  expect(report.rows[0]!.ours.rounds).toHaveLength(2);
  expect(report.rows[0]!.theirs).toBeUndefined();
  expect(fs.readFileSync(path.join(home, 'data', 'bench', 'partial.md'), 'utf8')).toMatch(/^# Speed\n/);
});

it('lists its rows, and refuses a name that is none', () => {
  expect(bench('--list', '--only', 'queue of').stdout).toBe(
    'queue of 1024 rows\nqueue of 8192 rows\nqueue of 65536 rows\n',
  );
  const wrong = bench('--only', 'vit-huge');
  expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining('"vit-huge" is part of no name')]);
});
