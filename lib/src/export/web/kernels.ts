/**
 * How each tfjs kernel that a backbone calls is written in a graph: the operation of TensorFlow, its attributes, and the shape that it
 * gives. A kernel that is not listed is refused by name.
 */
import * as tf from '../../tf';
import type { NamedAttrMap, TensorInfo } from '../../tf';
import { dynamicShape, dynamicSize } from './backend';
import type { GraphBackend } from './backend';
import { attr } from './graph';
import type { Attribute } from './graph';

/** A call of a kernel. */
export interface Call {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly attrs: NamedAttrMap;
  readonly graph: GraphBackend;
}

/** Records a call; gives its output, or a list where tfjs' kernel gives one. */
export type Recorder = (call: Call) => TensorInfo | TensorInfo[];

/** An operation of one tensor that keeps its shape. */
const unary =
  (op: string): Recorder =>
  ({ inputs, graph }) =>
    graph.record({ op, inputs: [inputs.x!], shape: inputs.x!.shape });

/** An operation of two tensors, entry by entry, with broadcasting. */
const binary =
  (op: string): Recorder =>
  ({ inputs, graph }) => {
    const [a, b] = [inputs.a!, inputs.b!];
    const shape = tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
    return graph.record({ op, inputs: [a, b], shape });
  };

type Shape4 = [number, number, number, number];
type Window = ReturnType<typeof tf.backend_util.computeConv2DInfo>;

/** Strides and zeros around the map of a window that slides over it. */
function windowAttributes({ strideHeight, strideWidth, padInfo }: Window): Readonly<Record<string, Attribute>> {
  const { type, top, bottom, left, right } = padInfo;
  const named = type === 'SAME' || type === 'VALID';
  return {
    strides: attr.ints([1, strideHeight, strideWidth, 1]),
    padding: attr.text(named ? type : 'EXPLICIT'),
    ...(!named && { explicit_paddings: attr.ints([0, 0, top, bottom, left, right, 0, 0]) }),
    data_format: attr.text('NHWC'),
  };
}

/** A convolution with its bias and activation. */
const fusedConvolution =
  (op: string, depthwise: boolean): Recorder =>
  ({ inputs, attrs, graph }) => {
    const { strides, pad, activation } = attrs as unknown as tf.FusedConv2DAttrs;
    const [x, filter, bias] = [inputs.x!, inputs.filter!, inputs.bias!];
    const [size, taps] = [x.shape as Shape4, filter.shape as Shape4];
    const window = tf.backend_util.computeConv2DInfo(size, taps, strides, 1, pad, undefined, depthwise);
    const fused = activation === 'linear' ? ['BiasAdd'] : ['BiasAdd', activation === 'relu' ? 'Relu' : 'Relu6'];
    const attributes = {
      ...windowAttributes(window),
      dilations: attr.ints([1, 1, 1, 1]),
      fused_ops: attr.texts(fused),
      num_args: attr.int(1),
    };
    return graph.record({ op, inputs: [x, filter, bias], attr: attributes, shape: window.outShape });
  };

const maxPool: Recorder = ({ inputs, attrs, graph }) => {
  const { filterSize, strides, pad } = attrs as unknown as tf.MaxPoolAttrs;
  const window = tf.backend_util.computePool2DInfo(inputs.x!.shape as Shape4, filterSize, strides, 1, pad);
  const ksize = attr.ints([1, window.filterHeight, window.filterWidth, 1]);
  const attributes = { ...windowAttributes(window), ksize };
  return graph.record({ op: 'MaxPool', inputs: [inputs.x!], attr: attributes, shape: window.outShape });
};

const matrixProduct: Recorder = ({ inputs, attrs, graph }) => {
  const { transposeA, transposeB } = attrs as unknown as tf.BatchMatMulAttrs;
  const [a, b] = [inputs.a!, inputs.b!];
  const rank = a.shape.length;
  const leading = tf.backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const shape = [...leading, a.shape.at(transposeA ? -1 : -2)!, b.shape.at(transposeB ? -2 : -1)!];
  const [op, first, second] =
    rank === 2 ? ['MatMul', 'transpose_a', 'transpose_b'] : ['BatchMatMulV2', 'adj_x', 'adj_y'];
  const attributes = { [first!]: attr.flag(transposeA), [second!]: attr.flag(transposeB) };
  return graph.record({ op: op!, inputs: [a, b], attr: attributes, shape });
};

