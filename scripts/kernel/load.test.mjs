// One cell run again and again, as a person does who changes a value: five hundred times (CSDNET_LOAD=1), thirty in the ordinary run.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { FULL, growthText, slopeOf, tell } from '../../lib/src/testing/load/slope';
import { driverIn } from './drive.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'csdnet-load-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
const drive = driverIn(folder);

const RUNS = FULL ? 500 : 30;
/** Runs that are not judged: the compiler of the cells warms up. */
const WARM = Math.round(RUNS / 5);
/** Growth of the resident memory over all runs that counts as none, as a share of it, at the slope itself. */
const FLAT = 0.1;

/** Work of lib with tensors, a figure and a table; then what this process holds, garbage put aside. */
const CELL = `const losses = cs.distillLoss([[1, 2, 3], [0, 1, 0]], [[3, 2, 1], [1, 0, 1]], 4);
const figure = cs.confusionHeatmap([[3, 1], [0, 4]], { names: ['a', 'b'] });
cs.show(figure);
cs.showTable({ title: 't', columns: [{ key: 'a', title: 'a' }], rows: losses.map((a) => ({ a })), notes: [] });
collect();
const held = process.memoryUsage();
console.log(JSON.stringify({ rss: held.rss, heap: held.heapUsed, tensors: cs.tf.memory().numTensors }));`;

const FIRST = `import * as cs from 'csdnet';
import * as v8 from 'node:v8';
import * as vm from 'node:vm';
v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc');`;

it(`${RUNS} runs of a cell leave no tensor and no memory behind`, { timeout: 1_200_000 }, async () => {
  const { answers } = await drive([{ cells: [FIRST] }, { cells: [CELL], times: RUNS }]);
  expect(answers.map(({ reply }) => reply.status)).toEqual(new Array(RUNS + 1).fill('ok'));
  const looks = answers.slice(1 + WARM).map(({ outputs }) => {
    const said = outputs.filter(({ type, name }) => type === 'stream' && name === 'stdout').map(({ text }) => text);
    return JSON.parse(said.join('').trim().split('\n').at(-1));
  });
  expect(new Set(looks.map(({ tensors }) => tensors)).size).toBe(1);
  const at = looks.map((_, i) => i);
  const [rss, heap] = ['rss', 'heap'].map((what) => slopeOf(at, looks.map((one) => one[what]))); // prettier-ignore
  tell(
    `${RUNS} runs of a cell, ${looks[0].tensors} tensors throughout, ${(looks.at(-1).rss / 2 ** 20).toFixed(0)} MB resident, ` +
      `${growthText(rss, 'runs', RUNS)}; heap ${growthText(heap, 'runs', RUNS)}`,
  );
  expect(rss.slope * RUNS).toBeLessThan(FLAT * looks[0].rss);
});
