/** Further rows on a map that is there. */
import { createRng } from '../core/rng';
import { fitCurve } from './curve';
import { runWithBreaks } from './drive';
import { memberships, smoothDistances, type Graph } from './graph';
import { createLayout, scheduleEdges } from './layout';
import { nearestAmong, type Neighbours } from './neighbours';
import type { MapControl } from './options';
import { checkRows, type Rows } from './rows';
import type { UmapMap } from './umap';

/** Epochs in which new points move; umap-learn takes as many, at a quarter of the rate. */
const EPOCHS = 100;
const RATE_SHARE = 0.25;

/** Each new row's memberships of its neighbours on the map, [new rows, old rows]. */
function bipartite(neighbours: Neighbours): Graph {
  const { k, indices } = neighbours;
  const weights = memberships(neighbours, smoothDistances(neighbours, false), false);
  return { starts: Int32Array.from({ length: indices.length / k + 1 }, (_, i) => i * k), columns: indices, weights };
}

/** [2n]: the mean of each row's neighbours on the map, weighted by membership. */
function weightedPlaces({ starts, columns, weights }: Graph, coordinates: Float32Array): Float64Array {
  const places = new Float64Array(2 * (starts.length - 1));
  for (let i = 0; i + 1 < starts.length; i++) {
    let [x, y, total] = [0, 0, 0];
    for (let at = starts[i]!; at < starts[i + 1]!; at++) {
      const weight = weights[at]!;
      total += weight;
      x += weight * coordinates[2 * columns[at]!]!;
      y += weight * coordinates[2 * columns[at]! + 1]!;
    }
    places[2 * i] = x / total;
    places[2 * i + 1] = y / total;
  }
  return places;
}

/**
 * Places further rows on a map whose points stay where they are: the same projection for several sets of features.
 *
 * Each row starts at the weighted mean of its neighbours on the map and moves for 100 epochs, pulled by them and pushed by chance points of the
 * map. It does not depend on which other rows are placed with it, but for the chance others. Source: `UMAP.transform` of umap-learn.
 *
 * @returns [2 * rows]
 * @throws RangeError where rows are not finite or not of the map's size
 */
export async function transform(map: UmapMap, rows: Rows, control: MapControl = {}): Promise<Float32Array> {
  const { neighbours: k, metric, minDist, spread, negativeSamples, learningRate, seed } = map.settings;
  checkRows(rows, 'transform');
  control.signal?.throwIfAborted();
  const graph = bipartite(nearestAmong(rows, map.rows, { k, metric }));
  const moving = weightedPlaces(graph, map.coordinates);
  const run = createLayout({
    ...{ edges: scheduleEdges(graph, EPOCHS), moving, others: new Float64Array(map.coordinates) },
    ...{ curve: fitCurve(minDist, spread), epochs: EPOCHS, rng: createRng(seed, 'umap transform'), negativeSamples },
    learningRate: learningRate * RATE_SHARE,
  });
  return runWithBreaks({ epochs: EPOCHS, run, coordinates: () => new Float32Array(moving) }, control);
}
