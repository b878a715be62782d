/** The exercises of the notebook 03-ssdp-views. */
import { energyInside } from '../../metrics';
import { choice, number } from '../exercise';
import { maskAndBox } from '../plain';
import type { Rows } from '../rows';

/** The hand-made saliency of section 2. */
export interface HandSaliency {
  readonly A: Rows;
}

/** The hand-made truth of section 6. */
export interface HandTruth {
  readonly truth: Rows;
}

const cellsAbove = (A: Rows, theta: number): number =>
  maskAndBox(A, theta)
    .mask.flat()
    .filter((cell) => cell === 1).length;

const flatEnergy = (truth: Rows): number => energyInside(truth.flat().map(() => 1), truth.flat())!; // prettier-ignore

export const ssdpViewsExercises = {
  'ssdp-cells': number<HandSaliency>({
    expected: ({ A }) => cellsAbove(A, 0.3),
    tolerance: 0.5,
    because: (cells) =>
      `${cells} cells are above 0.3 of the maximum. A lower threshold lets more cells in, and the box grows.`,
    wrong: (answer, _, { A }) =>
      answer === cellsAbove(A, 0.5)
        ? 'So many are above 0.5 of the maximum. Compare each number of A with 0.3 times the largest one.'
        : undefined,
  }),
  'ssdp-flat': number<HandTruth>({
    expected: ({ truth }) => flatEnergy(truth),
    tolerance: 0.006,
    because: (share) =>
      `A flat saliency is spread evenly, so the truth catches as much of it as it has area: ${share.toFixed(3)}. Less than that is worse than no look at all.`,
    wrong: (answer, share) => {
      if (answer === 0)
        return 'The flat saliency is above 0 in the cells of the truth as well. Which share of the cells is that?';
      if (answer === 1) return 'That would mean that all of the saliency lies in the truth. But it lies in every cell.';
      if (Math.abs(answer - 100 * share) < 0.5)
        return 'That is the right share in percent. Write it as a number between 0 and 1.';
      return undefined;
    },
  }),
  'ssdp-kernel': choice({
    right: 'c',
    because:
      'Keep weighs every pixel by the value of the mask, and a soft mask moves a little when the kernel moves a little. So the loss tells the kernel which way to go.',
    wrong: {
      a: 'The box of a crop jumps from cell to cell or stays. A small change of the kernel changes nothing, so its gradient is zero.',
      b: 'Keep does use the values of the mask, but these are hard 0 and 1: a small change of the kernel moves none of them.',
    },
  }),
  'ssdp-control': choice({
    right: 'random',
    because:
      'Both spend two views a step. They differ in one thing only: whether the second view is cut where the saliency is high. That is the question.',
    wrong: {
      none: 'A model with a second view sees twice as many pictures a step. The difference would be that of the work, not only that of the place.',
      erase: 'Erase uses the same saliency, the other way round. It does not tell what the saliency is worth.',
      crop: 'That is the very row that is to be judged. Against which other row?',
    },
  }),
} as const;
