export { checkHistory, createQueue, disposeQueue, EMPTY, enqueue, restoreQueue, UNKNOWN } from './queue';
export type { Queue, QueueHistory } from './queue';
export { marginContrast, queueContrast } from './contrast';
export type { Anchors, ContrastOptions } from './contrast';
export { agesOf, driftByAge, filledRows, positivesPerAnchor, queueStatistics } from './statistics';
export type { AgeDrift, QueueSetting, QueueStatistics, StaleRows } from './statistics';
