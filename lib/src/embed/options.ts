/** What a map can be told, with its defaults and their ranges. */
import type { Metric } from './rows';

/** A map under way. */
export interface MapProgress {
  /** Epochs done, of `epochs`. */
  readonly epoch: number;
  readonly epochs: number;
  /** epoch / epochs, in 0..1. */
  readonly share: number;
  /** [2n]: where the points are now; a copy, which the reader may keep. */
  readonly coordinates: Float32Array;
}

/** What a map under way is watched and stopped with. */
export interface MapControl {
  /** Called after each epoch. */
  readonly onProgress?: (progress: MapProgress) => void;
  /** Ends the work between two epochs: the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface UmapSettings {
  /** Neighbours of a row, itself counted: small shows detail, large the whole. Default 15. */
  readonly neighbours: number;
  /** How close neighbours lie in the map, 0..spread. Default 0.1. */
  readonly minDist: number;
  readonly spread: number;
  readonly metric: Metric;
  /** Passes over the edges; 500, and 200 above 10,000 rows, where left out. */
  readonly epochs: number;
  /** Chance others that push a point at each visit of an edge. Default 5. */
  readonly negativeSamples: number;
  readonly learningRate: number;
  readonly seed: number;
  /** `csdnet` is the graph and the layout of this folder; `umap-js` are those of the package, for comparison. Both get exact neighbours. */
  readonly engine: 'csdnet' | 'umap-js';
}

/** Settings, and the k of the trustworthiness; without it the map is not measured. */
export interface UmapOptions extends Partial<UmapSettings>, MapControl {
  readonly trustworthiness?: number;
}

const DEFAULTS = {
  neighbours: 15,
  minDist: 0.1,
  spread: 1,
  metric: 'euclidean',
  negativeSamples: 5,
  learningRate: 1,
  seed: 1,
  engine: 'csdnet',
} as const;

/** Throws unless `value` is a whole number in from..to. */
function checkWhole(name: string, value: number, [from, to]: readonly [number, number], hint = ''): void {
  if (!Number.isInteger(value) || value < from || value > to)
    throw new RangeError(`umap: ${name} is ${value}; give a whole number from ${from} to ${to}${hint}`);
}

function checkChoice(name: string, value: string, choices: readonly string[]): void {
  if (!choices.includes(value))
    throw new RangeError(`umap: ${name} is '${value}'; choose one of ${choices.join(', ')}`);
}

/**
 * The settings of a map of n rows.
 *
 * @throws RangeError where one is out of its range, and where there are not more rows than neighbours
 */
export function resolveSettings(options: UmapOptions, n: number): UmapSettings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const all: UmapSettings = { ...DEFAULTS, epochs: n <= 10_000 ? 500 : 200, ...given };
  const { neighbours, minDist, spread, metric, epochs, negativeSamples, learningRate, seed, engine } = all;
  if (n < 3) throw new RangeError(`umap: ${n} rows; a map needs 3 at least`);
  checkWhole('neighbours', neighbours, [2, n - 1], `: the map has ${n} rows`);
  checkWhole('epochs', epochs, [1, 1_000_000]);
  checkWhole('negativeSamples', negativeSamples, [1, 1000]);
  checkWhole('seed', seed, [0, Number.MAX_SAFE_INTEGER]);
  if (!(learningRate > 0 && learningRate < Infinity))
    throw new RangeError(`umap: learningRate is ${learningRate}; give a number above 0`);
  checkChoice('metric', metric, ['euclidean', 'cosine']);
  checkChoice('engine', engine, ['csdnet', 'umap-js']);
  return { neighbours, minDist, spread, metric, epochs, negativeSamples, learningRate, seed, engine };
}
