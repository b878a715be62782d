import os from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { fitsMemory, imageMemory, memorySetting } from './memory';
import type { Split } from './types';

const given = process.env.CSDNET_MEMORY;
afterEach(() => {
  if (given === undefined) delete process.env.CSDNET_MEMORY;
  else process.env.CSDNET_MEMORY = given;
});

describe('the memory for decoded images', () => {
  it('is what CSDNET_MEMORY says in MB, shared by the runs at a time', () => {
    process.env.CSDNET_MEMORY = '1200';
    expect([imageMemory(), imageMemory(3)]).toEqual([1.2e9, 4e8]);
    process.env.CSDNET_MEMORY = memorySetting(imageMemory(3));
    expect(imageMemory()).toBe(4e8);
  });

  it('is a quarter of the machine by default, at most', () => {
    delete process.env.CSDNET_MEMORY;
    expect(imageMemory()).toBeGreaterThan(0);
    expect(imageMemory()).toBeLessThanOrEqual(os.totalmem() / 4);
    expect(imageMemory(2)).toBeLessThanOrEqual(imageMemory() / 2);
  });

  it.each(['many', '0', '-5', 'NaN'])('refuses %s', (value) => {
    process.env.CSDNET_MEMORY = value;
    expect(() => imageMemory()).toThrow(`CSDNET_MEMORY is '${value}'; allowed: a number of megabytes above 0`);
  });
});

describe('fitsMemory', () => {
  const split = (images: number): Split => ({
    name: 'train',
    samples: Array.from({ length: images }, (_, i) => ({ file: `/${i}.png`, name: `${i}.png`, label: 0 })),
  });
  it('counts three bytes a pixel of all splits, and asks for one buffer a split', () => {
    expect(fitsMemory([split(2), split(3)], 10, 1500)).toBe(true);
    expect(fitsMemory([split(2), split(3)], 10, 1499)).toBe(false);
    expect(fitsMemory([split(100)], 4096, 1e12)).toBe(false);
    expect(fitsMemory([split(80)], 4096, 1e12)).toBe(true);
  });
});
