import { describe, expect, it } from 'vitest';
import { applyModel } from '../backbone';
import { CLASSIFY, CONTRAST, stepsPerEpoch } from '../config';
import type { Config, ContrastTerm, Patch } from '../config';
import { normalizeRows } from '../core/similarity';
import { gather } from '../data';
import { expectClose, plain } from '../testing/close';
import { smallConfig, syntheticImages } from '../testing/images';
import { expectNoLeak } from '../testing/leak';
import * as tf from '../tf';
import { rawQueueDrift } from './drift';
import type { StepInput } from './gradient';
import { planEpoch } from './plan';
import { createState, disposeState } from './state';
import type { TrainState } from './state';
import { trainStep } from './step';
import { rawView, sourceTensor } from './views';

const CLASSES = 3;
const IMAGES = syntheticImages({ classes: CLASSES, perClass: 5, size: 48 });

/** Four steps an epoch, of 4, 4, 4 and 3 images. */
function configWith(contrast: Partial<ContrastTerm>, patch: Patch<Config> = {}): Config {
  const objective = [CLASSIFY, { ...CONTRAST, queueLength: 30, ...contrast }];
  return smallConfig({ objective, training: { batchSize: 4 }, ...patch });
}

/** The inputs of a run's first steps. */
function firstInputs(config: Config, steps: number): StepInput[] {
  const epochs = Math.ceil(steps / stepsPerEpoch(IMAGES.count, config));
  const plans = Array.from({ length: epochs }, (_, epoch) => planEpoch(IMAGES.count, config, epoch + 1)).flat();
  return plans.slice(0, steps).map((plan) => {
    const names = Array.from(plan.indices, (i) => IMAGES.names[i]!);
    return { ...gather(IMAGES, plan.indices), names, plan };
  });
}

/** Train some steps, look at the state, and end it. */
function after<T>(config: Config, steps: number, look: (state: TrainState, inputs: readonly StepInput[]) => T): T {
  const inputs = firstInputs(config, steps);
  let state = createState(config, CLASSES);
  for (const input of inputs) ({ state } = trainStep(state, config, input, 100));
  const result = look(state, inputs);
  disposeState(state);
  return result;
}

/** The same from the inputs that the steps were really given, batch by batch, for rows that are all still there. */
function byHand(state: TrainState, config: Config, inputs: readonly StepInput[]) {
  const queue = state.queues!.raw[0]!;
  const [size, all, entered] = [queue.features.shape[1], plain(queue.features), [...queue.entered]];
  const both = state.queues!.raw === state.queues!.second && config.view.kind !== 'none';
  return inputs.flatMap((input, step) => {
    const rows = entered.flatMap((batch, row) => (batch === (both ? 2 * step + 1 : step + 1) ? [row] : []));
    if (rows.length === 0) return [];
    const fresh = tf.tidy(() => {
      const view = rawView(sourceTensor(input.data, 48), input.plan.raw, 32);
      return plain(normalizeRows(applyModel(state.keys ?? state.model, view).feature));
    });
    // Of a batch whose first rows have left the queue, the last ones remain.
    const kept = fresh.slice(-rows.length * size);
    const drifts = rows.map((row, i) => {
      let cosine = 0;
      for (let d = 0; d < size; d++) cosine += all[row * size + d]! * kept[i * size + d]!;
      return 1 - cosine;
    });
    const mean = drifts.reduce((a, b) => a + b) / drifts.length;
    return [{ age: inputs.length - 1 - step, mean, max: Math.max(...drifts), count: rows.length }];
  });
}

const VARIANTS: Record<string, Config> = {
  'two queues': configWith({}),
  'one queue': configWith({ queues: 'one' }),
  'one view': configWith({}, { view: { kind: 'none' } }),
  'two ordinary views': configWith({}, { view: { kind: 'random' } }),
  'averaged keys': configWith({ keys: 'ema', keyMomentum: 0.9 }),
  'batches in parts': configWith({}, { training: { batchSize: 4, accumulation: 2 } }),
  'batch statistics': configWith({}, { backbone: { batchNorm: 'train' } }),
};

