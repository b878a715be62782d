import { describe, expect, it } from 'vitest';
import { stepsPerEpoch } from '../config';
import { smallConfig } from '../testing/images';
import { planEpoch, slicePlan } from './plan';
import type { StepPlan } from './plan';

const config = smallConfig({ training: { batchSize: 4 } });
const numbers = ({ raw, second, theta, tiles }: StepPlan): number[] => [
  ...raw.boxes,
  ...raw.gains,
  ...second.boxes,
  ...second.gains,
  ...theta,
  ...tiles,
];

describe('planEpoch', () => {
  it('meets every image once an epoch, in batches whose sizes differ by one at most', () => {
    const plans = planEpoch(10, config, 3);
    expect(plans.map(({ indices }) => indices.length)).toEqual([4, 3, 3]);
    expect(plans.flatMap(({ indices }) => [...indices]).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(stepsPerEpoch(10, config)).toBe(plans.length);
    expect(stepsPerEpoch(8, config)).toBe(2);
  });

  it('has one number of each kind for each image', () => {
    for (const { indices, raw, second, theta, tiles } of planEpoch(10, config, 1)) {
      const n = indices.length;
      const lengths = [raw.boxes, raw.gains, second.boxes, second.gains, theta, tiles].map(({ length }) => length);
      expect(lengths).toEqual([4 * n, n, 4 * n, n, n, config.view.tiles ** 2 * n]);
      expect([...theta].every((t) => t >= config.view.fraction[0] - 1e-7 && t <= config.view.fraction[1] + 1e-7)).toBe(
        true,
      );
    }
  });

  it('is a pure function of config, seed and epoch, and differs between epochs, steps, views and seeds', () => {
    expect(planEpoch(10, config, 2)).toEqual(planEpoch(10, config, 2));
    const drawn = [planEpoch(10, config, 1), planEpoch(10, config, 2), planEpoch(10, { ...config, seed: 2 }, 1)]
      .flat()
      .map(numbers);
    expect(new Set(drawn.map(String)).size).toBe(drawn.length);
    const [first] = planEpoch(10, config, 1) as [StepPlan];
    expect(first.raw).not.toEqual(first.second);
  });

  it('draws the raw view alike for every kind of second view: variants meet the same images', () => {
    const kinds = (['none', 'random', 'crop', 'keep', 'erase', 'shuffle'] as const).map((kind) =>
      planEpoch(10, smallConfig({ view: { kind }, training: { batchSize: 4 } }), 1),
    );
    for (const plans of kinds) expect(plans).toEqual(kinds[0]);
  });
});

describe('slicePlan', () => {
  it.each([2, 3] as const)(
    'cuts a plan into parts that are the plan again, end to end, with %i tiles a side',
    (tiles) => {
      const [plan] = planEpoch(7, smallConfig({ view: { tiles }, training: { batchSize: 7 } }), 1) as [StepPlan];
      const parts = [slicePlan(plan, 0, 3), slicePlan(plan, 3, 5), slicePlan(plan, 5, 7)];
      const joined = (read: (part: StepPlan) => ArrayLike<number>): number[] =>
        parts.flatMap((part) => Array.from(read(part)));
      expect(joined(({ indices }) => indices)).toEqual([...plan.indices]);
      expect(joined(({ raw }) => raw.boxes)).toEqual([...plan.raw.boxes]);
      expect(joined(({ raw }) => raw.gains)).toEqual([...plan.raw.gains]);
      expect(joined(({ second }) => second.boxes)).toEqual([...plan.second.boxes]);
      expect(joined(({ second }) => second.gains)).toEqual([...plan.second.gains]);
      expect(joined(({ theta }) => theta)).toEqual([...plan.theta]);
      expect(joined((part) => part.tiles)).toEqual([...plan.tiles]);
      expect(parts.map((part) => part.tiles.length)).toEqual([3, 2, 2].map((n) => n * tiles ** 2));
    },
  );
});
