export { cultivars } from './cultivars';
export { makeLeaf, type MakeLeafOptions } from './make';
export { GENERATOR_VERSION, LEAF_SETS, LEAF_SPLITS, type LeafSet, type LeafSetName, type LeafSplit } from './sets';
export { drawSpecimen, type Specimen } from './specimen';
export { MARK_KINDS, describe, type Blade, type Cultivar, type Mark, type MarkKind, type Marks } from './traits';
