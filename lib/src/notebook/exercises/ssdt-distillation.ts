/** The exercises of the notebook 05-ssdt-distillation. */
import { distillLesson, gradientSize } from '../distill-plain';
import { choice, number } from '../exercise';
import type { Rows } from '../rows';

export interface HowManyClasses {
  readonly classes: number;
}

/** The hand-made logits of section 2: the student's and the teacher's. */
export interface HandLogits {
  readonly z: Rows;
  readonly w: Rows;
}

/** The size of the gradient on the student without the factor T^2. */
const bareSize = ({ z, w }: HandLogits, temperature: number): number =>
  gradientSize(distillLesson({ raw: z, second: w }, { temperature }).toRaw) / temperature ** 2;

export const ssdtDistillationExercises = {
  'ssdt-entropy': number<HowManyClasses>({
    expected: ({ classes }) => Math.log(classes),
    tolerance: 0.002,
    because: (most, { classes }) =>
      `All ${classes} classes get the same share, and the entropy of that is ln ${classes} = ${most.toFixed(4)}. Such a target teaches nothing.`,
    wrong: (answer, _, { classes }) => {
      if (answer === 0) return 'That is the other end: T towards 0, where one class has everything.';
      if (Math.abs(answer - Math.log2(classes)) < 0.01)
        return 'That is right in bits. The page counts in nats: take the natural logarithm.';
      if (Math.abs(answer - 1 / classes) < 0.01)
        return 'That is the share of each class. What is the entropy of such shares?';
      return undefined;
    },
  }),
  'ssdt-moves': choice({
    right: 'second',
    because:
      'In rawToAug the raw view is the teacher and the second view the student. The teacher is fixed, so only the student moves.',
    wrong: {
      raw: 'The raw view is the teacher here, and it is held fixed. Look at the third group of bars in section 4.',
      both: 'Both would move without the stop-gradient. Here the teacher is held fixed.',
    },
  }),
  'ssdt-factor': number<HandLogits>({
    expected: (given) => bareSize(given, 4) / bareSize(given, 8),
    tolerance: 0.1,
    because: (ratio) =>
      `It becomes ${ratio.toFixed(2)} times smaller: close to 4, for 1/T^2 at a doubled T. The factor T^2 takes that back.`,
    wrong: (answer, ratio) => {
      if (Math.abs(answer - 1 / ratio) < 0.02) return 'That is the ratio the other way round. How many times SMALLER?';
      if (Math.abs(answer - 2) < 0.1)
        return 'One factor 1/T comes from z/T. There is a second one: the difference q - p shrinks as well.';
      if (Math.abs(answer - 1) < 0.1) return 'So it is with the factor T^2. Here it is left out.';
      return undefined;
    },
  }),
} as const;
