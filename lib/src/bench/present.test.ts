import { describe, expect, it } from 'vitest';
import { figureToSvg } from '../report/svg';
import { CASES, CSDNET } from './cases';
import type { Case } from './cases';
import { claimsOf } from './derived';
import { costFigure } from './figure';
import { reportMarkdown, rowLine } from './present';
import type { Report } from './present';
import { rowOf } from './testing';

const find = (name: string): Case => CASES.find((one) => one.name === name)!;
const rows = [
  rowOf(find('step efficientnet-lite0 96 px'), [90, 100, 110], [100, 110, 100]),
  rowOf(find('step vit-tiny 224 px'), [1200, 1234.5, 1300], [1000, 1000, 1001], 0.02),
  rowOf(find('queue of 1024 rows'), [1.234, 1.3, 1.2]),
  rowOf(find(CSDNET.baseline), [100, 100, 100], [100, 100, 100]),
  rowOf(find(CSDNET.step), [200, 205, 210], [220, 220, 220]),
  rowOf(find(CSDNET.long), [250, 250, 250], [220, 222, 224]),
];
const machine = { processor: 'A processor', cores: 2, memory: 8, node: 'v22.0.0', system: 'Linux x64', busy: 0.02 };
const report: Report = {
  ...{ date: '2026-01-02T03:04:05.000Z', machine, threads: 2, rounds: 3, rows, claims: claimsOf(rows) },
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
});

describe('the goals', () => {
  it('compare the CSDNet step, its queues and the memory with their limits', () => {
    const [step, queue, memory] = claimsOf(rows);
    expect(step).toMatchObject({ ours: { value: 2.05 }, theirs: { value: 2.2 }, limit: 2.1, met: true });
    expect(queue!.ours.value).toBeCloseTo(1 - 205 / 250, 12);
    expect([queue!.ours.low, queue!.ours.high].map((x) => x.toFixed(3))).toEqual(['0.160', '0.200']);
    expect(queue!.met).toBe(false);
    expect(memory).toMatchObject({ ours: { value: 1.2 }, limit: 1.5, met: true });
  });

  it('are left out where their rows are not there', () => {
    expect(claimsOf(rows.slice(2, 3))).toEqual([]);
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
