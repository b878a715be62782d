export type { Architecture, AttentionWanted, Features, ParameterSpec, Pass } from './architecture';
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
export { readWeights } from './weights/formats';
export { timmNames } from './weights/names';
export { pretrainedValues } from './weights/pretrained';
export { WeightsError } from './weights/state-dict';
export { readTorch } from './weights/torch';
export { imagenetFile, weightsFingerprint } from './weights/files';
