import { describe, expect, it } from 'vitest';
import { figureToSvg } from '../report/svg';
import { CASES, CSDNET, CSDNET_LARGE } from './cases';
import type { Case } from './cases';
import { claimsOf } from './derived';
import { costFigure } from './figure';
import { reportMarkdown, rowLine, soakLine, waitingLine } from './present';
import type { Report } from './present';
import { rowOf } from './testing';
import type { Row } from './measure';

const find = (name: string): Case => CASES.find((one) => one.name === name)!;
const rows = [
  rowOf(find('step efficientnet-lite0 96 px'), [90, 100, 110], [100, 110, 100]),
  rowOf(find('step vit-tiny 224 px'), [1200, 1234.5, 1300], [1000, 1000, 1001], 0.02),
  rowOf(find('queue of 1024 rows'), [1.234, 1.3, 1.2]),
  rowOf(find(CSDNET.baseline), [100, 100, 100], [100, 100, 100]),
  rowOf(find(CSDNET.step), [200, 205, 210], [220, 220, 220]),
  rowOf(find(CSDNET.long), [250, 250, 250], [220, 222, 224]),
];
/** A map, ours of 0.99. */
const mapOf = (theirs: number, comparable: boolean): Row => {
  const row = rowOf(find('umap 2000 x 256'), [900, 900, 900], [1800, 1800, 1800]);
  const sides = { ours: { ...row.ours, quality: 0.99 }, theirs: { ...row.theirs!, quality: theirs } };
  return { ...row, ...sides, gap: 0, comparable };
};
const more = [
  rowOf(find('inference vit-tiny 224 px'), [100, 100, 100], [50, 50, 50]),
  rowOf(find('input: JPEG 512 x 384 to 256 px'), [480, 480, 480]),
  mapOf(0.9912, true),
];
const waiting = { step: 412.4, side: 448, batch: 24, shares: [0.01, 0.004, 0.012] };
const soak = {
  ...({ steps: 10_000, warm: 1000, tensors: [67, 67], resident: [2 ** 28, 2 ** 28 + 2 ** 20] } as const),
  ...{ growth: 2 ** 20, share: 1 / 256, milliseconds: 12 },
};
const machine = { processor: 'A processor', cores: 2, memory: 8, node: 'v22.0.0', system: 'Linux x64', busy: 0.02 };
const report: Report = {
  ...{ date: '2026-01-02T03:04:05.000Z', machine, threads: 2, rounds: 3, waiting, soak },
  ...{ rows: [...rows, ...more], claims: claimsOf({ rows, waiting, soak }) },
  jobs: [{ name: 'jobs: tiny', jobs: 2, threads: 1, cellsPerHour: 61.25, rounds: [61.25] }],
};

describe('the report', () => {
  it('is Markdown', () => {
    expect(reportMarkdown(report)).toMatchSnapshot();
  });

  it('says where the machine was not quiet', () => {
    expect(reportMarkdown({ ...report, machine: { ...machine, busy: 0.4 } })).toContain(
      '**The machine was not quiet:** other work took 40 % of it just before or after',
    );
  });

  it('tells a row in a line, and where both did not compute the same', () => {
    expect(rows.slice(0, 3).map(rowLine)).toEqual([
      'step efficientnet-lite0 96 px: 100 ms, PyTorch 2 100 ms, ratio 1.00 [0.90, 1.10]',
      'step vit-tiny 224 px: 1235 ms, PyTorch 2 1000 ms, ratio 1.23 [1.20, 1.30], NOT COMPARABLE: numbers 2.0e-2 apart',
      'queue of 1024 rows: 1.23 ms',
    ]);
  });

  it('gives images a second and how good maps are in that line', () => {
    expect([...more, mapOf(0.999, false)].map(rowLine)).toEqual([
      'inference vit-tiny 224 px: 100 ms (80.0 images/s), PyTorch 2 50.0 ms (160 images/s), ratio 2.00',
      'input: JPEG 512 x 384 to 256 px: 480 ms (200 images/s)',
      'umap 2000 x 256: 900 ms, PyTorch 2 1800 ms, ratio 0.50, trustworthiness 0.9900 and 0.9912',
      'umap 2000 x 256: 900 ms, PyTorch 2 1800 ms, ratio 0.50, trustworthiness 0.9900 and 0.9990, NOT COMPARABLE',
    ]);
  });

  it('tells the soak and the waiting in a line each', () => {
    expect(soakLine(soak)).toBe(
      'soak: 10000 steps of 12.0 ms; after the first 1000: tensors 67, then 67, memory 1.0 MiB (0.4 %) more',
    );
    expect(soakLine({ ...soak, growth: null, share: null })).toMatch(/then 67$/);
    expect(waitingLine(waiting)).toBe('waiting: steps of 412 ms wait 1.0 % of the time for their images');
  });
});

