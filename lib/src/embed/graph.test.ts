/** The fuzzy graph, the curve and the pull of the layout against umap-learn (scripts/fixtures/maps.py). */
import { describe, expect, it } from 'vitest';
import { createRng } from '../core/rng';
import { expectClose } from '../testing/close';
import fixture from '../testing/fixtures/maps.json';
import { fitCurve } from './curve';
import { fuzzyGraph, memberships, smoothDistances } from './graph';
import { createLayout, scheduleEdges } from './layout';
import { nearestAmong, nearestNeighbours } from './neighbours';

const { size, k, further, pull } = fixture;
const rows = { values: Float32Array.from(fixture.rows), size };
const neighbours = nearestNeighbours(rows, { k });
/** umap-learn computes these in float32. */
const FLOAT32 = { absolute: 1e-6, relative: 1e-5 };

/** umap-learn's own weights: an edge that is due at the very start of an epoch is late by one with the last bit of ours. */
const float32Graph = {
  starts: Int32Array.from(fixture.starts),
  columns: Int32Array.from(fixture.columns),
  weights: Float64Array.from(fixture.weights),
};

describe('against umap-learn', () => {
  it('the neighbours, of which four are equal', () => {
    expect(Array.from(neighbours.indices)).toEqual(fixture.indices);
    expectClose(neighbours.distances, fixture.distances, { relative: 1e-6 });
  });

  it('sigma and rho, and the fuzzy union', () => {
    const { sigmas, rhos } = smoothDistances(neighbours);
    expectClose(sigmas, fixture.sigmas, FLOAT32);
    expectClose(rhos, fixture.rhos, FLOAT32);
    const graph = fuzzyGraph(neighbours);
    expect(Array.from(graph.starts)).toEqual(fixture.starts);
    expect(Array.from(graph.columns)).toEqual(fixture.columns);
    expectClose(graph.weights, fixture.weights, FLOAT32);
  });

  it('the memberships of further rows', () => {
    const found = nearestAmong({ values: Float32Array.from(further.rows), size }, rows, { k });
    expect(Array.from(found.indices)).toEqual(further.indices);
    const smoothing = smoothDistances(found, false);
    expectClose(smoothing.sigmas, further.sigmas, FLOAT32);
    expectClose(memberships(found, smoothing, false), further.weights, FLOAT32);
  });

  it.each(fixture.curves)('the curve of minDist %d and spread %d', (minDist, spread, a, b) => {
    const curve = fitCurve(minDist!, spread!);
    expectClose([curve.a, curve.b], [a!, b!], { relative: 1e-5 });
  });

  it.each([
    ['among themselves', true, pull.end],
    ['among fixed points', false, pull.endAmongFixed],
  ] as const)('where the pull of the layout ends, %s', (_, own, end) => {
    const moving = Float64Array.from(pull.start);
    const run = createLayout({
      edges: scheduleEdges(float32Graph, pull.epochs),
      moving,
      others: own ? moving : moving.slice(),
      curve: { a: pull.a, b: pull.b },
      epochs: pull.epochs,
      rng: createRng(1),
      // So few that no chance other is ever due: they are drawn from another generator there.
      negativeSamples: 1e-9,
      learningRate: pull.learningRate,
    });
    for (let n = 0; n < pull.epochs; n++) run(n);
    expectClose(moving, end, 1e-4);
  });
});

describe('fuzzyGraph', () => {
  it('is symmetric with weights in (0, 1] and nothing on the diagonal', () => {
    const { starts, columns, weights } = fuzzyGraph(neighbours);
    const entries = new Map<string, number>();
    for (let i = 0; i + 1 < starts.length; i++)
      for (let at = starts[i]!; at < starts[i + 1]!; at++) entries.set(`${i} ${columns[at]}`, weights[at]!);
    for (const [key, weight] of entries) {
      const [i, j] = key.split(' ');
      expect(i).not.toBe(j);
      expect(entries.get(`${j} ${i}`)).toBe(weight);
      expect(weight > 0 && weight <= 1).toBe(true);
    }
  });

  it('gives rows that are all equal the weight 1', () => {
    const equal = nearestNeighbours({ values: new Float32Array(12).fill(2), size: 2 }, { k: 3 });
    expect(new Set(fuzzyGraph(equal).weights)).toEqual(new Set([1]));
  });
});

describe('fitCurve', () => {
  it('refuses what is no curve', () => {
    expect(() => fitCurve(2, 1)).toThrow('from 0 to the spread, 1');
    expect(() => fitCurve(0, 0)).toThrow('above 0');
  });
});
