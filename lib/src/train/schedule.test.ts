import { describe, expect, it } from 'vitest';
import { CLASSIFY, CONTRAST, DISTILL, preset } from '../config';
import { expectClose } from '../testing/close';
import { warmupCosine } from '../testing/reference';
import { rateShare, termWeight } from './schedule';

const { optimizer } = preset('tiny');
const shares = (total: number, warmupSteps: number): number[] =>
  Array.from({ length: total }, (_, step) => rateShare(step, total, { ...optimizer, warmupSteps }));

describe('rateShare', () => {
  it.each([
    [1, 0],
    [10, 0],
    [40, 5],
    [40, 39],
    [7, 7],
  ])('equals the reference, %i steps with %i of warm-up', (total, warmup) => {
    expectClose(shares(total, warmup), warmupCosine(total, warmup), 1e-12);
  });

  it('rises to 1, falls to nearly 0, and never leaves (0, 1]', () => {
    const found = shares(100, 10);
    expect(found.slice(0, 11)).toEqual([...found.slice(0, 11)].sort((a, b) => a - b));
    expect(found.slice(10)).toEqual([...found.slice(10)].sort((a, b) => b - a));
    expect(Math.max(...found)).toBe(1);
    expect(found.at(-1)).toBeLessThan(1e-3);
    expect(found.every((share) => share > 0)).toBe(true);
  });

  it('only warms up where the run is shorter than the warm-up', () => {
    expectClose(shares(4, 10), [0.25, 0.5, 0.75, 1], 1e-12);
  });
});

describe('termWeight', () => {
  it('is the weight from the first step on where nothing warms up', () => {
    expect([0, 1, 100].map((step) => termWeight({ ...CLASSIFY, weight: 0.7 }, step))).toEqual([0.7, 0.7, 0.7]);
    expect(termWeight({ ...DISTILL, weight: 2, warmupSteps: 0 }, 0)).toBe(2);
  });

  it('rises linearly from 0 over the warm-up, then stays', () => {
    const term = { ...CONTRAST, weight: 2, warmupSteps: 4 };
    expect([0, 1, 2, 3, 4, 5, 99].map((step) => termWeight(term, step))).toEqual([0, 0.5, 1, 1.5, 2, 2, 2]);
  });

  it('is 0 before its start, and then begins as it otherwise would at step 0', () => {
    const rising = { ...CONTRAST, weight: 2, startStep: 3, warmupSteps: 4 };
    expect([0, 2, 3, 4, 5, 6, 7, 8].map((step) => termWeight(rising, step))).toEqual([0, 0, 0, 0.5, 1, 1.5, 2, 2]);
    const sudden = { ...DISTILL, weight: 2, startStep: 3, warmupSteps: 0 };
    expect([0, 2, 3, 99].map((step) => termWeight(sudden, step))).toEqual([0, 0, 2, 2]);
  });
});
