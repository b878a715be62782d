/** The exercises of the notebook 00-map. */
import { number, choice } from '../exercise';
import { contrastLoss } from '../plain';
import type { Rows } from '../rows';

/** The hand-made queue of section 4. */
export interface QueueNumbers {
  readonly F: Rows;
  readonly y: readonly number[];
  readonly Q: Rows;
  readonly yQ: readonly number[];
}

const meanAt = ({ F, y, Q, yQ }: QueueNumbers, margin: number): number => {
  const costs = contrastLoss({ features: F, labels: y }, { features: Q, labels: yQ }, margin);
  return costs.reduce((sum, cost) => sum + cost, 0) / costs.length;
};

export const mapExercises = {
  'map-theta': choice({
    right: 'smaller',
    because:
      'A higher threshold leaves fewer cells, so the box around them cannot grow. It zooms in further, and it is more likely to cut off part of the difference.',
    wrong: {
      larger: 'The mask holds the cells ABOVE the threshold. Raise the threshold: are there more of them, or fewer?',
      same: 'Look at the hand-made map: how many of its cells are above 0.8 times the maximum, and how many above 0.5 times?',
    },
  }),
  'map-margin': number<QueueNumbers>({
    expected: (given) => meanAt(given, 0),
    tolerance: 1e-3,
    because: () =>
      'With margin 0 every pair of two classes costs its whole cosine. Pairs of one class cost what they did: the margin does not touch them.',
    wrong: (answer, _, given) =>
      Math.abs(answer - meanAt(given, 0.4)) < 1e-3
        ? 'That is the mean at the margin 0.4. Change xi to 0 in the cell of section 4, run it again, and read the mean.'
        : undefined,
  }),
  'map-inference': choice({
    right: 'none',
    because:
      'SSDP, DDL and SSDT act while the network trains. A new image goes through the network once, as its raw view, so inference costs what the baseline costs.',
    wrong: {
      ssdp: 'The second view is needed only to compute the losses. No loss is computed for a new image.',
      ddl: 'The queue is a memory for the contrast loss. A new image has no label to contrast.',
      ssdt: 'The teacher is needed only to compute the distillation loss while training.',
      all: 'Read the last sentence under the sum of section 2 once more.',
    },
  }),
} as const;
