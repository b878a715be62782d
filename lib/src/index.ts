/** The only door of the library: what notebooks and other programs import. No logic here. */

// One run as data, and its presets
export * from './config';

// Images on disk, splits, batches
export * from './data';

// SSDP: saliency, mask, view
export * from './augment';

// DDL: the queue and the contrast over it
export * from './queue';

// SSDT: self-distillation
export * from './distill';

// Backbones and their weights
export * from './backbone';

// The training step, the loop, evaluation
export * from './train';

// A trained model as a file: ours, timm's, TensorFlow.js'
export * from './export';

// What a trained model says of images
export { predictFiles, predictSamples } from './predict';
export type { FilePrediction, ImageLook, PredictOptions, Prediction } from './predict';

// Ablations: tables as data, runs, records, results
export * from './ablation';

// Published numbers, and ours beside them
export * from './published';

// Maps of features
export * from './embed';

// Measures, figures, and the way to people
export * from './metrics';
export * from './plots';
export * from './report';

// What notebooks need beside: live training, looks at real images, by-hand checks
export * from './notebook';

// Maths that the modules share
export { createRng } from './core/rng';
export type { Rng } from './core/rng';
export { crossEntropy, softenedKl } from './core/divergence';
export { lossesAndGradients, stopGradient } from './core/gradient';
export { normalizeRows, similarities } from './core/similarity';
export { median, quantile } from './core/median';

export { projectPaths } from './project';
export type { ProjectPaths } from './project';
export * as tf from './tf';
