/** The command in this process, with a model that was never trained. */
import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { Command } from 'commander';
import sharp from 'sharp';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { saveModel } from '../export';
import { modelValues } from '../backbone';
import { useStripes } from '../testing/hooks';
import { smallConfig } from '../testing/images';
import { EVALUATION_BATCH } from '../train/evaluate';
import { withModel } from '../train/source';
import { predictCommand } from './predict';

let root = '';
useStripes(2, 2, (made) => ({ root } = made));
const at = (...parts: string[]): string => path.join(root, ...parts);

beforeAll(async () => {
  const config = smallConfig();
  const values = withModel(config, 2, modelValues);
  const classNames = ['plain', 'odd, "quoted"'];
  await saveModel(at('model.safetensors'), { config, classes: 2, classNames, values });
  fs.writeFileSync(at('stripes', 'images', 'torn.png'), 'no image');
});
afterEach(() => {
  process.exitCode = undefined;
  onWrite = () => undefined;
});

interface Called {
  readonly out: string;
  readonly error: string;
  readonly status: typeof process.exitCode;
}

/** Called when something is written to standard output. */
let onWrite: () => void = () => undefined;

async function predict(...args: string[]): Promise<Called> {
  let written = '';
  const out = vi.spyOn(console, 'log').mockImplementation((line: string) => void (written += `${line}\n`));
  const raw = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += String(text);
    onWrite();
    return true;
  });
  const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  try {
    const program = new Command('csdnet').exitOverride().addCommand(predictCommand());
    await program.parseAsync(['predict', ...args, '--model', at('model.safetensors')], { from: 'user' });
    return { out: written, error: error.mock.calls.flat().join('\n'), status: process.exitCode };
  } finally {
    for (const spy of [out, raw, error]) spy.mockRestore();
  }
}

const images = (): string => at('stripes', 'images');

it('prints a line an image, lists what cannot be read, and ends with 1 then', async () => {
  const { out, error, status } = await predict(images());
  expect(out.trimEnd().split('\n')).toHaveLength(8);
  expect(out).toMatch(/1_1_test\.png: (plain|odd, "quoted") \d+\.\d % \((plain|odd, "quoted") \d+\.\d %\)\n/);
  expect(error).toMatch(/^1 of 9 images cannot be read:\n.*torn\.png: /);
  expect(status).toBe(1);
  const well = await predict(at('stripes', 'images', '*_test.png'), '--top', '1');
  expect(well.out).not.toContain('(');
  expect([well.error, well.status]).toEqual(['', 0]);
});

it('writes a CSV file, whole or not at all', async () => {
  const csv = at('out', 'answers.csv');
  await predict(images(), '--csv', csv);
  const rows = parse(fs.readFileSync(csv, 'utf8'), { columns: true }) as Record<string, string>[];
  expect(Object.keys(rows[0]!)).toEqual(
    'file,predicted,predictedName,probability,class2,probability2,problem'.split(','),
  );
  expect(rows).toHaveLength(9);
  for (const { probability, probability2, problem, predictedName, class2 } of rows.slice(0, 8)) {
    expect(Number(probability) + Number(probability2)).toBeCloseTo(1, 12);
    expect([problem, [predictedName, class2].sort()]).toEqual(['', ['odd, "quoted"', 'plain']]);
  }
  expect(rows[8]).toMatchObject({ predicted: '', probability: '', problem: expect.stringMatching(/unsupported/) });
  expect(fs.readdirSync(at('out'))).toEqual(['answers.csv']);
});

it('prints JSON, and an overlay for each image that could be read', async () => {
  const { out } = await predict(images(), '--json', '--saliency', at('looks'));
  const answers = JSON.parse(out) as { file: string; saliency?: string; guesses?: { probability: number }[] }[];
  expect(answers).toHaveLength(9);
  expect(answers.filter(({ guesses }) => guesses?.length === 2)).toHaveLength(8);
  expect(fs.readdirSync(at('looks')).sort()).toEqual(
    answers.flatMap(({ saliency }) => (saliency ? path.basename(saliency) : [])).sort(),
  );
  const { width, height, format } = await sharp(answers[0]!.saliency!).metadata();
  expect([width, height, format]).toEqual([32, 32, 'png']);
});

it('closes the JSON where it is stopped', async () => {
  const many = 2 * EVALUATION_BATCH + 1;
  fs.mkdirSync(at('many'));
  for (let i = 0; i < many; i++) fs.copyFileSync(at('stripes/images/1_1_test.png'), at('many', `${i}.png`));
  const before = process.listeners('SIGTERM');
  onWrite = () => {
    for (const listener of process.listeners('SIGTERM').filter((one) => !before.includes(one))) listener('SIGTERM');
  };
  const { out, error, status } = await predict(at('many'), '--json');
  const answers = JSON.parse(out) as unknown[];
  expect(answers.length).toBeGreaterThan(0);
  expect(answers.length).toBeLessThan(many);
  expect([error, status]).toEqual(['\nStopped.', 130]);
});

it('gives pictures of equal names a number', async () => {
  fs.mkdirSync(at('twice', 'b'), { recursive: true });
  for (const place of ['leaf.png', 'b/leaf.png'])
    fs.copyFileSync(at('stripes/images/1_1_test.png'), at('twice', place));
  await predict(at('twice'), '--saliency', at('two'));
  expect(fs.readdirSync(at('two')).sort()).toEqual(['leaf-2.png', 'leaf.png']);
});

it('says what is wrong with the call', async () => {
  await expect(predict(at('nowhere', '*.png'))).rejects.toThrow('No image matches');
  await expect(predict(images(), '--json', '--csv', at('x.csv'))).rejects.toThrow('not both');
});
