/** Tables in parts as a person makes them: the built command line on drawn images, folds without test images, stages that are killed. */
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Summaries } from '../ablation/summary';
import { temporaryFolder } from '../data/testing';
import { projectPaths } from '../project';
import { drawStripes } from '../testing/stripes';

const main = path.join(projectPaths().root, 'lib', 'dist', 'cli', 'main.js');

let folder: string;
const at = (...parts: string[]): string => path.join(folder, ...parts);
beforeAll(async () => {
  folder = await temporaryFolder();
  await drawStripes(at('stripes'));
  for (const stage of ['R1', 'R3']) {
    await drawStripes(at('SoyAgeing', stage));
    // The same images under other names are another dataset.
    fs.writeFileSync(at('SoyAgeing', stage, 'classes.txt'), `1 ${stage}a\n2 b\n3 c\n4 d\n`);
  }
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const args = (dataset: string, ...more: string[]): string[] => [
  ...[main, 'reproduce', '--dataset', at(dataset), '--preset', 'tiny', '--table', 'queues'],
  ...['--seeds', '1', '--epochs', '2', ...more],
];
const environment = (home: string) => ({ ...process.env, CSDNET_HOME: at(home) });
const csdnet = (home: string, ...all: string[]) =>
  spawnSync(process.execPath, all, { encoding: 'utf8', env: environment(home) });

/** The numbers of the one table in a file of results; what it was made with left out. */
function numbers(file: string) {
  const { tables } = JSON.parse(fs.readFileSync(file, 'utf8')) as Summaries;
  const { made: _, ...decided } = tables[0]!;
  expect(tables).toHaveLength(1);
  return decided;
}

describe('csdnet reproduce --select', () => {
  it('chooses on folds where no test image can be read, and says what the folds cannot tell', () => {
    for (const name of fs.readdirSync(at('stripes', 'images')).filter((one) => one.includes('test')))
      fs.writeFileSync(at('stripes', 'images', name), 'no image');
    const plan = csdnet('chosen', ...args('stripes', '--select', 'folds:3', '--dry-run'));
    expect(plan.stderr).toContain('chosen on 3 validation folds of the training images; no test image was read');
    expect(plan.stderr).toMatch(/dataset\.validation += folds:3\n/);
    expect(plan.stderr).toMatch(/9 runs to do, 0 done/);
    const file = at('chosen', 'results.json');
    const { status, stdout, stderr } = csdnet('chosen', ...args('stripes', '--select', 'folds:3', '--results', file));
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(/default, seed 1, fold 2 of 3/);
    expect(stdout).toMatch(/Best on the validation images: .*\n/);
    expect(stdout).toContain('One seed cannot tell the variants apart');
    expect(numbers(file)).toMatchObject({ split: 'validation', dataset: { train: 12, tests: { validation: 12 } } });
    const name = 'queues.stripes.tiny.2-epochs.select-folds-3.md';
    expect(fs.existsSync(at('chosen', 'data', 'tables', name))).toBe(true);
    // The same recipe without the selection needs them.
    expect(csdnet('chosen', ...args('stripes')).stderr).toMatch(/test\.txt:1: .*cannot be decoded/);
  }, 120_000);

  it.each([
    [['--select', 'folds'], /write none, holdout:N/],
    [['--select', 'folds:5'], /k is 5; allowed: whole numbers 2\.\.3/],
    [
      ['--select', 'holdout:1', '--best-on-test'],
      /bestOnTest looks at the test images, which .*"holdout:1" keeps unread/,
    ],
  ])('explains what is wrong: %s', (more, message) => {
    const { status, stderr } = csdnet('wrong', ...args('stripes', ...more));
    expect(status).not.toBe(0);
    expect(stderr).toMatch(message);
  });

  it('is one run for csdnet train, which refuses to be several', () => {
    const { status, stderr } = csdnet('wrong', main, 'train', '--dataset', at('stripes'), '--select', 'folds:3'); // prettier-ignore
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/"folds:3" is 3 runs, one a fold: a run takes one of them, such as fold:1\/3/);
  });
});

describe('csdnet reproduce on a folder of stages', () => {
  const whole = () => at('whole', 'results.json');
  it('trains them apart, averages, and tells each', () => {
    const more = ['--best-on-test', '--results', whole()];
    const { status, stdout, stderr } = csdnet('whole', ...args('SoyAgeing', ...more));
    expect(status, stderr).toBe(0);
    expect(stderr).toContain('2 stages, trained apart and averaged: R1, R3');
    expect(stderr).toMatch(
      /\nNote on SoyAgeing: of the stages .* there is no R4, R5, R6: .* not the published measure\.\n/,
    );
    expect(stderr).toContain('6 runs to do, 0 done');
    expect(stdout).toContain('| Variant | R1 (%) | R3 (%) | Average (%) |');
    expect(stdout).toContain('Best epoch on test (as peers report it; chosen on the test images)');
    const { dataset, rows } = numbers(whole());
    expect(dataset).toMatchObject({ name: 'SoyAgeing', train: 24, tests: { test: 24 } });
    for (const { runs, accuracies, stages, bestOnTest } of rows) {
      expect(runs).toHaveLength(2);
      expect(accuracies[0]).toBeCloseTo((stages!.R1!.mean + stages!.R3!.mean) / 2, 12);
      expect(bestOnTest!.accuracy.mean).toBeGreaterThanOrEqual(accuracies[0]!);
    }
  }, 120_000);

  it('goes on where it was killed, to the same numbers', async () => {
    const file = at('killed', 'results.json');
    const all = args('SoyAgeing', '--best-on-test', '--jobs', '1', '--results', file);
    const child = spawn(process.execPath, all, {
      ...{ env: environment('killed'), stdio: ['ignore', 'ignore', 'pipe'], detached: true },
    });
    let text = '';
    await new Promise<void>((resolve) => {
      child.stderr.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (/^\[3\/6\]/m.test(text) && child.exitCode === null) process.kill(-child.pid!, 'SIGKILL');
      });
      child.on('close', () => resolve());
    });
    expect(fs.existsSync(file)).toBe(false);
    const again = csdnet('killed', ...all);
    expect(again.status, again.stderr).toBe(0);
    expect(again.stderr).toMatch(/[1-3] runs to do, [3-5] done/);
    expect(numbers(file)).toEqual(numbers(whole()));
  }, 120_000);
});
