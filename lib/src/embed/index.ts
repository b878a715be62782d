/** Maps of features in the plane: exact neighbours, their fuzzy graph, the layout. */
export { nearestAmong, nearestNeighbours, type NeighbourOptions, type Neighbours } from './neighbours';
export { type Metric as UmapMetric, type Rows as UmapRows } from './rows';
export { fuzzyGraph, type Graph } from './graph';
export { mapTrustworthiness } from './measure';
export { type MapControl, type MapProgress, type UmapOptions, type UmapSettings } from './options';
export { umap, umapSync, type UmapMap } from './umap';
export { transform as transformUmap } from './transform';
export { principalPlane, randomPlane } from './plane';
export { voteAccuracy, type LabelledRows } from './vote';
