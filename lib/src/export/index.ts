export { CARD_MARK, modelCard } from './card';
export type { CardForm, CardRun } from './card';
export { loadModel, MODEL_FORMAT, ModelFileError, saveModel } from './model-file';
export type { ModelFacts, SavedModel } from './model-file';
export { exportTimm } from './timm';
export { exportWebModel } from './web-model';
