/** Which part of the training images a run is scored on instead of the test images, as one word of a config. */

/**
 * `none`: the test images, at the end. Else no test image is read:
 * `holdout:N` sets N training images of every class aside; `fold:I/K` trains on all folds of the training images but the I-th of K (from 1) and is
 * scored on that one; `folds:K` is K runs, one a fold, of which a single run takes one.
 */
export type Validation = 'none' | `holdout:${number}` | `folds:${number}` | `fold:${number}/${number}`;

/** A validation in its parts. */
export type ValidationPlan =
  | { readonly kind: 'none' }
  | { readonly kind: 'holdout'; readonly perClass: number }
  | { readonly kind: 'folds'; readonly folds: number }
  | { readonly kind: 'fold'; readonly fold: number; readonly folds: number };

export const VALIDATION_HELP = 'none, holdout:N (N from 1), folds:K (K from 2) or fold:I/K (I from 1 to K)';

function planOf(text: string): ValidationPlan | undefined {
  if (text === 'none') return { kind: 'none' };
  const found = /^(holdout|folds|fold):([1-9]\d{0,5})(?:\/([1-9]\d{0,5}))?$/.exec(text);
  if (!found) return undefined;
  const [kind, first, second] = [found[1], Number(found[2]), found[3] === undefined ? undefined : Number(found[3])];
  if (kind === 'fold')
    return second !== undefined && second >= 2 && first <= second ? { kind, fold: first, folds: second } : undefined;
  if (second !== undefined) return undefined;
  if (kind === 'holdout') return { kind, perClass: first };
  return first >= 2 ? { kind: 'folds', folds: first } : undefined;
}

/** Whether a text is a validation. */
export const isValidation = (value: unknown): value is Validation =>
  typeof value === 'string' && planOf(value) !== undefined;

/** A validation in its parts. @throws RangeError where the text is none */
export function validationPlan(text: string): ValidationPlan {
  const plan = planOf(text);
  if (plan) return plan;
  throw new RangeError(`validation "${text}": write ${VALIDATION_HELP}`);
}

/** The runs that a validation asks for: one a fold, else the one it is. */
export function validationParts(validation: Validation): readonly Validation[] {
  const plan = validationPlan(validation);
  if (plan.kind !== 'folds') return [validation];
  return Array.from({ length: plan.folds }, (_, i) => `fold:${i + 1}/${plan.folds}` as const);
}

/** The validation that a run's is a part of: `folds:5` of `fold:2/5`, else the run's own. */
export function wholeValidation(validation: Validation): Validation {
  const plan = validationPlan(validation);
  return plan.kind === 'fold' ? `folds:${plan.folds}` : validation;
}
