/** The exercises of the notebook 09-your-data. */
import { choice, number } from '../exercise';

export const yourDataExercises = {
  'your-images': number<{ readonly halfWidth: number }>({
    expected: ({ halfWidth }) => 0.25 * (1.96 / (halfWidth / 100)) ** 2,
    tolerance: 60,
    because: (expected, { halfWidth }) =>
      `1.96 · √(0.25 / n) = ${halfWidth / 100} gives n = ${expected.toFixed(0)}. Half the width costs four times the images.`,
    wrong: (answer, expected, { halfWidth }) =>
      Math.abs(answer - expected / 4) < 60
        ? `That gives an interval that is ± ${2 * halfWidth} points wide: ${halfWidth} is meant on each side.`
        : Math.abs(answer - 0.25 / (halfWidth / 100) ** 2) < 30
          ? 'That is one standard error. A 95 % interval is 1.96 of them on each side.'
          : 'Solve 1.96 · √(p (1 − p) / n) = the half width, with p = 0.5, for n.',
  }),
  'your-choice': choice({
    right: 'validation',
    because:
      'A choice uses up the images that it was made on: their accuracy is then the best of several tries, and too good. The test is for one look, at the end, after all choices.',
    wrong: {
      test: 'Then the test accuracy of the rate you choose is the largest of several noisy numbers. What would it be on fresh images?',
      training: 'Nearly every rate learns the training images by heart. What does that say of images it has not seen?',
      seed: 'A seed is no setting. Choosing the luckiest one is choosing noise.',
    },
  }),
  'your-plants': choice({
    right: 'plants',
    because:
      'Pictures of one plant share its spots, its pot and its light. With some of them in training, the test asks "have I seen this plant?". Put all pictures of a plant on one side.',
    wrong: {
      images:
        'A random split of the images puts pictures of one plant on both sides. What can a network recognise then?',
      duplicates:
        'Two pictures of one plant have different pixels, so the check for duplicates finds nothing. And yet they are no two independent tests.',
      seeds:
        'Every seed splits the images in the same wrong way: plants on both sides. The mean of wrong numbers is wrong.',
    },
  }),
} as const;
