import { describe, expect, it } from 'vitest';
import { smallConfig } from '../testing/images';
import { planEpoch, stepsPerEpoch } from './plan';
import type { StepPlan } from './plan';

const config = smallConfig({ training: { batchSize: 4 } });
const numbers = ({ raw, second, theta }: StepPlan): number[] => [
  ...raw.boxes,
  ...raw.gains,
  ...second.boxes,
  ...second.gains,
  ...theta,
];

describe('planEpoch', () => {
  it('meets every image once an epoch, in full batches but the last', () => {
    const plans = planEpoch(10, config, 3);
    expect(plans.map(({ indices }) => indices.length)).toEqual([4, 4, 2]);
    expect(plans.flatMap(({ indices }) => [...indices]).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(stepsPerEpoch(10, config)).toBe(plans.length);
    expect(stepsPerEpoch(8, config)).toBe(2);
  });

  it('has one number of each kind for each image', () => {
    for (const { indices, raw, second, theta } of planEpoch(10, config, 1)) {
      const n = indices.length;
      expect([raw.boxes.length, raw.gains.length, second.boxes.length, second.gains.length, theta.length]).toEqual([
        4 * n,
        n,
        4 * n,
        n,
        n,
      ]);
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
    const kinds = (['none', 'random', 'crop'] as const).map((kind) =>
      planEpoch(10, smallConfig({ view: { kind }, training: { batchSize: 4 } }), 1),
    );
    expect(kinds[1]).toEqual(kinds[0]);
    expect(kinds[2]).toEqual(kinds[0]);
  });
});
