import { describe, expect, it } from 'vitest';
import { createRng } from './rng';
import { drawParameter, sizeOf } from './parameter';
import type { Init, ParameterSpec } from './parameter';

const spec = (init: Init, name = 'weight', shape: readonly number[] = [40, 50]): ParameterSpec => ({
  ...{ name, shape, init, group: 'trunk', stride: 8, decay: true },
});

describe('sizeOf', () => {
  it('counts the numbers of a shape; a scalar is one number', () => {
    expect([sizeOf([]), sizeOf([5]), sizeOf([3, 3, 2, 4]), sizeOf([2, 0])]).toEqual([1, 5, 72, 0]);
  });
});

describe('drawParameter', () => {
  it('fills with zeros or ones without drawing', () => {
    const rng = createRng(1);
    expect(drawParameter(spec({ kind: 'zeros' }, 'b', [3]), rng)).toEqual(Float32Array.of(0, 0, 0));
    expect(drawParameter(spec({ kind: 'ones' }, 'b', [2]), rng)).toEqual(Float32Array.of(1, 1));
    expect(rng.uniform()).toBe(createRng(1).uniform());
  });

  it('draws a normal distribution of the given standard deviation', () => {
    const values = Array.from(drawParameter(spec({ kind: 'normal', sd: 0.02 }), createRng(1)));
    const mean = values.reduce((a, b) => a + b) / values.length;
    const sd = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
    // Five standard errors of 2,000 numbers.
    expect(Math.abs(mean)).toBeLessThan((5 * 0.02) / Math.sqrt(2000));
    expect(Math.abs(sd / 0.02 - 1)).toBeLessThan(5 / Math.sqrt(4000));
  });

  it('depends on seed and name alone: not on what was drawn before', () => {
    const normal: Init = { kind: 'normal', sd: 1 };
    const [rng, other] = [createRng(1), createRng(1)];
    drawParameter(spec(normal, 'earlier'), other);
    const values = drawParameter(spec(normal, 'a'), rng);
    expect(drawParameter(spec(normal, 'a'), other)).toEqual(values);
    expect(drawParameter(spec(normal, 'b'), rng)).not.toEqual(values);
    expect(drawParameter(spec(normal, 'a'), createRng(2))).not.toEqual(values);
    const shorter = drawParameter(spec(normal, 'a', [10, 50]), rng);
    expect(shorter).toEqual(values.subarray(0, 500));
  });
});
