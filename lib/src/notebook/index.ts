/** What the notebooks need beside the library: loops, pictures and live displays, so that a cell stays a few lines. */
export { openDataset, datasetTable, pickSamples } from './open';
export { familyFigure, type FamilyOptions } from './family';
export { contrastLoss, distillLoss, maskAndBox, softened, type Rows } from './plain';
export { equalTable, showEqual, type Pair } from './compare';
export { lookAtViews, type ViewLook } from './views';
export { keptShare, viewsFigure, viewsTable } from './views-figure';
export { lookAtQueue, type QueueLook, type QueueLookOptions } from './memory';
export { queueFigure, queueTable, type QueuePicture } from './memory-figure';
export { queueDriftFigure, queueReportTable } from './queue-report';
export { softFigure, type SoftOptions } from './soft-figure';
export { trainLive, type LiveRun } from './train-live';
export { liveBars, liveTable, trainVariants, type VariantRun } from './train-variants';
export {
  shotsOf,
  showStored,
  storedFigure,
  storedResultsTable,
  storedTable,
  storedTables,
  type StoredQuery,
} from './stored';
export { answerHtml, checkAnswer, type ExerciseName } from './check-answer';
export type { Answer, Exercise, Judgement } from './exercise';
export { thumbnails } from './thumbnails';
export { chanceFigure, epochCurves, liveCurves } from './live-figures';
export { featureMap, type MapOptions, type Named } from './feature-map';
export { latestResults, showLatestTable } from './latest';
export { interruptible, InterruptedError } from './interrupt';
export type { ModelSource, TrainedModel } from '../train/source';
