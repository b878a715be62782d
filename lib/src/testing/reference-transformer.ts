/** The layers of a transformer again, in slow float64 loops straight from their equations: what the tensor code must equal. */
import type { Matrix } from './reference';

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** y_ij = sum over k of x_ik w_kj + b_j */
export const linearRows = (x: Matrix, weight: Matrix, bias: readonly number[]): number[][] =>
  x.map((row) => bias.map((b, j) => b + sum(row.map((value, k) => value * weight[k]![j]!))));

/** Phi(x) = 1/2 + the integral of exp(-t^2 / 2) / sqrt(2 pi) from 0 to x, by Simpson's rule. */
function normalDistribution(x: number): number {
  const [intervals, density] = [2000, (t: number) => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI)];
  const h = x / intervals;
  let total = density(0) + density(x);
  for (let i = 1; i < intervals; i++) total += (i % 2 === 1 ? 4 : 2) * density(i * h);
  return 0.5 + (total * h) / 3;
}

/** x Phi(x) */
export const gelu = (x: number): number => x * normalDistribution(x);

/** y_ij = gamma_j (x_ij - mean_i) / sqrt(var_i + epsilon) + beta_j */
export function layerNormRows(
  x: Matrix,
  gamma: readonly number[],
  beta: readonly number[],
  epsilon: number,
): number[][] {
  return x.map((row) => {
    const mean = sum(row) / row.length;
    const variance = sum(row.map((value) => (value - mean) ** 2)) / row.length;
    return row.map((value, j) => (gamma[j]! * (value - mean)) / Math.sqrt(variance + epsilon) + beta[j]!);
  });
}

/** exp(z_j) / sum over k of exp(z_k) */
function softmax(z: readonly number[]): number[] {
  const top = Math.max(...z);
  const powers = z.map((value) => Math.exp(value - top));
  return powers.map((power) => power / sum(powers));
}

export interface ReferenceAttention {
  /** [rows][d] */
  readonly y: Matrix;
  /** One matrix for each head of each sequence, sequence by sequence. */
  readonly probabilities: readonly Matrix[];
}

/** y = softmax(q k' / sqrt(size)) v, for each head of each sequence; a row of `qkv` is [q of all heads, k of all heads, v of all heads]. */
export function attention(qkv: Matrix, heads: number, tokens: number): ReferenceAttention {
  const d = qkv[0]!.length / 3;
  const size = d / heads;
  const y = qkv.map(() => new Array<number>(d).fill(0));
  const probabilities: Matrix[] = [];
  for (let from = 0; from < qkv.length; from += tokens) {
    const rows = qkv.slice(from, from + tokens);
    for (let head = 0; head < heads; head++) {
      const part = (which: number): number[][] =>
        rows.map((row) => row.slice(which * d + head * size, which * d + (head + 1) * size));
      const [q, k, v] = [part(0), part(1), part(2)];
      const p = q.map((a) => softmax(k.map((b) => sum(a.map((x, i) => x * b[i]!)) / Math.sqrt(size))));
      p.forEach((row, i) => {
        for (let c = 0; c < size; c++) y[from + i]![head * size + c] = sum(row.map((share, j) => share * v[j]![c]!));
      });
      probabilities.push(p);
    }
  }
  return { y, probabilities };
}
