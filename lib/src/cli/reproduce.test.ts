/** The main job end to end, as a person would call it: the built command line on a small dataset of drawn images. */
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../ablation';
import { readRecords } from '../ablation/runs';
import type { Summaries } from '../ablation/summary';
import { temporaryFolder } from '../data/testing';
import { drawStripes } from '../testing/stripes';
import { projectPaths } from '../project';

const main = path.join(projectPaths().root, 'lib', 'dist', 'cli', 'main.js');

let folder: string;
let dataset: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  dataset = path.join(folder, 'stripes');
  await drawStripes(dataset);
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const args = (...more: string[]) => [
  main,
  'reproduce',
  '--dataset',
  dataset,
  '--preset',
  'tiny',
  '--seeds',
  '2',
  '--epochs',
  '3',
  ...more,
];
const environment = (home: string) => ({ ...process.env, CSDNET_HOME: path.join(folder, home) });
const reproduce = (home: string, ...more: string[]) =>
  spawnSync(process.execPath, args(...more), { encoding: 'utf8', env: environment(home) });

function records(home: string): readonly RunRecord[] {
  const runs = path.join(folder, home, 'data', 'runs');
  return readRecords(runs);
}

/** All that the config decides; times and versions left out. */
const decided = (home: string) => records(home).map(({ provenance: _, ...rest }) => rest);

describe('csdnet reproduce', () => {
  it('says what would run, and changes nothing', () => {
    const { status, stderr } = reproduce('dry', '--dry-run');
    expect(status).toBe(0);
    expect(stderr).toMatch(/18 runs to do, 0 done; about .* with 2 at a time/);
    expect(fs.existsSync(path.join(folder, 'dry', 'data', 'runs'))).toBe(false);
  });

  it('prints the whole recipe, with the fields that were set, and what each row changes', () => {
    const { status, stderr } = reproduce(
      'dry',
      '--dry-run',
      '--table',
      'margin,queues',
      '--set',
      'contrast.margin=0.3',
    );
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(/contrast\.margin += 0\.3\n/);
    expect(stderr).toMatch(/backbone\.kind += convnet\n/);
    expect(stderr).toMatch(/default +2 of 2 runs to do +the recipe as it is/);
    expect(stderr).toMatch(/xi = 0\.8 +2 of 2 runs to do +contrast\.margin = 0\.8/);
    expect(stderr).toMatch(/one queue +2 of 2 runs to do +contrast\.queues = one/);
  });

  it('writes records, table and figures, and does not do finished runs again', () => {
    const first = reproduce('whole');
    expect(first.status, first.stderr).toBe(0);
    expect(first.stdout).toContain('| SSDP + DDL + SSDT |');
    expect(first.stdout).toMatch(/\| DDL \| baseline \|[^\n]* : [^\n]*\n/);
    expect(first.stdout).toMatch(/SSDP against two views \(control\): .*2 seeds/);
    expect(records('whole')[0]!.evaluation.test!.ece).toBeGreaterThanOrEqual(0);
    expect(records('whole')).toHaveLength(18);
    const name = 'modules.stripes.tiny.3-epochs';
    for (const extension of ['md', 'csv', 'tex']) {
      for (const part of ['', '-tests'])
        expect(fs.existsSync(path.join(folder, 'whole', 'data', 'tables', `${name}${part}.${extension}`))).toBe(true);
      expect(fs.existsSync(path.join(folder, 'whole', 'data', 'tables', `${name}.html`))).toBe(true);
    }
    const kinds = ['bars', 'difference', 'curves', 'confusion'].flatMap((kind) => [
      `${name}-${kind}.json`,
      `${name}-${kind}.svg`,
    ]);
    expect(fs.readdirSync(path.join(folder, 'whole', 'figures')).sort()).toEqual(kinds.sort());
    const results = path.join(folder, 'whole', 'results.json');
    const again = reproduce('whole', '--table', 'modules,keys', '--finished', '--results', results);
    expect(again.stderr).toContain('0 runs to do, 18 done');
    // The full model is a row of every table, and the only finished one of this.
    const { tables } = JSON.parse(fs.readFileSync(results, 'utf8')) as Summaries;
    expect(tables.map(({ table, rows }) => [table, rows.length])).toEqual([
      ['modules', 9],
      ['keys', 1],
    ]);
    expect(tables[0]!.rows[1]!.tests!.toReference).toMatchObject({ against: 'baseline', onImages: expect.anything() });
    expect(again.stdout.startsWith(first.stdout)).toBe(true);
    // Of a finished run no checkpoint stays; the first seed of the full model keeps its outputs.
    const runs = path.join(folder, 'whole', 'data', 'runs');
    const withFile = (name: string) =>
      fs.readdirSync(runs).filter((id) => fs.readdirSync(path.join(runs, id)).includes(name));
    expect([withFile('checkpoint'), withFile('status.json')]).toEqual([[], []]);
    expect(withFile('predictions-test.csv')).toHaveLength(18);
    const [kept, ...others] = withFile('outputs-test.safetensors');
    expect(others).toEqual([]);
    const { config } = records('whole').find(({ id }) => id === kept)!;
    expect([config.seed, config.view.kind, config.objective.length]).toEqual([1, 'crop', 3]);
  }, 180_000);

  it('ends with the same records when it is killed and called again', async () => {
    const child = spawn(process.execPath, args('--jobs', '1'), {
      env: environment('killed'),
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    let finished = 0;
    await new Promise<void>((resolve) => {
      child.stderr.on('data', (chunk: Buffer) => {
        finished += chunk
          .toString()
          .split('\n')
          .filter((line) => line.startsWith('[')).length;
        if (finished >= 3 && child.exitCode === null) process.kill(-child.pid!, 'SIGKILL');
      });
      child.on('close', () => resolve());
    });
    expect(records('killed').length).toBeLessThan(18);
    expect(reproduce('killed', '--jobs', '1').status).toBe(0);
    expect(decided('killed')).toEqual(decided('whole'));
  }, 240_000);

  it('explains what is wrong in a sentence, without a stack', () => {
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [['--preset', 'huge'], /preset "huge": choose one of tiny, laptop/],
      [['--table', 'nonsense'], /table "nonsense": choose one of modules/],
      [['--seeds', '0'], /number of seeds/],
      [['--set', 'contrast.margins=1'], /no field is called contrast\.margins: choose from .*contrast\.margin/],
      [['--set', 'contrast.margin=2'], /\(contrast\.margin\): .*<=1; given: 2/],
      [['--set', 'margin'], /write field=value/],
      [['--set', 'view.saliency=kernel'], /learns through the values of the mask: .*Choose mask "soft"/],
      [['--set', 'backbone.kind=vit-base', '--set', 'backbone.weights=imagenet'], /vit-base/],
      [['--dataset', path.join(folder, 'nowhere')], /nowhere/],
    ];
    for (const [more, message] of cases) {
      const { status, stderr } = reproduce('wrong', ...more);
      expect(status).not.toBe(0);
      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(/ at .*\.js:\d+/);
    }
  });
});
