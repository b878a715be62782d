// Records
export type { Batch, Dataset, ImageList, Images, ImageSource, ImageStream, Progress, Sample, Split } from './types';
export { DatasetError } from './errors';

// Find and read
export { EMBEDDED, isEmbedded, loadDataset } from './load';
export type { LoadOptions } from './load';
export { makeLeaf } from './leaf';
export type { LeafSetName, MakeLeafOptions } from './leaf';
export { LAYOUT, readUfg } from './ufg';
export type { ReadOptions } from './assemble';
export { LAYOUTS } from './layouts';
export type { Layout as DatasetLayout } from './layouts';
export { readDataset } from './read';
export { readStages } from './stages';
export type { StageOptions } from './stages';
export { STAGES } from './stage-folders';
export { describeDataset } from './describe';
export type { DatasetSummary, SplitSummary } from './describe';
export { countPerClass, splitNamed, splitsOf } from './splits';
export { PUBLISHED, classDifferences, countsNote, publishedOf } from './published';
export type { Bounds, PublishedCounts } from './published';

// Bring a folder of one's own: annotations, and a look at the pixels
export { writeAnnotations } from './annotate';
export type { Annotated, AnnotateOptions } from './annotate';
export { auditDataset } from './audit';
export type { Audit, ImageName, Spread } from './audit';
export { inspectDataset } from './inspect';
export type { Inspection } from './inspect';
export { inspectionLines, inspectionVerdict } from './inspection-text';

// Fewer images, honest selection
export { folds, forSelection, holdout, takePerClass } from './subset';
export type { Fold } from './subset';

// Pixels
export { decodeSplit } from './decode';
export type { DecodeOptions } from './decode';
export { decodeMasks, decodeTruth, gatherMasks, samplesWithMask } from './masks';
export type { Masks } from './masks';
export { decodeMask, decodePixels, encodeThumbnail } from './pixels';
export type { Fit, PixelOptions } from './pixels';

// Splits larger than the memory
export { openImages } from './open';
export type { OpenImages, OpenOptions } from './open';
export { fitsMemory, imageMemory, memorySetting } from './memory';

// Batches
export { pickImages } from './pick';
export { batchIndices, epochOrder, evenParts, gather, readBatch } from './batches';
export { prefetch } from './prefetch';
export type { ItemFactory, PrefetchOptions } from './prefetch';
export { sumWaiting, timed, waitingNote, waitingShare } from './waiting';
export type { Waiting } from './waiting';
export { benchInput } from './bench';
export type { BenchInput, BenchInputOptions } from './bench';
