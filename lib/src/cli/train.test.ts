/** From a recipe to a model that other programs load, as a person would call it: the built command line. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

const csdnet = (...args: string[]) =>
  spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', env: { ...process.env, CSDNET_HOME: at('home') } });
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
    expect(fs.readdirSync(at('home', 'data', 'runs'))).toEqual([expect.stringMatching(/^[0-9a-f]{12}\.json$/)]);
    const again = train();
    expect(again.stderr).toContain('This run is done and its model is there.');
    expect(again.stdout).toBe(stdout);
  });

  it('trains again where the model is gone, to the same bytes', () => {
    const before = fs.readFileSync(at('model.safetensors'));
    fs.rmSync(at('model.safetensors'));
    expect(train().status).toBe(0);
    expect(fs.readFileSync(at('model.safetensors')).equals(before)).toBe(true);
  });
});

describe('csdnet export', () => {
  it('writes a web model, and says which backbones timm knows', () => {
    const web = csdnet('export', at('model.safetensors'), '--to', 'web', '--out', at('web'));
    expect(web.status, web.stderr).toBe(0);
    expect(fs.readdirSync(at('web'))).toContain('model.json');
    const timm = csdnet('export', at('model.safetensors'), '--to', 'timm', '--out', at('timm'));
    expect(timm.status).not.toBe(0);
    expect(timm.stderr).toMatch(/convnet/);
    expect(fs.existsSync(at('timm'))).toBe(false);
  });
});
