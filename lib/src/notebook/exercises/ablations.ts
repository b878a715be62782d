/** The exercises of the notebook 06-ablations. */
import { choice, number } from '../exercise';
import { quantile } from '../../core/median';
import { seedsNeeded } from '../seed-figures';

/** A table in which nothing has an effect. */
export interface LuckNumbers {
  readonly rows: number;
}

/** Spreads of the stored rows, in points, and the difference to be shown. */
export interface SeedNumbers {
  readonly spreads: readonly number[];
  readonly effect: number;
}

/** The seeds that the normal quantile 1.96 would ask for: too few, where there are few. */
const withoutStudent = ({ spreads, effect }: SeedNumbers): number =>
  Math.ceil(((1.96 * quantile(spreads, 0.5)) / effect) ** 2);

export const ablationsExercises = {
  'ablations-paired': choice({
    right: 'same',
    because:
      'Both variants gained the same 10 points on that seed, so the difference of that seed is what it was, and so are the mean, the spread and the interval of the differences. The unpaired interval did change: it counts the easy images as noise.',
    wrong: {
      wider:
        'The spread of each row grows, but the paired interval never looks at a row alone. Write down the five differences before and after.',
      narrower: 'Write down the five differences before and after: which of them has moved?',
    },
  }),
  'ablations-luck': number<LuckNumbers>({
    expected: ({ rows }) => 0.05 * rows,
    tolerance: 1e-6,
    because: (expected, { rows }) =>
      `A 95 % interval misses the truth once in 20 times, and here the truth is zero: 0.05 x ${rows} = ${Number(expected.toFixed(2))}. So a table with that many rows that leave out zero is what you get when nothing helps.`,
    wrong: (answer, expected, { rows }) => {
      if (Math.abs(answer - (rows - expected)) < 1e-6)
        return 'That is how many intervals hold zero. The question asks for those that leave it out.';
      return answer === 0
        ? 'Each interval is wrong once in 20 times, even where nothing has an effect. With so many rows, some will be.'
        : undefined;
    },
  }),
  'ablations-seeds': number<SeedNumbers>({
    expected: ({ spreads, effect }) => seedsNeeded(spreads, effect).half,
    tolerance: 0,
    because: (expected, given) =>
      `With ${expected} seeds half the width of the middle row's interval is, in points, no more than ${given.effect}. A true effect of that size then shows in half of all repetitions; to see it in four of five takes ${seedsNeeded(given.spreads, given.effect).most} seeds. Half the effect costs about four times the seeds.`,
    wrong: (answer, _, given) => {
      if (answer === seedsNeeded(given.spreads, given.effect).most)
        return 'That many show the effect in four of five repetitions. The question asks for half of them.';
      return answer === withoutStudent(given)
        ? "That is the answer with 1.96. For few seeds Student's t is larger: read the number under the figure."
        : undefined;
    },
  }),
  'ablations-control': choice({
    right: 'c',
    because:
      'The module comes with a second view, and a second view alone may be worth as much. What the table shows is that something in the row is better than the baseline; it does not show that the idea of the module is.',
    wrong: {
      a: 'The baseline sees half as many views a step. What if two ordinary views do just as well?',
      b: 'An interval that holds zero does not show that there is no effect. It may be too wide to see one.',
    },
  }),
} as const;
