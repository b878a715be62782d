/** The layout: points of the plane moved by stochastic gradient descent until the map's neighbours are those of the graph. */
import type { Rng } from '../core/rng';
import type { Curve } from './curve';
import type { Graph } from './graph';
import { attraction, forceTable, repulsion, SHIFT } from './pull';

/** No coordinate moves further than this in one step at rate 1. */
const CLIP = 4;

/** The edges of a graph, and how many epochs lie between two visits of each. */
export interface Edges {
  readonly heads: Int32Array;
  readonly tails: Int32Array;
  readonly periods: Float64Array;
}

/**
 * The edges that are visited at all in so many epochs: those of at least 1/epochs of the largest weight, which is visited each epoch.
 *
 * period = largest weight / weight.
 */
export function scheduleEdges({ starts, columns, weights }: Graph, epochs: number): Edges {
  const largest = weights.reduce((a, b) => Math.max(a, b), 0);
  const kept: number[] = [];
  const heads = new Int32Array(columns.length);
  for (let i = 0; i + 1 < starts.length; i++) heads.fill(i, starts[i]!, starts[i + 1]!);
  weights.forEach((weight, at) => {
    if (weight > 0 && weight >= largest / epochs) kept.push(at);
  });
  return {
    heads: Int32Array.from(kept, (at) => heads[at]!),
    tails: Int32Array.from(kept, (at) => columns[at]!),
    periods: Float64Array.from(kept, (at) => largest / weights[at]!),
  };
}

export interface LayoutOptions {
  readonly edges: Edges;
  /** [2n], x and y of each point: they are moved in place. */
  readonly moving: Float64Array;
  /** [2m]: where the tails of the edges and the chance others lie. `moving` itself where a map is made; another map's points stay. */
  readonly others: Float64Array;
  readonly curve: Curve;
  readonly epochs: number;
  readonly rng: Rng;
  /** Chance others that push a point at each visit of an edge. */
  readonly negativeSamples: number;
  readonly learningRate: number;
}

/** How far each visit and push moves, and when they are due. */
interface Descent extends LayoutOptions {
  readonly pull: Float64Array;
  readonly push: Float64Array;
  readonly nextVisit: Float64Array;
  readonly nextNegative: Float64Array;
  /** The state of xorshift32 (Marsaglia 2003), not 0. */
  random: number;
}

/**
 * Prepares the descent on the fuzzy cross entropy of graph and map; the function it gives runs the epoch n = 0, 1, ...
 *
 * An edge that is due pulls its ends together by the gradient of -log q, q = 1 / (1 + a d^(2b)); then chance others push its head away by the
 * gradient of -log(1 - q). Each coordinate's step is clipped to 4 and multiplied by learningRate * (1 - (n - 1) / epochs). Same seed, same bytes.
 * Source: `optimize_layout_euclidean` of umap-learn 0.5.12; the forces come from tables (`forceTable`).
 */
export function createLayout(options: LayoutOptions): (n: number) => void {
  const { edges, curve, negativeSamples, rng } = options;
  const descent: Descent = {
    ...options,
    pull: forceTable((s) => attraction(curve, s)),
    push: forceTable((s) => repulsion(curve, s)),
    nextVisit: edges.periods.slice(),
    nextNegative: edges.periods.map((period) => period / negativeSamples),
    random: 1 + rng.int(2 ** 32 - 1),
  };
  return (n) => runEpoch(descent, n);
}

// One loop without a call: it runs some hundred million times, and a call or a record in it doubles the time.
function runEpoch(descent: Descent, n: number): void {
  const { moving, others, pull, push, nextVisit, nextNegative, negativeSamples } = descent;
  const { heads, tails, periods } = descent.edges;
  const own = moving === others;
  const rate = descent.learningRate * (1 - Math.max(0, n - 1) / descent.epochs);
  const share = others.length / 2 / 2 ** 32;
  const float = new Float32Array(1);
  const bits = new Int32Array(float.buffer);
  let random = descent.random;
  for (let e = 0; e < heads.length; e++) {
    if (nextVisit[e]! > n) continue;
    const period = periods[e]!;
    const head = heads[e]! << 1;
    const tail = tails[e]! << 1;
    let x = moving[head]!;
    let y = moving[head + 1]!;
    let dx = x - others[tail]!;
    let dy = y - others[tail + 1]!;
    let square = dx * dx + dy * dy;
    float[0] = square;
    let at = (bits[0]! >> SHIFT) << 1;
    let force = pull[at]! + pull[at + 1]! * square;
    const stepX = rate * clip(force * dx);
    const stepY = rate * clip(force * dy);
    x += stepX;
    y += stepY;
    if (own) {
      others[tail]! -= stepX;
      others[tail + 1]! -= stepY;
    }
    nextVisit[e]! += period;
    const negatives = Math.floor(((n - nextNegative[e]!) * negativeSamples) / period);
    for (let p = 0; p < negatives; p++) {
      random ^= random << 13;
      random ^= random >>> 17;
      random ^= random << 5;
      const other = (((random >>> 0) * share) | 0) << 1;
      if (own && other === head) continue;
      dx = x - others[other]!;
      dy = y - others[other + 1]!;
      square = dx * dx + dy * dy;
      float[0] = square;
      at = (bits[0]! >> SHIFT) << 1;
      force = push[at]! + push[at + 1]! * square;
      x += rate * clip(force * dx);
      y += rate * clip(force * dy);
    }
    nextNegative[e]! += (negatives * period) / negativeSamples;
    moving[head] = x;
    moving[head + 1] = y;
  }
  descent.random = random;
}

function clip(step: number): number {
  return step > CLIP ? CLIP : step < -CLIP ? -CLIP : step;
}
