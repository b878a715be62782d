/** Nearest-neighbour classification under either metric: for features, and for places in a map. */
import { vote } from '../metrics/vote';
import { nearestAmong, type Neighbours } from './neighbours';
import type { Metric, Rows } from './rows';

export interface LabelledRows extends Rows {
  /** Class of each row. */
  readonly labels: ArrayLike<number>;
}

/** Labels on both sides of a search: of the rows that looked, and of the rows that they looked among. */
export interface VoteLabels {
  readonly queries: ArrayLike<number>;
  readonly gallery: ArrayLike<number>;
}

/** Share of queries whose class wins the vote of the neighbours that a search found; a tie goes to the class whose nearest voter is nearer. */
export function voteShare({ indices, k }: Neighbours, { queries, gallery }: VoteLabels): number {
  let right = 0;
  for (let i = 0; i < queries.length; i++) {
    const labels = Array.from(indices.subarray(i * k, (i + 1) * k), (j) => gallery[j]!);
    if (vote(labels) === queries[i]) right++;
  }
  return right / queries.length;
}

/**
 * Share of queries whose class wins the vote of their k nearest rows of a gallery (`voteShare`). Under `cosine` it is `knnAccuracy` of the metrics;
 * places in a map want `euclidean`.
 *
 * @throws RangeError where sizes do not fit, a number is not finite, or k is not in 1..rows of the gallery
 */
export function voteAccuracy(
  queries: LabelledRows,
  gallery: LabelledRows,
  { k, metric }: { readonly k: number; readonly metric: Metric },
): number {
  const found = nearestAmong(queries, gallery, { k, metric });
  const n = queries.labels.length;
  if (found.indices.length !== n * k)
    throw new RangeError(`voteAccuracy: ${found.indices.length / k} queries with ${n} labels; give each row its label`);
  return voteShare(found, { queries: queries.labels, gallery: gallery.labels });
}
