export { createQueue, disposeQueue, EMPTY, enqueue, restoreQueue } from './queue';
export type { Queue } from './queue';
export { marginContrast } from './contrast';
