/**
 * Maps of rows in the plane by UMAP: exact neighbours, fuzzy graph, layout.
 *
 * Why not umap-js alone. Gaussian classes on the unit sphere, 15 neighbours, minDist 0.1, 500 epochs, one thread, processor time of three seeds:
 *
 *     rows x size    this folder   umap-js 1.4.0 with our neighbours   umap-learn 0.5.12, warm   trustworthiness
 *     2,000 x 256    0.9 - 1.2 s   -                                   4.9 - 5.2 s               0.995, all
 *     5,000 x 768    2.8 - 3.5 s   15.3 - 16.6 s                       5.2 - 5.7 s               0.997, all
 *
 * The layout is what umap-js spends its time on: arrays of arrays and three powers a visit, where `layout.ts` has flat arrays and tables. So its
 * neighbours, graph and layout are replaced, and it stays as `engine: 'umap-js'`, to compare with.
 */
import { createRng } from '../core/rng';
import { fitCurve } from './curve';
import { runAll, runWithBreaks, type Epochs } from './drive';
import { fuzzyGraph } from './graph';
import { createLayout, scheduleEdges } from './layout';
import { mapTrustworthiness } from './measure';
import { nearestNeighbours } from './neighbours';
import { resolveSettings, type UmapOptions, type UmapSettings } from './options';
import { centred, checkRows, prepareRows, type Rows } from './rows';
import { mainPlane } from './start';
import { umapJsEpochs } from './umap-js';

/** A map, and what `transform` needs to place further rows on it. */
export interface UmapMap {
  /** [2n]: x and y of each row; the axes themselves mean nothing. */
  readonly coordinates: Float32Array;
  /** Of the `trustworthiness` nearest, in 0..1; null where it was not asked for. */
  readonly trustworthiness: number | null;
  readonly rows: Rows;
  readonly settings: UmapSettings;
}

/** The epochs of a map of rows, neighbours and graph done. */
function prepare(rows: Rows, settings: UmapSettings): Epochs {
  const { neighbours: k, metric, epochs, seed, engine } = settings;
  const curve = fitCurve(settings.minDist, settings.spread);
  const neighbours = nearestNeighbours(rows, { k, metric });
  if (engine === 'umap-js') return umapJsEpochs(neighbours, settings);
  const rng = createRng(seed, 'umap');
  const prepared = prepareRows(rows, metric, 'umap');
  const moving = mainPlane(centred(prepared, prepared.mean), rows.size, rng.fork('start'));
  const run = createLayout({
    ...{ edges: scheduleEdges(fuzzyGraph(neighbours), epochs), moving, others: moving, curve, epochs },
    ...{ rng: rng.fork('layout'), negativeSamples: settings.negativeSamples, learningRate: settings.learningRate },
  });
  return { epochs, run, coordinates: () => new Float32Array(moving) };
}

function finish(rows: Rows, coordinates: Float32Array, options: UmapOptions & { settings: UmapSettings }): UmapMap {
  const { settings, trustworthiness: k } = options;
  const trust = k === undefined ? null : mapTrustworthiness(rows, coordinates, { k, metric: settings.metric });
  return { coordinates, trustworthiness: trust, rows, settings };
}

/**
 * Places rows in the plane so that neighbours stay neighbours, with progress and a stop.
 *
 * The same rows, options and seed give the same bytes, at any number of threads: tensors only pick the candidates for neighbours. While it
 * looks for neighbours (0.7 s for 5,000 x 768) nothing else of the process runs; in the layout there is a break about every 50 ms.
 *
 * @throws RangeError where rows are not finite or not more than the neighbours, or an option is out of its range
 */
export async function umap(rows: Rows, options: UmapOptions = {}): Promise<UmapMap> {
  const settings = resolveSettings(options, checkRows(rows, 'umap'));
  options.signal?.throwIfAborted();
  return finish(rows, await runWithBreaks(prepare(rows, settings), options), { ...options, settings });
}

/** `umap` at once: it returns when the map is done, and hears neither progress nor stop. */
export function umapSync(rows: Rows, options: Omit<UmapOptions, 'onProgress' | 'signal'> = {}): UmapMap {
  const settings = resolveSettings(options, checkRows(rows, 'umapSync'));
  return finish(rows, runAll(prepare(rows, settings)), { ...options, settings });
}
