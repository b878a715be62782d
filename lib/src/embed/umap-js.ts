/** The package umap-js as the engine of a map, for comparison. */
import { UMAP } from 'umap-js';
import { createRng } from '../core/rng';
import type { Epochs } from './drive';
import type { Neighbours } from './neighbours';
import type { UmapSettings } from './options';

/** A flat array as rows of k numbers, which is how umap-js takes it. */
function rowsOf(flat: Int32Array | Float32Array, k: number): number[][] {
  return Array.from({ length: flat.length / k }, (_, i) => Array.from(flat.subarray(i * k, (i + 1) * k)));
}

/** The fuzzy graph and the layout of umap-js 1.4.0 from our exact neighbours; it starts from random places. */
export function umapJsEpochs(neighbours: Neighbours, settings: UmapSettings): Epochs {
  const { epochs, minDist, spread, negativeSamples, learningRate, seed } = settings;
  const random = createRng(seed, 'umap-js');
  const map = new UMAP({
    nNeighbors: neighbours.k,
    nEpochs: epochs,
    minDist,
    spread,
    learningRate,
    negativeSampleRate: negativeSamples,
    random: () => random.uniform(),
  });
  const indices = rowsOf(neighbours.indices, neighbours.k);
  map.setPrecomputedKNN(indices, rowsOf(neighbours.distances, neighbours.k));
  // It reads only how many rows there are, once it has their neighbours.
  map.initializeFit(indices);
  return { epochs, run: () => void map.step(), coordinates: () => Float32Array.from(map.getEmbedding().flat()) };
}
