import { describe, expect, it } from 'vitest';
import { tInterval } from '../metrics';
import { figureToSvg } from '../report/svg';
import { intervalLines } from './interval-lines';

const points = [
  { x: 1, interval: tInterval([0.2, 0.3]) },
  { x: 10, interval: tInterval([0.5]) },
];
const options = { title: 'Accuracy', xTitle: 'Images', caption: 'Mean and interval.', run: 'abc' };

describe('intervalLines', () => {
  it('draws a line each, in percent, the lines beside each other at equal steps', () => {
    const figure = intervalLines(
      [
        { name: 'one', points },
        { name: 'two', points: points.slice(1) },
      ],
      options,
    );
    const [one, two] = figure.data as unknown as { x: number[]; y: number[]; error_y: { array: number[] } }[];
    expect(one!.y).toEqual([25, 50]);
    expect(one!.error_y.array[0]).toBeCloseTo(100 * (tInterval([0.2, 0.3]).high! - 0.25), 10);
    expect(one!.error_y.array[1]).toBe(0);
    expect(one!.x[1]).toBeLessThan(two!.x[0]!);
    expect(Math.round(two!.x[0]!)).toBe(1);
    expect(figure.layout.xaxis!.ticktext).toEqual(['1', '10']);
    expect(figure.meta!.run).toBe('abc');
    expect(figureToSvg(figure)).toContain('Images');
  });

  it('refuses no lines, and a line without a point', () => {
    expect(() => intervalLines([], options)).toThrow('there are no lines');
    expect(() => intervalLines([{ name: 'x', points: [] }], options)).toThrow('"x" has no point');
  });
});
