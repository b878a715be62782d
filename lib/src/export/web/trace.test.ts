import { afterEach, describe, expect, it } from 'vitest';
import * as tf from '../../tf';
import type { Tensor } from '../../tf';
import { BACKEND, BATCH } from './backend';
import { recordGraph } from './trace';
import type { Recording } from './trace';

afterEach(() => {
  expect(tf.memory().numTensors).toBe(0);
  expect(tf.getBackend()).toBe('tensorflow');
  expect(tf.findBackendFactory(BACKEND)).toBeNull();
});

/** The graph of a computation on one input [n, 4]. */
const record = (compute: (x: Tensor, recording: Recording) => Tensor) =>
  recordGraph((recording) => ({ y: compute(recording.placeholder('x', [BATCH, 4]), recording) }));

describe('recordGraph', () => {
  it('writes down each operation with the nodes that it reads', () => {
    const { nodes, constants } = record((x, { constant }) => {
      const w = constant('w', Float32Array.of(1, 2, 3, 4), [4]);
      return tf.relu(tf.add(tf.mul(x, w), w));
    });
    expect(nodes.map(({ name, op, input }) => [name, op, ...input])).toEqual([
      ['x', 'Placeholder'],
      ['w', 'Const'],
      ['Mul_0', 'Mul', 'x', 'w'],
      ['AddV2_0', 'AddV2', 'Mul_0', 'w'],
      ['Relu_0', 'Relu', 'AddV2_0'],
      ['y', 'Identity', 'Relu_0'],
    ]);
    expect(constants).toEqual([{ name: 'w', shape: [4], dtype: 'float32', data: Float32Array.of(1, 2, 3, 4) }]);
  });

  it('leaves out what no output needs, and writes equal numbers once', () => {
    const { nodes, constants } = record((x) => {
      tf.sqrt(x);
      return tf.mul(tf.add(x, 2), 2);
    });
    expect(nodes.map(({ op }) => op)).toEqual(['Placeholder', 'Const', 'AddV2', 'Mul', 'Identity']);
    expect(constants.map(({ data }) => [...data])).toEqual([[2]]);
  });

  it('leaves the size of the batch open, also where it is part of another size', () => {
    const { constants, nodes } = record((x) => tf.reshape(tf.slice(tf.reshape(x, [-1, 2]), [0, 1], [-1, 1]), [-1, 2]));
    expect(constants.map(({ data }) => [...data])).toEqual([[-1, 2], [-1, 1], [0, 1], [-1, 2]]); // prettier-ignore
    expect(nodes[0]!.attr.shape).toEqual({ shape: { dim: [{ size: '-1' }, { size: '4' }] } });
  });

  it('counts the outputs of an operation that has several', () => {
    const { nodes } = record((x) => {
      const [a, b] = tf.unstack(tf.reshape(x, [-1, 2, 2]), 1) as [Tensor, Tensor];
      return tf.sub(a, b);
    });
    expect(nodes.find(({ op }) => op === 'Sub')!.input).toEqual(['Unpack_0', 'Unpack_0:1']);
  });
});

describe('what cannot be recorded', () => {
  it.each<[string, (x: Tensor) => Tensor, string]>([
    ['a kernel without a form', (x) => tf.tanh(x), 'the tfjs kernel Tanh has no form in a graph model yet'],
    ['a constant of the size of the batch', (x) => tf.mul(x, tf.ones(x.shape)), 'which depends on the batch'],
    [
      'two sizes that depend on it',
      (x) => tf.reshape(tf.matMul(x, x, false, true), [BATCH, BATCH]),
      'two of its sizes',
    ],
    ['the images one by one', (x) => tf.unstack(x)[0]!, 'cannot unpack the images of a batch'],
    ['padding with other numbers', (x) => tf.pad(x, [[0, 0], [1, 1]], 7), 'pads with zeros only'], // prettier-ignore
    ['a value that is read on the way', (x) => tf.mul(x, x.dataSync()[0]!), 'nothing can be read on the way'],
  ])('%s is refused', (_, compute, message) => {
    expect(() => record(compute)).toThrow(message);
  });

  it('is a tensor from outside, and it stays where it is', () => {
    const outside = tf.tensor1d([1, 2, 3, 4]);
    expect(() => record((x) => tf.mul(x, outside))).toThrow('a tensor of another backend came into a graph model');
    expect([...outside.dataSync()]).toEqual([1, 2, 3, 4]);
    outside.dispose();
  });
});
