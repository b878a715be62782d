import { describe, expect, it } from 'vitest';
import { calledCommand, duration, readCount, readSeeds, readShots, readSince } from './options';

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

it('reads since when', () => {
  expect(readSince('2026-11-25').toISOString()).toBe('2026-11-25T00:00:00.000Z');
  const [week, now] = [readSince('7d').getTime(), new Date().getTime()];
  expect((now - week) / 86_400_000).toBeCloseTo(7, 3);
  for (const bad of ['yesterday', '7', '2026-13-01', '7y']) expect(() => readSince(bad)).toThrow(/give a day/);
});

it('tells the command so that a shell reads it again', () => {
  expect(calledCommand(['train', '--set', 'a.b=0.2', "it's here"])).toBe(
    `npm run csdnet -- train --set a.b=0.2 'it'\\''s here'`,
  );
});
