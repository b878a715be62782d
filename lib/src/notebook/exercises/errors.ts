/** The exercises of the notebook 08-errors. */
import { mcnemar, shareInterval } from '../../metrics';
import { choice, number } from '../exercise';

export interface Discordant {
  readonly onlyA: number;
  readonly onlyB: number;
}

/** Half the width of the interval where half of n images are right, in points. */
const halfWidth = (n: number): number => {
  const { low, high } = shareInterval(n / 2, n);
  return 50 * (high - low);
};

/** The smallest even number of images whose interval reaches at most so many points to either side. */
function imagesFor(points: number): number {
  let n = 2;
  while (halfWidth(n) > points) n += 2;
  return n;
}

const POINTS = 10;

export const errorsExercises = {
  'errors-column': choice({
    right: 'b',
    because:
      'A column collects everything that was CALLED this class. A dark column beside the diagonal is a favourite guess: its own row may look fine, and the rows of other classes pay for it.',
    wrong: {
      a: 'Images of one true class stand in one ROW. Read the axis titles again: what do the images of a column have in common?',
      c: 'The number of images of a class is the sum of its ROW, and every row of a balanced test set has the same sum.',
    },
  }),
  'errors-images': number({
    expected: () => imagesFor(POINTS),
    tolerance: 6,
    because: (expected) =>
      `With ${expected} images the interval reaches ${halfWidth(expected).toFixed(1)} points to either side. Its width shrinks with the square root of the number of images: half the width needs four times the images.`,
    wrong: (answer) =>
      answer >= 2
        ? `With ${2 * Math.round(answer / 2)} images, half of them right, the interval reaches ${halfWidth(2 * Math.round(answer / 2)).toFixed(1)} points to either side.`
        : 'Take an even number of images, 2 or more, half of them named rightly.',
  }),
  'errors-coins': number<Discordant>({
    expected: ({ onlyA, onlyB }) => mcnemar(onlyA, onlyB + 1),
    tolerance: 5e-4,
    because: (expected) =>
      `p = ${expected.toFixed(4)}. One image more for B, and such a split of fair coins is rarer still. Images that both have right or both wrong do not enter at all.`,
    wrong: (answer, expected, { onlyA, onlyB }) => {
      if (Math.abs(answer - expected / 2) < 5e-4)
        return 'That is one side alone. A could as well have been the better one: count both sides.';
      if (Math.abs(answer - mcnemar(onlyA, onlyB)) < 5e-4)
        return 'That is the value before the change. Add one image that only B has right.';
      return undefined;
    },
  }),
} as const;
