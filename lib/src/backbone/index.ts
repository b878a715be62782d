export type { Architecture, Features, ParameterSpec, Pass } from './architecture';
export {
  applyModel,
  architectureOf,
  createModel,
  disposeModel,
  foldModel,
  isTrained,
  modelFrom,
  modelValues,
  moveStatistics,
} from './model';
export type { Model, Parameter, Values } from './model';
export { matchWeights } from './weights/layout';
export { readTorchLegacy } from './weights/torch';
