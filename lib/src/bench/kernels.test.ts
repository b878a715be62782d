import { describe, expect, it } from 'vitest';
import { hasCustom } from '../core/kernels';
import { preset } from '../config';
import * as tf from '../tf';
import { operationsOf, recordKernels, sumKernels } from './kernels';
import type { Call } from './kernels';
import { profileText } from './present-profile';
import { profileSteps } from './profile';

const call = (name: string, inputs: number[][], outputs: number[][], milliseconds = 1): Call => ({
  ...{ name, inputs, outputs, milliseconds },
});

describe('operations of a kernel', () => {
  it.each([
    [
      'a product',
      call(
        'MatMul',
        [
          [3, 5],
          [5, 7],
        ],
        [[3, 7]],
      ),
      2 * 3 * 5 * 7,
    ],
    [
      'one from the transposed',
      call(
        'MatMul',
        [
          [5, 3],
          [5, 7],
        ],
        [[3, 7]],
      ),
      2 * 3 * 5 * 7,
    ],
    [
      'a batch of products',
      call(
        'BatchMatMulV2',
        [
          [2, 4, 3, 5],
          [2, 4, 5, 7],
        ],
        [[2, 4, 3, 7]],
      ),
      8 * 2 * 3 * 5 * 7,
    ],
    [
      'a convolution',
      call(
        'Conv2D',
        [
          [2, 8, 8, 3],
          [3, 3, 3, 16],
        ],
        [[2, 4, 4, 16]],
      ),
      2 * 2 * 4 * 4 * 16 * 27,
    ],
    [
      'a depthwise one',
      call(
        'DepthwiseConv2dNative',
        [
          [2, 8, 8, 6],
          [3, 3, 6, 1],
        ],
        [[2, 8, 8, 6]],
      ),
      2 * 2 * 64 * 6 * 9,
    ],
    [
      'the gradient of its kernel',
      call('Conv2DBackpropFilter', [[2, 8, 8, 3], [4], [2, 4, 4, 16]], [[3, 3, 3, 16]]),
      2 * 2 * 4 * 4 * 16 * 27,
    ],
    [
      'the gradient of its map',
      call('Conv2DBackpropInput', [[4], [3, 3, 3, 16], [2, 4, 4, 16]], [[2, 8, 8, 3]]),
      2 * 2 * 4 * 4 * 16 * 27,
    ],
    ['anything else', call('Mul', [[3], [3]], [[3]]), undefined],
  ])('%s', (_, one, operations) => {
    expect(operationsOf(one)).toBe(operations);
  });
});

describe('the record of kernels', () => {
  it('holds every call with its shapes, and the backend is as before', () => {
    const before = (tf.backend() as unknown as Record<string, unknown>).executeSingleOutput;
    const calls = recordKernels(() => tf.tidy(() => void tf.matMul(tf.ones([2, 3]), tf.ones([3, 4])).dataSync()));
    const product = calls.find(({ name }) => /MatMul/.test(name))!;
    expect([product.inputs.slice(0, 2), product.outputs]).toEqual([
      [
        [2, 3],
        [3, 4],
      ],
      [[2, 4]],
    ]);
    expect((tf.backend() as unknown as Record<string, unknown>).executeSingleOutput).toBe(before);
    expect(() =>
      recordKernels(() => {
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect((tf.backend() as unknown as Record<string, unknown>).executeSingleOutput).toBe(before);
  });

  it('is summed by name and shapes, the slowest first', () => {
    const small = call('Mul', [[2], [2]], [[2]], 1);
    const [first, second] = sumKernels([
      small,
      call(
        'MatMul',
        [
          [2, 2],
          [2, 2],
        ],
        [[2, 2]],
        5,
      ),
      small,
    ]);
    expect(first).toMatchObject({ name: 'MatMul', calls: 1, operations: 16, bytes: 48 });
    expect(second).toMatchObject({ name: 'Mul', shapes: '[2] [2] -> [2]', calls: 2, milliseconds: 2, bytes: 48 });
  });
});

describe('a profile', () => {
  it('names the kernels of a step and leaves no tensor behind', () => {
    const config = preset('tiny', { input: { sourceSize: 32, imageSize: 32 }, training: { batchSize: 4 } });
    const before = tf.memory().numTensors;
    const profile = profileSteps(config, { steps: 1, classes: 3 });
    expect(tf.memory().numTensors).toBe(before);
    const text = profileText(profile, 5);
    expect(text).toMatch(/^A step takes [\d.]+ ms \(mean of 1\): [\d.]+ ms in \d+ kernels/);
    expect(text).toMatch(/^kernel +calls\/step +ms\/step +share +MB\/step +GFLOP\/s +shapes$/m);
    expect(text.split('\n')).toHaveLength(2 + 6 + 1 + 6);
    expect(profile.calls.map(({ name }) => name)).toContain(hasCustom() ? 'CsdnetAdam' : 'ResourceApplyAdam');
  });
});
