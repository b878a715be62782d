/** Nearest-neighbour classification under either metric: for features, and for places in a map. */
import { nearestAmong } from './neighbours';
import type { Metric, Rows } from './rows';

export interface LabelledRows extends Rows {
  /** Class of each row. */
  readonly labels: ArrayLike<number>;
}

/**
 * Share of queries whose class wins the vote of their k nearest rows of a gallery; a tie goes to the class whose nearest voter is nearer. Under
 * `cosine` it is `knnAccuracy` of the metrics; places in a map want `euclidean`.
 *
 * @throws RangeError where sizes do not fit, a number is not finite, or k is not in 1..rows of the gallery
 */
export function voteAccuracy(
  queries: LabelledRows,
  gallery: LabelledRows,
  { k, metric }: { readonly k: number; readonly metric: Metric },
): number {
  const { indices } = nearestAmong(queries, gallery, { k, metric });
  const n = queries.labels.length;
  if (indices.length !== n * k)
    throw new RangeError(`voteAccuracy: ${indices.length / k} queries with ${n} labels; give each row its label`);
  let right = 0;
  for (let i = 0; i < n; i++) {
    const votes = new Map<number, number>();
    for (const j of indices.subarray(i * k, (i + 1) * k)) {
      const label = gallery.labels[j]!;
      votes.set(label, (votes.get(label) ?? 0) + 1);
    }
    // A Map keeps the order of first votes, so of equal counts the nearer class stands first.
    const [winner] = [...votes].reduce((best, one) => (one[1] > best[1] ? one : best));
    if (winner === queries.labels[i]) right++;
  }
  return right / n;
}
