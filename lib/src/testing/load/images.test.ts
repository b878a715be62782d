/** A folder of a hundred thousand images (CSDNET_LOAD=1; three thousand in the ordinary run) is listed and sampled without reading them all. */
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { preset } from '../../config';
import { folds, readDataset, takePerClass } from '../../data';
import { readBatch } from '../../data/batches';
import { openImages } from '../../data/open';
import { flatPng, temporaryFolder } from '../../data/testing';
import { planEpoch } from '../../train/plan';
import { FULL, tell } from './slope';

const IMAGES = FULL ? 100_000 : 3000;
const CLASSES = 100;
/** Names of one file: a file system has a limit for them. */
const LINKS = 30_000;

let root: string;
beforeAll(async () => {
  root = await temporaryFolder();
  fs.mkdirSync(path.join(root, 'images'));
  fs.mkdirSync(path.join(root, 'anno'));
  const lines: Record<'train' | 'test', string[]> = { train: [], test: [] };
  for (let i = 0; i < IMAGES; i++) {
    const source = path.join(root, `source-${Math.floor(i / LINKS)}.png`);
    if (i % LINKS === 0) fs.writeFileSync(source, await flatPng([i % 251, 100, 50]));
    fs.linkSync(source, path.join(root, 'images', `${i}.png`));
    lines[i % 10 === 9 ? 'test' : 'train'].push(`${i}.png ${1 + (Math.floor(i / 10) % CLASSES)}`);
  }
  for (const split of ['train', 'test'] as const)
    fs.writeFileSync(path.join(root, 'anno', `${split}.txt`), `${lines[split].join('\n')}\n`);
}, 600_000);
afterAll(() => fs.promises.rm(root, { recursive: true, force: true }));

/** Calls of read() by this process, its threads included; undefined where the system does not say. */
function reads(): number | undefined {
  try {
    return Number(/^syscr: (\d+)$/m.exec(fs.readFileSync('/proc/self/io', 'utf8'))![1]);
  } catch {
    return undefined;
  }
}

it(`${IMAGES} images: listed, folded, drawn from, and eight batches read`, { timeout: 600_000 }, async () => {
  const before = reads();
  let begin = performance.now();
  const took = (): string => {
    const seconds = ((performance.now() - begin) / 1000).toFixed(1);
    begin = performance.now();
    return `${seconds} s`;
  };
  const dataset = await readDataset(root);
  const listed = took();
  expect([dataset.train.samples.length, dataset.tests.test!.samples.length]).toEqual([0.9 * IMAGES, 0.1 * IMAGES]);
  expect(takePerClass(dataset, 3, 1).train.samples).toHaveLength(3 * CLASSES);
  expect(folds(dataset.train, 5, 1).map(({ validation }) => validation.samples.length)).toEqual(new Array(5).fill(0.18 * IMAGES)); // prettier-ignore
  const config = preset('tiny', { training: { batchSize: 16 } });
  const plans = planEpoch(dataset.train.samples.length, config, 1);
  const drawn = took();
  const opened = await openImages([dataset.train], { size: 32, memory: 2 ** 20 });
  try {
    expect(opened.streamed).toBe(true);
    for (const { indices } of plans.slice(0, 8)) {
      const { data, labels } = await readBatch(opened.sources[0]!, indices);
      expect([data.length, labels.length]).toEqual([16 * 32 * 32 * 3, 16]);
    }
  } finally {
    await opened.close();
  }
  const after = reads();
  tell(`${IMAGES} images: listed in ${listed}, folds and plans in ${drawn}, 8 batches in ${took()}; ${before === undefined ? '?' : after! - before} calls of read()`); // prettier-ignore
  // Each image that is read takes one at least.
  if (before !== undefined) expect(after! - before).toBeLessThan(0.3 * IMAGES);
});
