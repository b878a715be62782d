export { selfDistillation } from './ssdt';
export type { DistillOptions, DistillPair } from './ssdt';
