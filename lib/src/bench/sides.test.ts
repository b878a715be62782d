/** The peers' protocols, spoken by small programs in place of Python. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { INPUT_SIDES } from './input-sides';
import { UMAP_SIDES } from './umap-sides';
import type { InputWork, UmapWork } from './work';

let scripts = '';
beforeAll(() => (scripts = fs.mkdtempSync(path.join(os.tmpdir(), 'csdnet-bench-sides-'))));
afterAll(() => fs.rmSync(scripts, { recursive: true, force: true }));

const setting = () => ({ threads: 2, python: process.execPath, scripts });
const given = () => ({ threads: 2, file: path.join(scripts, 'start') });
const write = (name: string, body: string): void =>
  fs.writeFileSync(
    path.join(scripts, name),
    `let asked = 0;
     require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
       const r = JSON.parse(line); asked++; console.log(JSON.stringify((() => { ${body} })())) })`,
  );

const map: UmapWork = { kind: 'umap', rows: 2, size: 3, classes: 1, deviation: 1 };
const input: InputWork = { kind: 'input', images: 5, width: 8, height: 8, side: 4, batch: 2 };

it('asks umap-learn without a seed, does not count its first map, and measures where it put the rows', async () => {
  write(
    'umap_peer.py',
    `require('node:fs').writeFileSync(r.file + '.map', new Float32Array([1, 2, 3, 4 + r.rows * r.size]));
     const right = r.seed === null && process.env.NUMBA_NUM_THREADS === '2' && r.neighbours === 15 && r.min_dist === 0.1;
     return right ? { milliseconds: 10 * asked, coordinates: r.file + '.map', engine: 'umap-learn 0' } : { error: line }`,
  );
  const seen: (readonly number[])[] = [];
  const measured = UMAP_SIDES.theirs(map, given(), setting(), (_work, _given, coordinates) => {
    seen.push(coordinates);
    return Promise.resolve(0.75);
  });
  expect(await measured.prepare()).toMatchObject({ engine: 'umap-learn 0', quality: 0.75 });
  expect(seen).toEqual([[1, 2, 3, 10]]);
  expect(await measured.time(2)).toEqual([20, 30]);
  expect(await measured.peak()).toBeNull();
  await measured.end();
});

it('asks the loader for a pass an iteration, with a worker a thread', async () => {
  write(
    'input_peer.py',
    `return { images: r.workers + 3, milliseconds: r.size * 100 + r.batch, engine: 'PIL of ' + r.folder + ' ' + r.fit }`,
  );
  const loader = INPUT_SIDES.theirs(input, given(), setting());
  expect(await loader.prepare()).toEqual({
    ...{ first: { values: [5] }, second: { values: [5] }, engine: `PIL of ${given().file} cover` },
  });
  expect(await loader.time(2)).toEqual([402, 402]);
  await loader.end();
});

it('tells what a peer lacks', async () => {
  fs.writeFileSync(path.join(scripts, 'umap_peer.py'), "console.error('No module named umap'); process.exitCode = 1");
  const peer = UMAP_SIDES.theirs(map, given(), setting());
  await expect(peer.prepare()).rejects.toThrow(/^umap-learn ended with status 1\.\nNo module named umap$/);
  await peer.end();
});
