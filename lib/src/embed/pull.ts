/** How strongly two points of the map pull and push each other, as tables over their squared distance. */
import type { Curve } from './curve';

/** Pieces of the table an octave of the squared distance, as bits of a float32's fraction. */
const BITS = 7;
/** What the shift leaves of the bits of a float32 >= 0: exponent and the leading bits of the fraction. */
export const SHIFT = 23 - BITS;
/** Pieces for every finite float32 >= 0. */
const PIECES = 255 << BITS;
/** The bits of the smallest normal float32; the force is constant below it. */
const SMALLEST = 1 << 23;

/** -2ab s^(b - 1) / (1 + a s^b): what moves a neighbour towards its neighbour, at squared distance s > 0. */
export function attraction({ a, b }: Curve, s: number): number {
  return (-2 * a * b * s ** (b - 1)) / (1 + a * s ** b);
}

/** 2b / ((0.001 + s)(1 + a s^b)): what moves a point away from a chance other, at squared distance s > 0. */
export function repulsion({ a, b }: Curve, s: number): number {
  return (2 * b) / ((0.001 + s) * (1 + a * s ** b));
}

/**
 * A force as a table of pairs (constant, slope): the force at s is about `table[2i] + table[2i + 1] * s`, where i is the float32 bits of s,
 * shifted right by SHIFT.
 *
 * Each of 128 pieces an octave is the line through its ends: a share of (1 + b)(2 + b) / (8 * 128^2) off the force at
 * most (4e-5 at minDist 0.1), since no force falls faster than s^-(1 + b). The powers are what a layout spends
 * its time on otherwise: 90 million of them for 5,000 rows.
 */
export function forceTable(force: (s: number) => number): Float64Array {
  const table = new Float64Array(2 * PIECES);
  const bits = new Int32Array(1);
  const number = new Float32Array(bits.buffer);
  const edge = (i: number): number => {
    bits[0] = Math.max(i << SHIFT, SMALLEST);
    return number[0]!;
  };
  for (let i = 0; i < PIECES; i++) {
    const [from, to] = [edge(i), edge(i + 1)];
    const start = force(from);
    const slope = to > from && to < Infinity ? (force(to) - start) / (to - from) : 0;
    table[2 * i] = start - slope * from;
    table[2 * i + 1] = slope;
  }
  return table;
}
