/** SSDT again, in slow float64 loops straight from its equations: what the tensor code must equal. */
import type { DistillOptions } from '../distill';
import { logSoftmax, softenedKl } from './reference';
import type { Matrix } from './reference';

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const without = (values: readonly number[], index: number): number[] => values.filter((_, c) => c !== index);

function logSumExp(values: readonly number[]): number {
  const top = Math.max(...values);
  return top + Math.log(sum(values.map((x) => Math.exp(x - top))));
}

/** sum of p (log p - log q) for distributions given by their logarithms */
const divergence = (logP: readonly number[], logQ: readonly number[]): number =>
  sum(logP.map((x, c) => Math.exp(x) * (x - logQ[c]!)));

export interface Parts {
  /** KL of (p_y, 1 - p_y) */
  readonly target: number;
  /** KL of the other classes, renormalised */
  readonly others: number;
  /** p_y of the teacher */
  readonly sure: number;
}

/** The two parts of KL(softmax(teacher / T) || softmax(student / T)), of each row. */
export function klParts(teacher: Matrix, student: Matrix, labels: readonly number[], temperature: number): Parts[] {
  return teacher.map((row, i) => {
    const y = labels[i]!;
    const sides = [row, student[i]!].map((z) => {
      const logP = logSoftmax(z.map((x) => x / temperature));
      const rest = without(logP, y);
      return { binary: [logP[y]!, logSumExp(rest)], rest: logSoftmax(rest) };
    });
    const [t, s] = [sides[0]!, sides[1]!];
    return {
      target: divergence(t.binary, s.binary),
      others: divergence(t.rest, s.rest),
      sure: Math.exp(t.binary[0]!),
    };
  });
}

function towards(student: Matrix, other: Matrix, labels: readonly number[], options: DistillOptions): number[] {
  const { temperature, targetWeight, othersWeight } = options;
  const teacher =
    options.teacher === 'view' ? other : other.map((row, i) => row.map((x, c) => (x + student[i]![c]!) / 2));
  const loss =
    options.divergence === 'kl'
      ? softenedKl(teacher, student, temperature)
      : klParts(teacher, student, labels, temperature).map(
          (part) => targetWeight * part.target + othersWeight * part.others,
        );
  return loss.map((x) => temperature ** 2 * x);
}

/** T^2 times the divergence, by direction; the stop-gradient changes no value. */
export function selfDistillation(
  raw: Matrix,
  second: Matrix,
  labels: readonly number[],
  options: DistillOptions,
): number[] {
  const [toRaw, toSecond] = [towards(raw, second, labels, options), towards(second, raw, labels, options)];
  if (options.direction === 'augToRaw') return toRaw;
  if (options.direction === 'rawToAug') return toSecond;
  return toRaw.map((x, i) => (x + toSecond[i]!) / 2);
}
