/** Training without end: the smallest full recipe, ten thousand steps (CSDNET_LOAD=1), a few hundred in the ordinary run. */
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Timed, Usage } from '../../bench/protocol';
import { FULL, growthText, slopeOf, tell } from './slope';

const STEPS = FULL ? 10_000 : 300;
/** Steps between two looks; the first tenth, in which pools get their size, is not judged. */
const LOOK = FULL ? 250 : 20;
const WARM = STEPS / 5;
/** Growth over all steps that counts as none, as a share of what is resident: at the upper end of the slope's interval. */
const FLAT = 0.05;

/** Compiled: the steps are taken in a process of their own. */
const { startSubject } = require(
  path.resolve(__dirname, '..', '..', '..', 'dist', 'bench', 'contestant.js'),
) as typeof import('../../bench/contestant');

it('a line through points has the slope and the interval of a text book', () => {
  // y = 1 + 2 x + (0.1, -0.1, -0.1, 0.1): the residuals are orthogonal to x, and t(0.975, 2) = 4.302653.
  const { slope, low, high } = slopeOf([0, 1, 2, 3], [1.1, 2.9, 4.9, 7.1]);
  expect(slope).toBeCloseTo(2, 12);
  expect((high - low) / 2).toBeCloseTo(4.302653 * Math.sqrt(0.04 / 2 / 5), 6);
  expect(() => slopeOf([1, 1, 1], [1, 2, 3])).toThrow(/one x/);
});

it(`${STEPS} steps leave no tensor and no memory behind`, { timeout: 3_600_000 }, async () => {
  const worker = startSubject(1, 'the steps');
  const [steps, tensors, resident] = [[] as number[], [] as number[], [] as number[]];
  try {
    await worker.ask({ call: 'soak' });
    for (let done = 0; done < STEPS; done += LOOK) {
      await worker.ask<Timed>({ call: 'time', iterations: LOOK });
      const usage = await worker.ask<Usage>({ call: 'usage' });
      if (done + LOOK <= WARM) continue;
      steps.push(done + LOOK);
      tensors.push(usage.tensors);
      resident.push(usage.resident ?? 0);
    }
  } finally {
    await worker.end();
  }
  expect([...new Set(tensors)]).toHaveLength(1);
  const slope = slopeOf(steps, resident);
  const [least, last] = [Math.min(...resident), resident.at(-1)!];
  tell(
    `${STEPS} steps, ${tensors[0]} tensors throughout, ${(last / 2 ** 20).toFixed(0)} MB resident, ${growthText(slope, 'steps', STEPS)}`,
  );
  expect(slope.high * STEPS).toBeLessThan(FLAT * Math.max(least, 1));
});
