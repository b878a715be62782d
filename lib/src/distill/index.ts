export { selfDistillation } from './ssdt';
export type { DistillOptions } from './ssdt';