describe('rawQueueDrift', () => {
  it.each(Object.entries(VARIANTS))("equals encoding the steps' own inputs again: %s", (_name, config) => {
    after(config, 10, (state, inputs) => {
      const expected = byHand(state, config, inputs).reverse();
      const found = rawQueueDrift(state, config, IMAGES);
      expect(found.map(({ age, count }) => [age, count])).toEqual(expected.map(({ age, count }) => [age, count]));
      expect(found.length).toBeGreaterThan(3);
      expectClose(
        found.flatMap(({ mean, max }) => [mean, max]),
        expected.flatMap(({ mean, max }) => [mean, max]),
        2e-6,
      );
    });
  });

  it('is 0 at every age where the weights do not move: the views are the very same', () => {
    const still = { optimizer: { rate: 1e-12, weightDecay: 0 } };
    for (const queues of ['one', 'two'] as const) {
      const config = configWith({ queues, queueLength: 60 }, still);
      const found = after(config, 11, (state) => rawQueueDrift(state, config, IMAGES));
      expect(found.at(-1)!.age).toBeGreaterThan(3);
      for (const { max } of found) expect(max).toBeLessThan(2e-6);
    }
  });

  it('sees another view: with the brightness of other draws the rows do not come out again', () => {
    const config = configWith({}, { optimizer: { rate: 1e-12, weightDecay: 0 } });
    const other = { ...config, augment: { ...config.augment, brightness: 0.9 } };
    const found = after(config, 6, (state) => rawQueueDrift(state, other, IMAGES));
    expect(Math.min(...found.map(({ mean }) => mean))).toBeGreaterThan(1e-5);
  });

  it('grows with age where the weights move, and hardly where a slow average encodes', () => {
    const drift = (config: Config) => after(config, 12, (state) => rawQueueDrift(state, config, IMAGES));
    const moving = drift(configWith({}, { optimizer: { rate: 1e-2 } }));
    expect(moving.at(-1)!.mean).toBeGreaterThan(2 * moving[0]!.mean);
    const slow = drift(configWith({ keys: 'ema', keyMomentum: 0.9999 }, { optimizer: { rate: 1e-2 } }));
    expect(slow.at(-1)!.mean).toBeLessThan(0.01 * moving.at(-1)!.mean);
  });

  it('is empty before the first step', () => {
    const config = configWith({});
    expect(after(config, 0, (state) => rawQueueDrift(state, config, IMAGES))).toEqual([]);
  });

  it('encodes in batches: a long queue comes out like a short one where they hold the same rows', () => {
    const [short, long] = [53, 400].map((queueLength) => {
      const config = configWith({ queueLength });
      return after(config, 14, (state) => rawQueueDrift(state, config, IMAGES));
    });
    expect(short!.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(50);
    expectClose(
      short!.map(({ mean }) => mean),
      long!.map(({ mean }) => mean),
      1e-9,
    );
  });

  it('says what does not fit', () => {
    const config = configWith({});
    after(config, 3, (state) => {
      const drift =
        (other: Config, images = IMAGES) =>
        () =>
          rawQueueDrift(state, other, images);
      expect(drift(configWith({ features: 'separate' }))).toThrow('contrast.features is "separate", but only');
      expect(drift({ ...config, seed: 9 })).toThrow("which that step's plan does not hold");
      expect(drift(config, syntheticImages({ classes: CLASSES, perClass: 9, size: 48 }))).toThrow('on other images');
      expect(() => rawQueueDrift({ ...state, step: 7 }, config, IMAGES)).toThrow(
        '3 batches came into the queue in 7 steps',
      );
      expect(() => rawQueueDrift({ ...state, queues: undefined }, config, IMAGES)).toThrow('no contrast term');
    });
  });

  it('leaves the state as it was and nothing behind', () => {
    const config = configWith({});
    after(config, 4, (state) => {
      const before = plain(state.queues!.raw[0]!.features);
      expectNoLeak(() => void rawQueueDrift(state, config, IMAGES));
      expect(plain(state.queues!.raw[0]!.features)).toEqual(before);
    });
    expect(tf.memory().numTensors).toBe(0);
  });
});
