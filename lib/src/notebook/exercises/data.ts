/** The exercises of the notebook 01-data. */
import { choice, number } from '../exercise';
import type { Exercise } from '../exercise';

const oneImage: Exercise<{ readonly images: number }> = number({
  expected: ({ images }) => 100 / images,
  tolerance: 0.02,
  because: (expected, { images }) =>
    `One of ${images} images is ${expected.toFixed(2)} points. A gain of less than a few times that is a handful of images.`,
  wrong: (answer, expected, { images }) => {
    if (Math.abs(answer - expected / 100) < 1e-3)
      return 'That is a share. In percentage points it is 100 times as much.';
    if (Math.abs(answer - images / 100) < 1e-3)
      return 'You divided the wrong way round: what part of all images is one?';
    return undefined;
  },
});

export const dataExercises = {
  'data-one-image': oneImage,
  'data-half-width': choice({
    right: '4',
    because: 'The standard deviation is the root of p(1 - p)/n. To halve it, n must be four times as large.',
    wrong: {
      '2': 'The width falls with the root of n: twice the images make it 1.41 times narrower, not 2 times.',
      '8': 'Look at the equation: n stands under a root. What must n be multiplied by for the root to double?',
      '16': 'That would make it four times narrower.',
    },
  }),
  'data-pairing': choice({
    right: 'shared',
    because:
      'On one draw both classifiers meet the same hard or easy images, so both scores rise and fall together. The difference takes that common part out, and only what separates the two is left.',
    wrong: {
      more: 'Both comparisons use the same number of results. Count them.',
      better:
        'Pairing changes no classifier: the two means are what they were. Only the width of the interval changes.',
      luck: 'Change the seed and run the cells again: does the paired interval stay the narrower one?',
    },
  }),
} as const;
