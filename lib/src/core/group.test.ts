import { describe, expect, it } from 'vitest';
import { groupBy } from './group';

describe('groupBy', () => {
  it('keeps the order of the values, and that of the keys by their first values', () => {
    const found = groupBy(['bee', 'ant', 'bat', 'cow', 'ape'], (word) => word[0]);
    expect([...found]).toEqual([
      ['b', ['bee', 'bat']],
      ['a', ['ant', 'ape']],
      ['c', ['cow']],
    ]);
    expect(groupBy([], () => 1).size).toBe(0);
  });
});
