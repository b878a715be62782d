import { describe, expect, it } from 'vitest';
import { duration, readCount, readSeeds, readShots } from './options';

describe('what a person types', () => {
  it('reads seeds as a number or a list', () => {
    expect(readSeeds('3')).toEqual([1, 2, 3]);
    expect(readSeeds('1,4, 7')).toEqual([1, 4, 7]);
    for (const bad of ['0', 'x', '1,1', '-2', '1.5', '']) expect(() => readSeeds(bad)).toThrow(/seed/);
  });

  it('reads counts', () => {
    expect([readCount('12'), readShots('all'), readShots('5')]).toEqual([12, 'all', 5]);
    for (const bad of ['0', '2.5', 'many']) expect(() => readCount(bad)).toThrow(/whole number/);
  });

  it('tells durations', () => {
    expect([3, 75, 3725].map(duration)).toEqual(['3 s', '1 min 15 s', '1 h 2 min']);
  });
});
