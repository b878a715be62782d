import { describe, expect, it } from 'vitest';
import { PI, atan2, bump, clamp, cos, exp, hypot, log, pow, sin, smooth } from './exact';

const grid = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));

function worst(values: readonly number[], error: (x: number) => number): number {
  return values.reduce((most, x) => Math.max(most, error(x)), 0);
}

describe('exact maths', () => {
  it('agrees with Math.sin and Math.cos', () => {
    const angles = [...grid(-30, 30, 4001), 1000.5, -99999.25];
    expect(worst(angles, (x) => Math.abs(sin(x) - Math.sin(x)))).toBeLessThan(1e-11);
    expect(worst(angles, (x) => Math.abs(cos(x) - Math.cos(x)))).toBeLessThan(1e-11);
  });

  it('agrees with Math.exp, Math.log and Math.pow', () => {
    expect(worst(grid(-40, 40, 3001), (x) => Math.abs(exp(x) / Math.exp(x) - 1))).toBeLessThan(1e-12);
    expect(worst(grid(1e-6, 50, 3001), (x) => Math.abs(log(x) - Math.log(x)))).toBeLessThan(1e-12);
    expect(worst(grid(0.001, 9, 901), (x) => Math.abs(pow(x, 1.7) / Math.pow(x, 1.7) - 1))).toBeLessThan(1e-11);
    expect([exp(-1000), exp(1000), log(0), log(Infinity), pow(0, 2), pow(0, 0)]).toEqual([
      0,
      Infinity,
      -Infinity,
      Infinity,
      0,
      1,
    ]);
    expect(log(-1)).toBeNaN();
  });

  it('agrees with Math.atan2 in every quadrant', () => {
    const angles = grid(-PI + 1e-6, PI, 2001);
    const error = (a: number): number =>
      Math.abs(atan2(3 * Math.sin(a), 3 * Math.cos(a)) - Math.atan2(3 * Math.sin(a), 3 * Math.cos(a)));
    expect(worst(angles, error)).toBeLessThan(1e-12);
    expect([atan2(0, 0), atan2(0, -1), atan2(-2, 0)]).toEqual([0, PI, -PI / 2]);
  });

  it('has well-behaved helpers', () => {
    expect(hypot(3, 4)).toBe(5);
    expect([clamp(-1, 0, 2), clamp(1, 0, 2), clamp(5, 0, 2)]).toEqual([0, 1, 2]);
    expect([smooth(0, 1, -1), smooth(0, 1, 0.5), smooth(0, 1, 2)]).toEqual([0, 0.5, 1]);
    expect([bump(3, 3, 1), bump(3.5, 3, 1), bump(4, 3, 1)]).toEqual([1, 0.5, 0]);
  });

  it('pins exact values, which may never change', () => {
    expect([sin(1), cos(2), exp(1.5), log(7), pow(2.5, 0.3), atan2(1, -3)]).toMatchInlineSnapshot(`
      [
        0.8414709848078965,
        -0.4161468365471424,
        4.4816890703380645,
        1.9459101490553132,
        1.3163822043342375,
        2.819842099193151,
      ]
    `);
  });
});
