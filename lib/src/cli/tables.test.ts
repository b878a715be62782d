import { describe, expect, it } from 'vitest';
import { TABLES } from '../ablation/tables';
import type { Dataset } from '../data';
import { toMarkdown } from '../report/table';
import { costTable } from './tables';

const samples = (n: number) => Array.from({ length: n }, (_, i) => ({ file: '', name: `${i}`, label: i % 4 }));
const dataset: Dataset = {
  ...{ name: 'four', root: '/', classes: 4, classNames: ['a', 'b', 'c', 'd'], fingerprint: 'none of the kept runs' },
  train: { name: 'train', samples: samples(12) },
  tests: { test: { name: 'test', samples: samples(40) } },
};
const options = {
  ...({ dataset: 'four of them', preset: 'tiny', shots: 'all', set: ['contrast.margin=0.2'], table: 'all' } as const),
  ...{ seeds: [1, 2], jobs: 2, gpus: 4 },
};

describe('csdnet tables', () => {
  const table = costTable(options, { dataset });
  const row = (name: string) => table.rows.find((one) => one['name'] === name)!;

  it('lists every table with its question, rows, runs and passes', () => {
    expect(table.rows.map(({ name }) => name)).toEqual([...Object.keys(TABLES), 'all']);
    expect(row('modules')).toMatchObject({ rows: 9, runs: 18, done: 0, question: TABLES.modules.question });
    // 3 images a class: one and two a class before them.
    expect(row('shots')).toMatchObject({ rows: 9, runs: 18 });
    // 2 seeds, 20 epochs: rows with one view (2 of 9) train 3 passes an image, the others 6; 40 test images each.
    expect(row('modules')['passes']).toBeCloseTo((2 * ((2 * 3 + 7 * 6) * 12 * 20 + 9 * 40)) / 1e3, 12);
  });

  it('counts a run that tables share once', () => {
    const sum = table.rows.slice(0, -1).reduce((all, one) => all + Number(one['runs']), 0);
    expect(Number(row('all')['runs'])).toBeLessThan(sum);
    const two = costTable({ ...options, table: 'margin,alpha' }, { dataset });
    const [margin, alpha, both] = two.rows.map((one) => Number(one['runs']));
    expect(both).toBe(margin! + alpha! - options.seeds.length);
    expect(costTable({ ...options, table: 'margin' }, { dataset }).rows).toHaveLength(1);
  });

  it('says that GPU times are estimates, or what they were reckoned from, and the command', () => {
    const text = toMarkdown(table);
    expect(text).toContain('4 GPUs, estimated');
    expect(text).toContain('are estimates from the number of operations, not measured');
    expect(table.notes.at(-1)).toBe(
      "npm run reproduce -- --table NAME --dataset 'four of them' --preset tiny --seeds 2 --set contrast.margin=0.2",
    );
    const own = costTable({ ...options, gpuImagesPerSecond: 900, seeds: [2, 5], shots: 2, epochs: 3 }, { dataset });
    expect(own.notes.join('\n')).toMatch(
      /estimates from 900 training images a second[\s\S]*--seeds 2,5 --shots 2 --epochs 3/,
    );
  });

  it('counts a run for each fold, and leaves out what has too few images for them', () => {
    const chosen = costTable({ ...options, select: 'folds:3' }, { dataset });
    const of = (name: string) => chosen.rows.find((one) => one['name'] === name)!;
    expect(of('modules')).toMatchObject({ rows: 9, runs: 54 });
    // One and two images a class cannot be divided by three.
    expect(of('shots')).toMatchObject({ rows: 3, runs: 18 });
    // Each image is trained on in two folds and scored in one; no test image is scored.
    expect(of('modules')['passes']).toBeCloseTo((2 * ((2 * 3 + 7 * 6) * 24 * 20 + 9 * 12)) / 1e3, 12);
    expect(chosen.notes.at(-1)).toContain(' --select folds:3 --set ');
    expect(costTable({ ...options, bestOnTest: true }, { dataset }).notes.at(-1)).toContain(' --best-on-test --set ');
  });

  it('counts a run for each stage', () => {
    const stages = ['R1', 'R3', 'R4'].map((name) => ({ name, of: 'Soy', dataset: { ...dataset, fingerprint: name } }));
    const soy = costTable({ ...options, table: 'margin' }, { dataset: { ...dataset, name: 'Soy' }, stages });
    expect(soy.rows[0]).toMatchObject({ rows: 5, runs: 30 });
    expect(soy.notes[0]).toContain('Soy: 4 classes, 36 training images in 3 stages, each with runs of its own.');
  });
});
