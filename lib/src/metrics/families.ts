/** Errors within a family of classes and across families. */
import { checkLabels, type Numbers } from './accuracy';

/** Where the errors of a confusion matrix lie, and where blind ones would. Shares in 0..1; null where there is no error. */
export interface FamilyErrors {
  readonly errors: number;
  /** Errors whose predicted class is a sibling: of the true class's family. */
  readonly within: number;
  readonly share: number | null;
  /** The share if every error fell on each wrong class alike. */
  readonly even: number | null;
  /** The share if every error fell on the wrong classes as often as the model calls them at all. */
  readonly called: number | null;
}

/** What all classes but t hold of a weight, what the siblings of t hold of it, and their share. */
function heldByOthers(t: number, families: Numbers, weight: (c: number) => number) {
  let [siblings, others] = [0, 0];
  for (let c = 0; c < families.length; c++) {
    if (c === t) continue;
    others += weight(c);
    if (families[c] === families[t]) siblings += weight(c);
  }
  return { siblings, others, share: siblings / others };
}

/**
 * How many errors stay within the family, beside what errors without any sense for families would give.
 *
 *   share  = sum_{t != p, same family} n_tp / E,     E = sum_{t != p} n_tp
 *   even   = 1/E sum_t e_t (|family of t| - 1) / (C - 1),     e_t the errors of class t
 *   called = 1/E sum_t e_t sum_{p sibling of t} m_p / sum_{p != t} m_p,     m_p how often p was called
 *
 * `called` is the stricter opponent: a model that calls three siblings all the time hits a family now and then by that alone.
 *
 * @param counts [classes][classes], rows are the truth
 * @param families [classes], a number each; equal numbers are siblings
 * Errors: RangeError where the sizes differ or a family is no whole number from 0 on.
 */
export function familyErrors(counts: readonly (readonly number[])[], families: Numbers): FamilyErrors {
  const classes = counts.length;
  if (families.length !== classes)
    throw new RangeError(`familyErrors: ${families.length} families for ${classes} classes; give one a class`);
  checkLabels(families, Number.MAX_SAFE_INTEGER, 'familyErrors');
  const calls = Array.from({ length: classes }, (_, p) => counts.reduce((sum, row) => sum + row[p]!, 0));
  let [errors, within, even, called] = [0, 0, 0, 0];
  counts.forEach((row, t) => {
    const { others: wrong, siblings } = heldByOthers(t, families, (p) => row[p]!);
    if (wrong === 0) return;
    errors += wrong;
    within += siblings;
    even += wrong * heldByOthers(t, families, () => 1).share;
    called += wrong * heldByOthers(t, families, (p) => calls[p]!).share;
  });
  const of = (sum: number): number | null => (errors === 0 ? null : sum / errors);
  return { errors, within, share: of(within), even: of(even), called: of(called) };
}
