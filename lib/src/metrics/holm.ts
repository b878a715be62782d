/** Many tests at once: p values as if all of a table's rows had been one question. */
import padjust from '@stdlib/stats-padjust';

/**
 * Holm's step-down adjustment: with p_(1) <= ... <= p_(m), adjusted p_(i) = min(1, max_{j <= i} (m - j + 1) p_(j)).
 *
 * A row whose adjusted p is below 0.05 is one of a list in which any false finding at all has a chance below 5 %, however the rows depend on
 * each other. It is never weaker than Bonferroni's m p. A null (a row without a test) stays null and does not count in m.
 *
 * Source: Holm, A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6 (1979).
 * Errors: RangeError where a p value is not in 0..1.
 */
export function holm(values: readonly (number | null)[]): (number | null)[] {
  const wrong = values.find((p) => p !== null && !(p >= 0 && p <= 1));
  if (wrong !== undefined)
    throw new RangeError(`holm: a p value is ${wrong}; it lies in 0..1, or is null where there is no test`);
  const told = values.filter((p) => p !== null);
  const adjusted = told.length === 0 ? [] : padjust(told, 'holm');
  let next = 0;
  return values.map((p) => (p === null ? null : adjusted[next++]!));
}
