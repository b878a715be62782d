import { describe, expect, it } from 'vitest';
import { tInterval } from '../metrics/interval';
import { figureToSvg } from '../report/svg';
import type { ScatterTrace } from './figure';
import { intervalRows } from './intervals';

const groups = [
  { name: 'DDL', colour: '#0072B2', symbol: 'circle' },
  { name: 'SSDT', colour: '#D55E00', symbol: 'diamond' },
  { name: 'unused', colour: '#767676', symbol: 'square' },
] as const;
const options = { title: 'T', xTitle: 'points', caption: 'look', groups };
const rows = [
  { name: 'a <b>', group: 'SSDT', interval: tInterval([0.01, 0.03]) },
  { name: 'far', group: 'DDL', interval: tInterval([-0.3, -0.32]) },
  { name: 'one seed', group: 'DDL', interval: tInterval([0.02]) },
];

describe('intervalRows', () => {
  it('draws each row at its place, in the colour of its group', () => {
    const { data, layout, meta } = intervalRows(rows, options);
    const [zero, ddl, ssdt] = data as ScatterTrace[];
    expect(data.map(({ name }) => name)).toEqual(['no difference', 'DDL', 'SSDT']);
    expect(zero!.y).toEqual([-0.5, 2.5]);
    expect([ddl!.y, ssdt!.y]).toEqual([[1, 2], [0]]);
    expect(ssdt!.x).toEqual([expect.closeTo(2, 12)]);
    expect(ssdt!.error_x!.array[0]).toBeCloseTo(12.7062047, 5);
    expect(ddl!.error_x!.array[1]).toBe(0);
    expect(layout.yaxis!.ticktext![0]).toBe('a &lt;b&gt;');
    expect(layout.annotations).toEqual([]);
    expect(meta).toEqual({ caption: 'look' });
  });

  it('writes at the edge what lies beyond the axis, and cuts the whiskers there', () => {
    const figure = intervalRows(rows, { ...options, most: 10, run: 'r' });
    const [, ddl, ssdt] = figure.data as ScatterTrace[];
    expect([ddl!.y, ssdt!.y]).toEqual([[2], [0]]);
    expect(ssdt!.error_x!.array[0]).toBeCloseTo(8, 12);
    expect(ssdt!.error_x!.arrayminus![0]).toBeCloseTo(12, 12);
    expect(figure.layout.annotations).toMatchObject([
      { text: expect.stringMatching(/^\u25c0 \u221231\.0 \[\u2212/) as string, x: -10, y: 1, xanchor: 'left' },
    ]);
    expect(figureToSvg(figure)).toContain('\u221231.0');
  });

  it('refuses no rows and a group that is not listed', () => {
    expect(() => intervalRows([], options)).toThrow('no rows');
    expect(() => intervalRows([{ ...rows[0]!, group: 'SSDP' }], options)).toThrow(/"SSDP"; listed are DDL, SSDT/);
  });
});
