import { describe, expect, it } from 'vitest';
import { toFrame } from './frame';

const table = {
  title: 'scores',
  columns: [
    { key: 'variant', title: 'Variant' },
    { key: 'top1', title: 'Top-1', unit: '%' },
  ],
  rows: [
    { variant: 'full', top1: 60 },
    { variant: 'full', top1: 62 },
    { variant: 'baseline', top1: 50 },
  ],
  notes: [],
};

describe('toFrame', () => {
  it('keeps columns, order and numbers, and danfo can group them', () => {
    const frame = toFrame(table);
    expect(frame.columns).toEqual(['variant', 'top1']);
    expect(frame.values).toEqual([
      ['full', 60],
      ['full', 62],
      ['baseline', 50],
    ]);
    expect(frame.groupby(['variant']).col(['top1']).mean().values).toEqual([
      ['full', 61],
      ['baseline', 50],
    ]);
    expect(toFrame(table, { titles: true }).columns).toEqual(['Variant', 'Top-1 (%)']);
  });

  it('refuses a table without rows', () => {
    expect(() => toFrame({ ...table, rows: [] })).toThrow("'scores' has no rows");
  });
});
