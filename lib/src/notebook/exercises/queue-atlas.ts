/** The exercises of the notebook 07-queue-atlas. */
import { choice, number } from '../exercise';
import { dot } from '../rows';
import type { Rows } from '../rows';

/** Points in the plane, and the number of one of them. */
export interface NeighbourNumbers {
  readonly points: Rows;
  readonly of: number;
}

/** A row of the queue, and its view under the present weights. */
export interface DriftNumbers {
  readonly stale: readonly number[];
  readonly fresh: readonly number[];
}

const distance = (a: readonly number[], b: readonly number[]): number => Math.hypot(...a.map((v, d) => v - b[d]!));

/** The number of the point nearest to point `of`. */
function nearest({ points, of }: NeighbourNumbers): number {
  const others = points.map((_, j) => j).filter((j) => j !== of);
  return others.reduce((best, j) => (distance(points[j]!, points[of]!) < distance(points[best]!, points[of]!) ? j : best)); // prettier-ignore
}

const cosine = (a: readonly number[], b: readonly number[]): number => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));

export const queueAtlasExercises = {
  'atlas-neighbour': number<NeighbourNumbers>({
    expected: nearest,
    tolerance: 1e-9,
    because: (j, { points, of }) =>
      `Point ${of} is ${distance(points[of]!, points[j]!).toFixed(2)} away from point ${j}. Its old friends 4 and 5 are far away now, so they keep it as a neighbour only because they have nobody nearer.`,
    wrong: (answer, _, { of, points }) =>
      answer === of
        ? 'That is the point itself: it is left out.'
        : points[answer]
          ? `Point ${answer} is ${distance(points[of]!, points[answer]!).toFixed(2)} away. One is nearer.`
          : `There are points 0 to ${points.length - 1}.`,
  }),
  'atlas-distance': choice({
    right: 'little',
    because:
      'The map is made from ties to near neighbours. Nothing holds far groups at their true distance: the two seeds of section 5 put the same groups at different distances.',
    wrong: {
      twice: 'Look at the table of section 5: if maps told distances, its columns would agree.',
      farther:
        'Not even the order is safe: find two rows of the table of section 5 whose order differs between the two seeds.',
    },
  }),
  'atlas-drift': number<DriftNumbers>({
    expected: ({ stale, fresh }) => 1 - cosine(stale, fresh),
    tolerance: 1e-3,
    because: (drift, { stale, fresh }) =>
      `Both have length 1, so the product ${cosine(stale, fresh).toFixed(2)} is the cosine, and the drift is 1 minus it: ${drift.toFixed(2)}.`,
    wrong: (answer, drift) =>
      Math.abs(answer - (1 - drift)) < 1e-3
        ? 'That is the cosine. The drift is 1 minus it.'
        : Math.abs(answer - Math.sqrt(2 * drift)) < 1e-2
          ? 'That is the straight distance between the two. The drift is 1 minus the cosine.'
          : undefined,
  }),
  'atlas-seeds': choice({
    right: 'space',
    because:
      'Turn all features of a network by the same rotation: every cosine between two images stays, but every place changes. Two seeds differ by such turns and more, so compare cosines and neighbours, which stay, and not places.',
    wrong: {
      different:
        'They may see the images in the very same way: turn all features of one network by a rotation, and every cosine between images stays as it was.',
      worse: 'How good a network is stands in the numbers beside the map. Where its island lies says nothing about it.',
    },
  }),
} as const;
