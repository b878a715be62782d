export { predictFiles } from './files';
export type { FilePrediction, ImageLook, PredictOptions } from './files';
export { findImages } from './find';
export { decodeSamples, picture, rowOf } from './pixels';
export type { PictureOptions } from './pixels';
export { predictSamples } from './samples';
export type { Prediction } from './samples';
