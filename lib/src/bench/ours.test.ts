/** Our side in this process, on the smallest works. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectClose } from '../testing/close';
import type { InputWork, StepWork, TensorWork, UmapWork } from './work';
import { author } from './author';
import { fixtureBytes, fullQueue, readFixture } from './fixture';
import { readPoints, trustOf } from './maps';
import { makeReady } from './ours';
import { readPictures } from './pictures';
import type { Outcome } from './protocol';

let folder = '';
beforeAll(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'csdnet-bench-test-'))));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const small: StepWork = {
  ...{ kind: 'step', backbone: 'convnet', side: 32, batch: 4, classes: 3, batchNorm: 'frozen' },
  ...{ modules: 'baseline', rows: 8 },
} as const;

async function iterations(work: TensorWork, count: number): Promise<readonly Outcome[]> {
  const file = path.join(folder, 'fixture.safetensors');
  fs.writeFileSync(file, fixtureBytes(work));
  const iterate = makeReady(work, file);
  const outcomes: Outcome[] = [];
  for (let i = 0; i < count; i++) outcomes.push(await iterate());
  return outcomes;
}

describe('our side', () => {
  it('trains: the loss falls, and all three terms are there', async () => {
    const [first, , , last] = await iterations(small, 4);
    expect(first!.values).toHaveLength(1);
    expect(last!.values[0]).toBeLessThan(first!.values[0]!);
    expect(first!.norm).toBeGreaterThan(0);
    const [csdnet] = await iterations({ ...small, modules: 'csdnet', batchNorm: 'train' }, 1);
    expect(csdnet!.values).toHaveLength(3);
    for (const loss of csdnet!.values) expect(loss).toBeGreaterThan(0);
  });

  it('infers the same logits each time', async () => {
    const { backbone, side, batch, classes } = small;
    const [first, second] = await iterations({ kind: 'inference', backbone, side, batch, classes }, 2);
    expect(first!.values).toHaveLength(3);
    expect(second).toEqual(first);
  });

  it('contrasts with a full queue, and the batch enters it', async () => {
    const work = { kind: 'queue', rows: 6, batch: 2, size: 5 } as const;
    const [first, second] = await iterations(work, 2);
    const { features, labels, rows } = readFixture(path.join(folder, 'fixture.safetensors'));
    const queue = fullQueue(rows, 6, { size: 5, classes: 80 });
    const loss = (anchor: number): number =>
      Array.from(queue.labels, (label, row) => {
        const s = Array.from({ length: 5 }, (_, k) => features[anchor * 5 + k]! * queue.features[row * 5 + k]!);
        const similarity = s.reduce((sum, x) => sum + x, 0);
        return label === labels[anchor] ? 1 - similarity : Math.max(0, similarity - 0.4);
      }).reduce((sum, x) => sum + x, 0) / 6;
    expectClose(first!.values, [(loss(0) + loss(1)) / 2], { relative: 1e-5 });
    expect(second!.values[0]).not.toBe(first!.values[0]);
  });
});

describe('what has no tensors to start from', () => {
  const points: UmapWork = { kind: 'umap', rows: 90, size: 6, classes: 3, deviation: 0.3 };
  const pictures: InputWork = { kind: 'input', images: 3, width: 24, height: 16, side: 8, batch: 2 };
  const place = (name: string): string => path.join(folder, name);

  it('is mapped: the same places for the same rows, which keep their neighbours', async () => {
    await author(points, place('points'));
    const values = readPoints(place('points'));
    expect(values).toHaveLength(90 * 6);
    expect(Math.hypot(...values.subarray(6, 12))).toBeCloseTo(1, 5);
    const iterate = makeReady(points, place('points'));
    const [first, second] = [await iterate(), await iterate()];
    expect(first.values).toHaveLength(180);
    expect(second).toEqual(first);
    const elsewhere = first.values.map((_, i) => (i * i) % 97);
    expect(trustOf(place('points'), 6, first.values)).toBeGreaterThan(0.9);
    expect(trustOf(place('points'), 6, elsewhere)).toBeLessThan(0.7);
  });

  it('is read: every picture once a pass, or several times', async () => {
    await author(pictures, place('pictures'));
    expect(fs.readdirSync(place('pictures'))).toEqual(['0000.jpg', '0001.jpg', '0002.jpg']);
    const again = place('pictures again');
    await author(pictures, again);
    const bytes = [place('pictures'), again].map((dir) => fs.readFileSync(path.join(dir, '0001.jpg')));
    expect(bytes[0]!.equals(bytes[1]!)).toBe(true);
    expect(await makeReady(pictures, again)()).toEqual({ values: [3] });
    expect((await readPictures(pictures, again, { times: 2, stepMilliseconds: 1 })).images).toBe(6);
  });
});

describe('the file that both engines start from', () => {
  it('is the same for the same work, and holds what is needed', () => {
    expect(fixtureBytes(small).equals(fixtureBytes(small))).toBe(true);
    const file = path.join(folder, 'again.safetensors');
    fs.writeFileSync(file, fixtureBytes({ ...small, modules: 'csdnet' }));
    const { weights, pixels, labels, rows } = readFixture(file);
    expect(weights.get('head.weight')).toHaveLength(128 * 3);
    expect([pixels.length, labels.length, rows.length]).toEqual([4 * 32 * 32 * 3, 4, 8 * 128]);
  });

  it('repeats drawn rows to the length of a queue', () => {
    const { features, labels } = fullQueue(Float32Array.of(1, 2, 3, 4), 3, { size: 2, classes: 2 });
    expect([Array.from(features), Array.from(labels)]).toEqual([
      [1, 2, 3, 4, 1, 2],
      [0, 1, 0],
    ]);
  });
});
