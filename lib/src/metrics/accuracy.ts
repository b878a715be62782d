/** How often a model is right, and how sure it was. Plain arrays in, plain numbers out. */

/** Anything indexable that holds numbers: `number[]`, `Int32Array`, `Float32Array`. */
export type Numbers = ArrayLike<number>;

/** Throws unless both arrays are non-empty and equally long; `what` names them in the message. */
export function checkPaired(a: Numbers, b: Numbers, what: string): void {
  if (a.length === 0) throw new RangeError(`${what}: nothing to measure, the first argument is empty`);
  if (a.length !== b.length)
    throw new RangeError(`${what}: ${a.length} against ${b.length} entries; they pair by index`);
}

/** Throws unless every entry is a whole number in 0..classes-1 (labels are 0-based here, unlike in the annotation files). */
export function checkLabels(labels: Numbers, classes: number, what: string): void {
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (!Number.isInteger(label) || label < 0 || label >= classes)
      throw new RangeError(`${what}: entry ${i} is ${label}, a class is a whole number from 0 to ${classes - 1}`);
  }
}

/**
 * The share of images whose predicted class is the true one.
 *
 * top1 = 1/n * sum_i [predictions_i = labels_i], in 0..1.
 * Errors: RangeError where the lengths differ or nothing is given.
 */
export function top1(predictions: Numbers, labels: Numbers): number {
  checkPaired(predictions, labels, 'top1');
  let right = 0;
  for (let i = 0; i < labels.length; i++) if (predictions[i] === labels[i]) right++;
  return right / labels.length;
}

/** How many classes stand before `label` in one row of scores; among equal scores the lower class stands first. */
function rankOf(row: Numbers, label: number): number {
  const own = row[label]!;
  let before = 0;
  for (let c = 0; c < row.length; c++) {
    const score = row[c]!;
    if (Number.isNaN(score)) throw new RangeError(`topK: class ${c} has the score NaN`);
    if (score > own || (score === own && c < label)) before++;
  }
  return before;
}

/**
 * The share of images whose true class is among the k highest scores.
 *
 * topK = 1/n * sum_i [rank(labels_i in rows_i) < k], in 0..1; topK with k = 1 is `top1` of the argmax.
 * `rows` holds one row of logits or probabilities an image. Ties go to the lower class, so a constant row earns no gift.
 * Errors: RangeError where lengths differ, a label has no score, a score is NaN, or k < 1.
 */
export function topK(rows: readonly Numbers[], labels: Numbers, k: number): number {
  if (rows.length === 0 || rows.length !== labels.length)
    throw new RangeError(`topK: ${rows.length} rows against ${labels.length} labels; they pair by index`);
  if (!Number.isInteger(k) || k < 1) throw new RangeError(`topK: k is ${k}, it is a whole number from 1 on`);
  let right = 0;
  rows.forEach((row, i) => {
    checkLabels([labels[i]!], row.length, 'topK labels');
    if (rankOf(row, labels[i]!) < k) right++;
  });
  return right / rows.length;
}

/** The class with the highest score in each row of `logits` [n * classes, row-major]; ties go to the lower class. */
export function predict(logits: Numbers, classes: number): number[] {
  if (!Number.isInteger(classes) || classes < 1 || logits.length % classes !== 0)
    throw new RangeError(`predict: ${logits.length} logits are no whole rows of ${classes} classes`);
  return Array.from({ length: logits.length / classes }, (_, i) => {
    let best = 0;
    for (let c = 0; c < classes; c++) {
      if (Number.isNaN(logits[i * classes + c]!)) throw new RangeError(`predict: image ${i}, class ${c} is NaN`);
      if (logits[i * classes + c]! > logits[i * classes + best]!) best = c;
    }
    return best;
  });
}

/**
 * Recall of each class: of the images of class c, the share that was called c.
 *
 * Answers one number in 0..1 a class, and null (not NaN, which JSON cannot hold) for a class without images.
 * Errors: RangeError where lengths differ or a label is outside 0..classes-1.
 */
export function perClass(predictions: Numbers, labels: Numbers, classes: number): (number | null)[] {
  checkPaired(predictions, labels, 'perClass');
  checkLabels(labels, classes, 'perClass labels');
  const seen = new Array<number>(classes).fill(0);
  const right = new Array<number>(classes).fill(0);
  for (let i = 0; i < labels.length; i++) {
    seen[labels[i]!]!++;
    if (predictions[i] === labels[i]) right[labels[i]!]!++;
  }
  return seen.map((n, c) => (n === 0 ? null : right[c]! / n));
}

/**
 * Mean negative log likelihood of the true classes, in nats an image: 0 is certain and right, ln(classes) is a guess.
 *
 * nll = 1/n * sum_i ( log sum_c exp(z_ic) - z_i,labels_i ), the maximum taken out first, so logits of +-1e4 stay finite.
 * `logits` is z, [n * classes] row-major.
 * Errors: RangeError where the sizes do not fit, a label is out of range, or a logit is not finite.
 */
export function negativeLogLikelihood(logits: Numbers, labels: Numbers, classes: number): number {
  if (labels.length === 0 || logits.length !== labels.length * classes)
    throw new RangeError(
      `negativeLogLikelihood: ${logits.length} logits for ${labels.length} labels of ${classes} classes`,
    );
  checkLabels(labels, classes, 'negativeLogLikelihood labels');
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    let top = -Infinity;
    for (let c = 0; c < classes; c++) top = Math.max(top, logits[i * classes + c]!);
    if (!Number.isFinite(top)) throw new RangeError(`negativeLogLikelihood: image ${i} has a logit that is not finite`);
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += Math.exp(logits[i * classes + c]! - top);
    total += top + Math.log(sum) - logits[i * classes + labels[i]!]!;
  }
  return total / labels.length;
}
