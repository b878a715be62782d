import { describe, expect, it } from 'vitest';
import { modelValues } from '../backbone';
import type { Config, Patch } from '../config';
import { plain } from '../testing/close';
import { smallConfig, syntheticImages } from '../testing/images';
import { stepInputs } from '../testing/steps';
import * as tf from '../tf';
import { createState, disposeState } from './state';
import type { TrainState } from './state';
import { NonFiniteError, trainStep } from './step';

const CLASSES = 3;
const IMAGES = syntheticImages({ classes: CLASSES, perClass: 4, size: 48 });
const TOTAL = 1000;
const inputs = (config: Config) => stepInputs(IMAGES, config);
const configWith = (patch: Patch<Config> = {}): Config => smallConfig({ training: { batchSize: 4 }, ...patch });

describe('a loss or gradient that is no finite number', () => {
  /** A state whose named parameter holds one bad value. */
  function spoiled(config: Config, name: string, value: number): TrainState {
    const state = createState(config, CLASSES);
    const variable = state.model.byName.get(name)!;
    const values = Float32Array.from(plain(variable));
    values[0] = value;
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
    return state;
  }

  it.each([
    ['a NaN weight', 'head.weight', NaN],
    ['an infinite weight', 'head.bias', Infinity],
    ['a weight so large that the loss overflows', 'head.bias', 3e38],
  ])('stops the run and names step, term and batch: %s', (_name, parameter, value) => {
    const config = configWith();
    const input = inputs(config)(0);
    const state = spoiled(config, parameter, value);
    const before = modelValues(state.model);
    const tensors = tf.memory().numTensors;
    let error: unknown;
    try {
      trainStep({ ...state, step: 41 }, config, input, TOTAL);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(NonFiniteError);
    const { message } = error as Error;
    expect(message).toContain('At step 42 ');
    expect(message).toMatch(/the (classify|distill) loss|the gradient/);
    expect(message).toContain(input.names.join(', '));
    expect(message).toContain('The weights are as they were before this step.');
    for (const [name, values] of modelValues(state.model)) expect(values).toEqual(before.get(name));
    expect(state.queues!.raw[0]!.filled).toBe(0);
    expect(
      [...state.slots.byName.values()].flat().every((slot) => tf.tidy(() => plain(slot.read()).every((x) => x === 0))),
    ).toBe(true);
    expect(tf.memory().numTensors).toBe(tensors);
    disposeState(state);
  });

  it('shortens a long list of names', () => {
    const config = configWith({ training: { batchSize: 12 } });
    const state = spoiled(config, 'head.weight', NaN);
    expect(() => trainStep(state, config, inputs(config)(0), TOTAL)).toThrow(/, and 4 more\. The weights/);
    disposeState(state);
  });
});