const mean: Recorder = ({ inputs, attrs, graph }) => {
  const { axis, keepDims } = attrs as unknown as tf.MeanAttrs;
  const x = inputs.x!;
  const axes = tf.util.parseAxisParam(axis, x.shape);
  const [kept] = tf.backend_util.computeOutAndReduceShapes(x.shape, axes);
  const shape = keepDims ? tf.backend_util.expandShapeToKeepDim(kept, axes) : kept;
  const attributes = { keep_dims: attr.flag(keepDims) };
  return graph.record({ op: 'Mean', inputs: [x, graph.ints(axes)], attr: attributes, shape });
};

/** tfjs has it along the last axis only, as TensorFlow. */
const softmax: Recorder = ({ inputs, graph }) =>
  graph.record({ op: 'Softmax', inputs: [inputs.logits!], shape: inputs.logits!.shape });

const reshape: Recorder = ({ inputs, attrs, graph }) => {
  const { shape: wanted } = attrs as unknown as tf.ReshapeAttrs;
  const x = inputs.x!;
  const shape = tf.util.inferFromImplicitShape(wanted, tf.util.sizeFromShape(x.shape));
  return graph.record({ op: 'Reshape', inputs: [x, graph.ints(dynamicShape(shape))], shape });
};

const transpose: Recorder = ({ inputs, attrs, graph }) => {
  const { perm } = attrs as unknown as tf.TransposeAttrs;
  const x = inputs.x!;
  return graph.record({
    op: 'Transpose',
    inputs: [x, graph.ints(perm)],
    shape: perm.map((axis) => x.shape[axis]!),
  });
};

const pad: Recorder = ({ inputs, attrs, graph }) => {
  const { paddings, constantValue } = attrs as unknown as tf.PadV2Attrs;
  if (constantValue !== 0) throw new Error('a graph model pads with zeros only');
  const x = inputs.x!;
  const margins = graph.ints(paddings.flat(), [paddings.length, 2]);
  const shape = x.shape.map((n, axis) => n + paddings[axis]![0] + paddings[axis]![1]);
  return graph.record({ op: 'Pad', inputs: [x, margins], shape });
};

const slice: Recorder = ({ inputs, attrs, graph }) => {
  const { begin, size } = attrs as unknown as Readonly<Record<keyof tf.SliceAttrs, readonly number[]>>;
  const x = inputs.x!;
  const shape = x.shape.map((n, axis) => (size[axis] === -1 ? n - begin[axis]! : size[axis]!));
  // -1 is "to the end", which for a size that depends on the batch is the whole of it.
  const sizes = graph.ints(shape.map(dynamicSize));
  return graph.record({ op: 'Slice', inputs: [x, graph.ints(begin), sizes], shape });
};

const unpack: Recorder = ({ inputs, attrs, graph }) => {
  const { axis } = attrs as unknown as tf.UnpackAttrs;
  const x = inputs.value!;
  const num = x.shape[axis]!;
  if (dynamicSize(num) === -1) throw new Error('a graph model cannot unpack the images of a batch');
  const shape = x.shape.filter((_, i) => i !== axis);
  const attributes = { axis: attr.int(axis), num: attr.int(num) };
  return graph.recordAll({ op: 'Unpack', inputs: [x], attr: attributes, shape }, num);
};

/** By tfjs' name of the kernel. */
export const RECORDERS: Readonly<Record<string, Recorder>> = {
  Add: binary('AddV2'),
  Sub: binary('Sub'),
  Multiply: binary('Mul'),
  RealDiv: binary('RealDiv'),
  Erf: unary('Erf'),
  Identity: unary('Identity'),
  Relu: unary('Relu'),
  Relu6: unary('Relu6'),
  Sqrt: unary('Sqrt'),
  Square: unary('Square'),
  FusedConv2D: fusedConvolution('_FusedConv2D', false),
  FusedDepthwiseConv2D: fusedConvolution('FusedDepthwiseConv2dNative', true),
  MaxPool: maxPool,
  BatchMatMul: matrixProduct,
  Mean: mean,
  Softmax: softmax,
  Reshape: reshape,
  Transpose: transpose,
  PadV2: pad,
  Slice: slice,
  Unpack: unpack,
};
