/**
 * The small convnet of the `tiny` preset: five 3 x 3 convolutions with stride 2, batch norm and ReLU6, then the mean over the map. It
 * learns from scratch in seconds; it is for tests and live cells, not for results.
 */
import type { Tensor4D } from '../tf';
import type { Architecture, Features, Tools } from './architecture';
import { convolutionParameters, dense, denseParameters, globalAverage } from './layers';
import type { ConvolutionSpec } from './layers';
import { evenScale } from './pixels';

const WIDTHS = [16, 32, 64, 96, 128] as const;
const FEATURE = WIDTHS[WIDTHS.length - 1]!;
const EPSILON = 1e-3;

const LAYERS: readonly ConvolutionSpec[] = WIDTHS.map((outputs, index) => ({
  ...{
    name: `conv${index}`,
    norm: `norm${index}`,
    kernel: 3,
    stride: 2,
    outputs,
    depthwise: false,
    activation: 'relu6' as const,
  },
  inputs: index === 0 ? 3 : WIDTHS[index - 1]!,
  fixedInput: index === 0,
  pixels: 2 ** (index + 1),
}));

function run(images: Tensor4D, { layer, lookup }: Tools): Omit<Features, 'statistics'> {
  const outputs: Tensor4D[] = [];
  let x = images;
  for (const spec of LAYERS) {
    x = layer(x, spec);
    outputs.push(x);
  }
  const feature = globalAverage(x);
  return {
    feature,
    logits: dense(feature, lookup, 'head'),
    maps: { 8: outputs[2]!, 16: outputs[3]!, 32: x },
    stages: [globalAverage(outputs[2]!), globalAverage(outputs[3]!), feature],
    attention: [],
  };
}

/** The small convnet with a head for `classes` classes. */
export function convnet(classes: number): Architecture {
  return {
    kind: 'convnet',
    pixels: evenScale(127, 64),
    featureSize: FEATURE,
    stageSizes: WIDTHS.slice(2),
    convolutions: LAYERS,
    epsilon: EPSILON,
    statisticsMomentum: 0.1,
    parameters: [...LAYERS.flatMap(convolutionParameters), ...denseParameters('head', FEATURE, classes)],
    forward: run,
  };
}
