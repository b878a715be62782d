export { createQueue, disposeQueue, EMPTY, enqueue, restoreQueue } from './queue';
export type { Queue } from './queue';
export { marginContrast, queueContrast } from './contrast';
export type { Anchors, ContrastOptions } from './contrast';
