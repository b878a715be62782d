/** The exercises of the notebook 04-ddl-queue. */
import { choice, number } from '../exercise';
import { dot } from '../rows';
import type { Rows } from '../rows';

/** The hand-made batch and queue, and the margin that is asked for. */
export interface PushNumbers {
  readonly F: Rows;
  readonly y: readonly number[];
  readonly Q: Rows;
  readonly yQ: readonly number[];
  readonly margin: number;
}

/** Pairs above the margin: of two classes, or of any. */
const above = ({ F, y, Q, yQ, margin }: PushNumbers, any = false): number =>
  F.flatMap((f, i) => Q.filter((q, j) => (any || y[i] !== yQ[j]) && dot(f, q) > margin + 1e-9)).length;

export const ddlQueueExercises = {
  'queue-gone': number<{ readonly length: number; readonly batch: number }>({
    expected: ({ length, batch }) => Math.ceil(length / batch),
    tolerance: 0,
    because: (expected, { length, batch }) =>
      `Each step brings ${batch} rows. The last row of a batch leaves when ${length} rows have come in behind it: ${length} / ${batch}, rounded up, is ${expected}.`,
    wrong: (answer, expected, { length, batch }) =>
      Math.abs(answer - Math.floor(length / batch)) < 1e-9 && expected !== answer
        ? `After ${answer} steps only ${answer * batch} rows have come in behind the batch. Are that ${length}?`
        : 'How many rows have to come in behind the last row of a batch until it leaves? How many come in a step?',
  }),
  'queue-pushing': number<PushNumbers>({
    expected: (given) => above(given),
    tolerance: 0,
    because: (expected, { margin }) =>
      `${expected} pairs of two classes have a cosine above ${margin}. A pair of one class never pushes, whatever its cosine.`,
    wrong: (answer, _, given) =>
      answer === above(given, true)
        ? 'You counted every pair above the margin. Pairs of one class are pulled, not pushed.'
        : answer === above({ ...given, margin: 0.4 })
          ? 'That is the number at the margin 0.4. Which pair lies between 0.4 and the margin that is asked for?'
          : 'Read the cosines s in the figure of section 3, and leave out the pairs of one class.',
  }),
  'queue-long': choice({
    right: 'copies',
    because:
      'There are no other images. A queue longer than the training set holds the same images several times, the older copies as a network saw them that is gone.',
    wrong: {
      images: 'Where would more images come from? Every row was made from one of the training images.',
      fresh:
        'The longer the queue, the longer a row stays in it. Look at the age of the oldest row in the second table of section 7.',
      cost: 'A step compares the batch with every row, so a longer queue costs more, if not much. And that is not what changes in the table.',
    },
  }),
  'queue-infonce': choice({
    right: 'classmates',
    because:
      "InfoNCE reads no labels: every row but the image's own other view is a negative, the rows of its own class too. Where classmates are many in the queue, they are pushed away.",
    wrong: {
      temperature:
        'Change the temperature to 1 in the cell of section 4 and run it: does the order of the images change?',
      margin: 'Read the equation again: is there a margin in it?',
      views: 'The other view is the one thing that InfoNCE pulls to. What does it do with all the rest?',
    },
  }),
} as const;
