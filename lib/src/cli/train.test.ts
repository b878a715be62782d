/** From a recipe to a model that other programs load, as a person would call it: the built command line. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPredictions } from '../ablation/outputs';
import { recordFile } from '../ablation/record';
import type { RunRecord } from '../ablation/record';
import { temporaryFolder } from '../data/testing';
import { projectPaths } from '../project';
import { drawStripes } from '../testing/stripes';

const main = path.join(projectPaths().root, 'lib', 'dist', 'cli', 'main.js');

let folder: string;
const at = (...parts: string[]): string => path.join(folder, ...parts);

beforeAll(async () => {
  folder = await temporaryFolder();
  await drawStripes(at('stripes'));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const csdnetWith = (env: Readonly<Record<string, string>>, ...args: string[]) =>
  spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    env: { ...process.env, CSDNET_HOME: at('home'), ...env },
  });
const csdnet = (...args: string[]) => csdnetWith({}, ...args);
const train = (...more: string[]) =>
  csdnet(
    'train',
    '--dataset',
    at('stripes'),
    '--preset',
    'tiny',
    '--epochs',
    '2',
    '--out',
    at('model.safetensors'),
    ...more,
  );

describe('csdnet train', () => {
  it('prints the recipe and the result, and keeps model and record', () => {
    const { status, stdout, stderr } = train();
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(/training\.epochs += 2\n/);
    expect(stdout).toMatch(/^test: \d+\.\d % of 12 images right/);
    expect(fs.existsSync(at('model.safetensors'))).toBe(true);
    expect(fs.readdirSync(at('home', 'data', 'runs'))).toEqual([expect.stringMatching(/^[0-9a-f]{12}$/)]);
    const card = fs.readFileSync(at('model.md'), 'utf8');
    expect(card).toContain('| test | 12 |');
    expect(card).not.toContain(folder);
    const again = train();
    expect(again.stderr).toContain('This run is done and its model is there.');
    expect(again.stdout).toBe(stdout);
  });

  it("leaves somebody's own page beside the model alone", () => {
    fs.writeFileSync(at('model.md'), '# Mine\n');
    expect(train().stdout).toContain('no card written: ');
    expect(fs.readFileSync(at('model.md'), 'utf8')).toBe('# Mine\n');
  });

  it('trains again where the model is gone, to the same bytes', () => {
    const before = fs.readFileSync(at('model.safetensors'));
    fs.rmSync(at('model.safetensors'));
    expect(train().status).toBe(0);
    expect(fs.readFileSync(at('model.safetensors')).equals(before)).toBe(true);
  });
});

describe('csdnet train on images that do not fit the memory', () => {
  /** What the one run below a home recorded, without the times. */
  const recorded = (home: string): Record<string, unknown> => {
    const [id] = fs.readdirSync(at(home, 'data', 'runs'));
    const record = JSON.parse(fs.readFileSync(recordFile(at(home, 'data', 'runs'), id!), 'utf8')) as RunRecord;
    expect(record.provenance.command).toMatch(/^npm run csdnet -- train --dataset .*--epochs 2 /);
    return { ...record, provenance: undefined };
  };
  const few = (memory: string, home: string) =>
    csdnetWith(
      { CSDNET_HOME: at(home), CSDNET_MEMORY: memory },
      ...['train', '--dataset', at('stripes'), '--preset', 'tiny', '--epochs', '2', '--out', at(home, 'model')],
    );

  it('gives the same record and the same model as in memory, and says how long it waited', () => {
    const { status, stderr } = few('1', 'small'); // 24 images of 128 px take 1.2 MB
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(/Waited for images \d+\.\d % of the time\./);
    expect(fs.existsSync(at('small', '.cache', 'decoded'))).toBe(false);
    expect(recorded('small')).toEqual(recorded('home'));
    expect(fs.readFileSync(at('small', 'model')).equals(fs.readFileSync(at('model.safetensors')))).toBe(true);
  });

  it('says what to do where not even a batch fits', () => {
    const { status, stderr } = few('0.1', 'none');
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/A batch of 12 images of 128 x 128 takes 0\.6 MB .*CSDNET_MEMORY/);
  });
});

describe('csdnet predict', () => {
  it('predicts the test images with the model, as the run recorded them', () => {
    const csv = at('predictions.csv');
    const { status, stderr } = csdnet(
      ...['predict', at('stripes', 'images', '*_test.png'), '--model', at('model.safetensors'), '--csv', csv],
    );
    expect(status, stderr).toBe(0);
    const runs = at('home', 'data', 'runs');
    const expected = readPredictions(runs, fs.readdirSync(runs)[0]!, 'test')!;
    const rows = fs
      .readFileSync(csv, 'utf8')
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(','));
    const told = rows.map(([file, predicted, name, p]) => [path.basename(file!), Number(predicted), name, Number(p)]);
    expect(told).toEqual(expected.map((row) => [row.name, row.predicted, row.predictedName, row.probability]));
  });
});

describe('csdnet export', () => {
  it('writes a web model, and says which backbones timm knows', () => {
    const web = csdnet('export', at('model.safetensors'), '--to', 'web', '--out', at('web'));
    expect(web.status, web.stderr).toBe(0);
    expect(fs.readdirSync(at('web'))).toContain('model.json');
    expect(fs.readFileSync(at('web', 'README.md'), 'utf8')).toContain('| test | 12 |');
    const timm = csdnet('export', at('model.safetensors'), '--to', 'timm', '--out', at('timm'));
    expect(timm.status).not.toBe(0);
    expect(timm.stderr).toMatch(/convnet/);
    expect(fs.existsSync(at('timm'))).toBe(false);
  });
});
