/** The exercises of the notebook 02-baseline. */
import { choice, number } from '../exercise';
import type { Exercise } from '../exercise';
import { classifyGradient, classifyLoss } from '../plain-classify';

const evenLoss: Exercise<{ readonly classes: number }> = number({
  expected: ({ classes }) => classifyLoss([new Array<number>(classes).fill(0)], [0])[0]!,
  tolerance: 0.01,
  because: (expected, { classes }) =>
    `Equal logits give each of the ${classes} classes the probability 1/${classes}, and -ln(1/${classes}) = ${expected.toFixed(3)} nats. A loss above that says: worse than not knowing.`,
  wrong: (answer, expected, { classes }) => {
    if (Math.abs(answer - 1 / classes) < 1e-3)
      return 'That is the probability of the right class. The loss is minus its logarithm.';
    if (Math.abs(answer - expected / Math.LN2) < 0.01)
      return 'That is in bits. In nats the logarithm is the natural one (Math.log).';
    if (Math.abs(answer + expected) < 0.01)
      return 'The sign: the logarithm of a probability is negative, and the loss is minus that.';
    return undefined;
  },
});

const pull: Exercise<{ readonly logits: readonly number[]; readonly label: number }> = number({
  expected: ({ logits, label }) => classifyGradient([logits], [label])[0]![label]!,
  tolerance: 2e-3,
  because: (expected) =>
    `The prediction of the right class, minus its target 1, is ${expected.toFixed(4)}. It is negative, so a step against it raises this logit.`,
  wrong: (answer, expected) => {
    if (Math.abs(answer + expected) < 2e-3)
      return 'The size is right and the sign is not: it is prediction minus target.';
    if (Math.abs(answer - (expected + 1)) < 2e-3)
      return 'That is the prediction alone. Take the target away: 1 for the right class, without smoothing.';
    return undefined;
  },
});

export const baselineExercises = {
  'baseline-even-loss': evenLoss,
  'baseline-pull': pull,
  'baseline-best-epoch': choice({
    right: 'validation',
    because:
      'Images that were set aside of the training images may choose: the test then stays unseen, and its number stays honest. The price is that there are fewer images to train on.',
    wrong: {
      test: 'Then the test has chosen, and its number includes the luck of those images. The figure of section 6 shows how much that is.',
      train:
        'The training accuracy hardly ever stops rising, so it would always choose the last epoch, overfitted or not.',
      average:
        'Each epoch of the average was still seen on the test. No choice may look at the test images, not even a clever one.',
    },
  }),
} as const;