describe('the goals', () => {
  it('compare the CSDNet step, its queues and the memory with their limits', () => {
    const [step, queue, memory] = claimsOf({ rows });
    expect(step).toMatchObject({ ours: { value: 2.05 }, theirs: { value: 2.2 }, limit: 2.1, met: true });
    expect(queue!.ours.value).toBeCloseTo(1 - 205 / 250, 12);
    expect([queue!.ours.low, queue!.ours.high].map((x) => x.toFixed(3))).toEqual(['0.160', '0.200']);
    expect(queue!.met).toBe(false);
    expect(memory).toMatchObject({ ours: { value: 1.2 }, limit: 1.5, met: true });
  });

  it('compare the queues of the large network too', () => {
    const large = [CSDNET_LARGE.baseline, CSDNET_LARGE.step, CSDNET_LARGE.long].map((name, i) =>
      rowOf(find(name), [[100, 200, 202][i]!]),
    );
    const [step, queue] = claimsOf({ rows: large });
    expect(step).toMatchObject({ ours: { value: 2 }, theirs: undefined, met: true });
    expect(step!.name).toContain('vit-small 224 px');
    expect(queue!.ours.value).toBeCloseTo(2 / 202, 12);
  });

  it('let steps wait for 2 % of the time, and let neither a tensor nor memory be left over', () => {
    const met = (measured: Partial<Parameters<typeof claimsOf>[0]>) => claimsOf({ rows: [], ...measured })[0]!.met;
    expect(claimsOf({ rows: [], waiting })[0]).toMatchObject({ ours: { value: 0.01, low: 0.004 }, limit: 0.02 });
    expect([met({ waiting }), met({ waiting: { ...waiting, shares: [0.03] } })]).toEqual([true, false]);
    const leaks = [soak, { ...soak, tensors: [67, 68] as const }, { ...soak, share: 0.06 }];
    expect(leaks.map((one) => met({ soak: one }))).toEqual([true, false, false]);
    expect(claimsOf({ rows: [], soak: { ...soak, growth: null, share: null } })).toEqual([]);
  });

  it('are left out where their rows are not there', () => {
    expect(claimsOf({ rows: rows.slice(2, 3) })).toEqual([]);
  });
});

describe('the figure', () => {
  it('has a panel a series with two points or more, both engines in each', () => {
    const batch = [4, 8].map((n) => rowOf(find(`cost: batch ${n}`), [10 * n], [9 * n]));
    const alone = [10, 100].map((n) => rowOf(find(`cost: classes ${n}`), [n]));
    const figure = costFigure([...batch, ...alone])!;
    expect(figure.data.map(({ name, xaxis }) => `${name} ${xaxis}`)).toEqual(['csdnet x', 'PyTorch x', 'csdnet x2']);
    expect(figure.data[0]).toMatchObject({ x: [4, 8], y: [40, 80] });
    expect(figure.layout.xaxis).toMatchObject({ type: 'log', title: { text: 'Batch (images)' } });
    expect(figure.layout.yaxis).toMatchObject({ type: 'log', title: { text: 'Step (ms)' } });
    expect(figureToSvg(figure)).toContain('Classes');
    expect(costFigure(batch.slice(0, 1))).toBeUndefined();
  });
});
