import { describe, expect, it } from 'vitest';
import { createRng } from '../core/rng';
import { expectClose } from '../testing/close';
import { createLayout, scheduleEdges } from './layout';
import { attraction, forceTable, repulsion, SHIFT } from './pull';
import { mainPlane } from './start';

const curve = { a: 1.577, b: 0.895 };

describe('forceTable', () => {
  it.each([
    ['attraction', attraction],
    ['repulsion', repulsion],
  ] as const)('%s: within its bound of the force from 1e-12 to 1e8, finite at 0', (_, force) => {
    const table = forceTable((s) => force(curve, s));
    const float = new Float32Array(1);
    const bits = new Int32Array(float.buffer);
    const read = (s: number): number => {
      float[0] = s;
      const at = (bits[0]! >> SHIFT) << 1;
      return table[at]! + table[at + 1]! * s;
    };
    const squares = Array.from({ length: 2000 }, (_unused, i) => 10 ** (-12 + i / 100));
    expectClose(
      squares.map(read),
      squares.map((s) => force(curve, s)),
      { relative: ((1 + curve.b) * (2 + curve.b)) / (8 * 128 ** 2) },
    );
    expect(Number.isFinite(read(0))).toBe(true);
    expect(Number.isFinite(read(3e38))).toBe(true);
  });
});

describe('scheduleEdges', () => {
  it('visits the heaviest edge each epoch, others in proportion, and drops what is never due', () => {
    const graph = {
      starts: Int32Array.from([0, 2, 3, 4]),
      columns: Int32Array.from([1, 2, 0, 0]),
      weights: Float64Array.from([0.8, 0.2, 0.8, 0.01]),
    };
    const { heads, tails, periods } = scheduleEdges(graph, 10);
    expect([Array.from(heads), Array.from(tails), Array.from(periods)]).toEqual([
      [0, 0, 1],
      [1, 2, 0],
      [1, 4, 1],
    ]);
  });
});

describe('createLayout', () => {
  // The gradient of -log q by differences, q = 1 / (1 + a s^b), s the squared distance.
  it('steps down the cross entropy, clipped', () => {
    const energy = (s: number): number => Math.log(1 + curve.a * s ** curve.b);
    const moving = Float64Array.from([0, 0]);
    const others = Float64Array.from([0.7, -0.4]);
    const edges = { heads: Int32Array.of(0), tails: Int32Array.of(0), periods: Float64Array.of(1) };
    const run = createLayout({
      ...{ edges, moving, others, curve, epochs: 10, rng: createRng(1) },
      ...{ negativeSamples: 1e-9, learningRate: 0.5 },
    });
    run(0);
    expect(Array.from(moving)).toEqual([0, 0]);
    run(1);
    const h = 1e-5;
    const slope = (x: number, y: number): number[] => [
      (energy((x + h - 0.7) ** 2 + (y + 0.4) ** 2) - energy((x - h - 0.7) ** 2 + (y + 0.4) ** 2)) / (2 * h),
      (energy((x - 0.7) ** 2 + (y + h + 0.4) ** 2) - energy((x - 0.7) ** 2 + (y - h + 0.4) ** 2)) / (2 * h),
    ];
    expectClose(
      moving,
      slope(0, 0).map((g) => -0.5 * Math.max(-4, Math.min(4, g))),
      { relative: 2e-4 },
    );
  });

  it('pushes a point away from chance others, and never from itself', () => {
    // Both ends of the edge lie at one place, so it does not pull; the only other point pushes.
    const place = [1, 0, 0, 0.5];
    const one = (moving: Float64Array, others: Float64Array): void => {
      const edges = { heads: Int32Array.of(0), tails: Int32Array.of(0), periods: Float64Array.of(1) };
      const run = createLayout({
        ...{ edges, moving, others, curve, epochs: 10, rng: createRng(1) },
        ...{ negativeSamples: 2, learningRate: 0.1 },
      });
      run(1);
    };
    const alone = Float64Array.from([1, 0]);
    one(alone, alone);
    expect(Array.from(alone)).toEqual([1, 0]);
    const pair = Float64Array.from(place);
    for (let n = 0; n < 20; n++) one(pair, pair);
    expect(Math.hypot(pair[0]!, pair[1]! - 0.5)).toBeGreaterThan(Math.hypot(1, 0.5));
    expect(Array.from(pair.subarray(2))).toEqual([0, 0.5]);
  });
});

describe('mainPlane', () => {
  it('finds the two widest directions', () => {
    const [n, size] = [1500, 6];
    const rng = createRng(3);
    const widths = [0.1, 5, 0.1, 2, 0.1, 0.1];
    const rows = Float32Array.from({ length: n * size }, (_, at) => widths[at % size]! * rng.normal());
    const plane = mainPlane(rows, size, createRng(1));
    const correlation = (axis: number, d: number): number => {
      let [ab, aa, bb] = [0, 0, 0];
      for (let i = 0; i < n; i++) {
        const [u, v] = [plane[2 * i + axis]!, rows[i * size + d]!];
        [ab, aa, bb] = [ab + u * v, aa + u * u, bb + v * v];
      }
      return Math.abs(ab / Math.sqrt(aa * bb));
    };
    expect(correlation(0, 1)).toBeGreaterThan(0.99);
    expect(correlation(1, 3)).toBeGreaterThan(0.99);
    expect(plane.reduce((most, v) => Math.max(most, Math.abs(v)), 0)).toBeCloseTo(10, 2);
  });
});
