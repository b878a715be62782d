/**
 * A trained model as a TensorFlow.js graph model, which a browser loads with `tf.loadGraphModel`.
 *
 * The architecture's own forward pass is recorded (web/trace.ts), so no network is written down a second time. Batch norm is folded into the
 * convolutions before, and bias and activation are part of them, which is the fastest form in a browser.
 */
import * as tf from '../tf';
import type { Tensor, Tensor2D, Tensor4D } from '../tf';
import { disposeModel, foldModel, modelFrom } from '../backbone';
import type { Architecture } from '../backbone';
import type { ConvolutionSpec } from '../backbone/layers';
import { scalePixels } from '../backbone/pixels';
import { modelCard } from './card';
import type { CardRun } from './card';
import { writeFolder } from './folder';
import { architectureOfModel, publicModel } from './model-file';
import type { SavedModel } from './model-file';
import { checkOf } from './probe';
import { graphModelFiles } from './web/artefacts';
import { BATCH } from './web/backend';
import type { Graph } from './web/graph';
import { recordGraph } from './web/trace';
import type { Recording } from './web/trace';

/** Numbers under a name. */
interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

interface FoldedWeights {
  readonly kernel: Weight;
  readonly bias: Weight;
}

/** Every convolution with its batch norm folded in, as plain numbers. */
function foldedWeights(architecture: Architecture, model: SavedModel): ReadonlyMap<string, FoldedWeights> {
  const built = modelFrom(architecture, model.classes, model.values);
  const result = new Map<string, FoldedWeights>();
  try {
    tf.tidy(() => {
      for (const [name, { kernel, bias }] of foldModel(built)) {
        result.set(name, { kernel: weight(`${name}.weight`, kernel), bias: weight(`${name}.bias`, bias) });
      }
    });
  } finally {
    disposeModel(built);
  }
  return result;
}

const weight = (name: string, tensor: Tensor): Weight => ({
  name,
  shape: tensor.shape,
  data: tensor.dataSync() as Float32Array,
});

/** A folded convolution as one operation with its bias and activation. */
function fusedLayer(x: Tensor4D, spec: ConvolutionSpec, filter: Tensor4D, bias: Tensor): Tensor4D {
  const activation = spec.activation === 'none' ? ('linear' as const) : spec.activation;
  const pad = spec.padding === 'torch' ? (spec.kernel - 1) / 2 : ('same' as const);
  const options = { x, filter, bias, strides: spec.stride, pad, activation };
  return spec.depthwise ? tf.fused.depthwiseConv2d(options) : tf.fused.conv2d(options);
}

/** What the forward pass needs of a model, as tensors of the recording. */
function recordForward(
  recording: Recording,
  architecture: Architecture,
  model: SavedModel,
  folded: ReadonlyMap<string, FoldedWeights>,
) {
  const size = model.config.input.imageSize;
  const constant = ({ name, data, shape }: Weight): Tensor => recording.constant(name, data, shape);
  const layers = new Map(
    [...folded].map(([name, { kernel, bias }]) => [
      name,
      { kernel: constant(kernel) as Tensor4D, bias: constant(bias) },
    ]),
  );
  const inside = new Set(architecture.convolutions.flatMap(({ name, norm }) => [name, norm]));
  const others = new Map(
    architecture.parameters
      .filter(({ name }) => !inside.has(name.slice(0, name.lastIndexOf('.'))))
      .map(({ name, shape }) => [name, constant({ name, shape, data: model.values.get(name)! })]),
  );
  const { logits, feature } = architecture.forward(
    scalePixels(recording.placeholder('images', [BATCH, size, size, 3]) as Tensor4D, architecture.pixels),
    {
      layer: (x, spec) => {
        const { kernel, bias } = layers.get(spec.name)!;
        return fusedLayer(x, spec, kernel, bias);
      },
      lookup: <T extends Tensor>(name: string) => others.get(name) as T,
      attention: 'none',
    },
  );
  return { logits, probabilities: tf.softmax(logits) as Tensor2D, feature };
}

/** A model's graph from images [n, s, s, 3] to logits, probabilities and feature. */
export function modelGraph(model: SavedModel): Graph {
  const architecture = architectureOfModel(model);
  const folded = foldedWeights(architecture, model);
  return recordGraph((recording) => recordForward(recording, architecture, model, folded));
}

/** What a page must know to use the model. */
function descriptionOf({ config, classNames, run, weights, createdBy }: SavedModel) {
  const { imageSize, fit, testCrop } = config.input;
  return {
    ...{ architecture: config.backbone.kind, classNames, imageSize },
    input: `images: float32 [n, ${imageSize}, ${imageSize}, 3], RGB from 0 to 255; the graph normalises them itself`,
    outputs: 'logits [n, classes], probabilities [n, classes] (softmax), feature [n, length]',
    view: { fit, crop: testCrop },
    ...{ run, weights, createdBy, config },
  };
}

/** The files of a web model by name. */
export function webModelFiles(model: SavedModel): ReadonlyMap<string, string | Uint8Array> {
  const { classes, classNames, config, createdBy } = model;
  const { imageSize } = config.input;
  const files = graphModelFiles({
    graph: modelGraph(model),
    input: { name: 'images', shape: [-1, imageSize, imageSize, 3] },
    outputs: [
      { name: 'logits', shape: [-1, classes] },
      { name: 'probabilities', shape: [-1, classes] },
      { name: 'feature', shape: [-1, architectureOfModel(model).featureSize] },
    ],
    metadata: { csdnet: descriptionOf(publicModel(model)) },
    generatedBy: `csdnet ${createdBy.csdnet ?? ''}`.trim(),
  });
  const json = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;
  return new Map([...files, ['labels.json', json(classNames)], ['check.json', json(checkOf(model))]]);
}

/**
 * Write a model as a folder that `tf.loadGraphModel('.../model.json')` reads: model.json, weights-N-of-M.bin, labels.json (the class names),
 * check.json (see probe.ts) and README.md (the card).
 *
 * @param options.run the record of the run, for the card
 * @throws where the folder is taken, or the network calls a kernel that has no form in a graph
 */
export function exportWebModel(
  model: SavedModel,
  folder: string,
  options: { readonly overwrite?: boolean; readonly run?: CardRun | undefined } = {},
): void {
  const card = modelCard(model, { kind: 'web' }, options.run);
  writeFolder(folder, new Map([...webModelFiles(model), ['README.md', card]]), options.overwrite);
}
