/** A batch in parts is the batch: the numbers of a step do not depend on how many images are in memory at a time. */
import { describe, expect, it } from 'vitest';
import { CLASSIFY, CONTRAST, DISTILL } from '../config';
import type { Config, ContrastTerm, Patch } from '../config';
import { expectClose, plain } from '../testing/close';
import { smallConfig, syntheticImages } from '../testing/images';
import { expectNoLeak } from '../testing/leak';
import { stepInputs } from '../testing/steps';
import * as tf from '../tf';
import { createState, disposeState, queueList, trainableOf } from './state';
import type { TrainState } from './state';
import { trainStep } from './step';
import type { StepReport } from './step';

const CLASSES = 4;
/** In batches of at most 7: 7, 7 and 6 images. */
const IMAGES = syntheticImages({ classes: CLASSES, perClass: 5, size: 48 });
const STEPS = 5;
const TOTAL = 100;

type Arrays = ReadonlyMap<string, number[]>;

interface Trained {
  readonly reports: readonly StepReport[];
  readonly before: Arrays;
  readonly after: Arrays;
  readonly queues: readonly { rows: number[]; labels: number[]; entered: number[]; samples: number[] }[];
}

/** Everything that a state learns, by name. */
function weightsOf(state: TrainState): Arrays {
  const keys = state.keys?.trainable ?? [];
  const named = (prefix: string, parameters: ReturnType<typeof trainableOf>) =>
    parameters.map(({ spec, variable }) => [`${prefix}.${spec.name}`, plain(variable)] as const);
  return new Map([...named('own', trainableOf(state)), ...named('keys', keys)]);
}

function train(config: Config, accumulation: number): Trained {
  const whole = { ...config, training: { ...config.training, accumulation } };
  const input = stepInputs(IMAGES, whole);
  let state = createState(whole, CLASSES);
  const before = weightsOf(state);
  const reports: StepReport[] = [];
  for (let i = 0; i < STEPS; i++) {
    const done = trainStep(state, whole, input(i), TOTAL);
    state = done.state;
    reports.push(done.report);
  }
  const queues = (state.queues ? queueList(state.queues) : []).map(([, queue]) => ({
    ...{ rows: plain(queue.features), labels: plain(queue.labels) },
    ...{ entered: [...queue.entered], samples: [...queue.samples] },
  }));
  const after = weightsOf(state);
  disposeState(state);
  return { reports, before, after, queues };
}

const largest = (values: readonly number[]): number => values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

/** Float32 rounding alone may part the two: the sums are the same numbers in another order. */
function expectSame(parts: Trained, whole: Trained): void {
  whole.reports.forEach(({ losses, total, gradientNorm, correct }, step) => {
    const found = parts.reports[step]!;
    expectClose([...found.losses, found.total], [...losses, total], { absolute: 2e-6, relative: 2e-6 });
    expectClose(found.gradientNorm, gradientNorm, { relative: 1e-5 });
    expect(found.correct).toBe(correct);
  });
  expect([...parts.after.keys()]).toEqual([...whole.after.keys()]);
  for (const [name, values] of whole.after) {
    const start = whole.before.get(name)!;
    const moved = largest(values.map((x, i) => x - start[i]!));
    expect(moved, name).toBeGreaterThan(0);
    // A share of the way that the weights have gone, and a few roundings of the weights themselves.
    expectClose(parts.after.get(name)!, values, { absolute: 1e-5 * moved + 3e-7 * largest(values) });
  }
  expect(parts.queues).toHaveLength(whole.queues.length);
  whole.queues.forEach(({ rows, ...rest }, i) => {
    const { rows: found, ...others } = parts.queues[i]!;
    expectClose(found, rows, 5e-6);
    expect(others).toEqual(rest);
  });
}

/** The most bytes of tensors that exist at a time while some work runs, above those from before it. */
function peakBytes(work: () => void): number {
  const { state } = tf.engine();
  const before = state.numBytes;
  let [now, peak] = [before, before];
  Object.defineProperty(state, 'numBytes', {
    get: () => now,
    set: (bytes: number) => (peak = Math.max(peak, (now = bytes))),
    configurable: true,
  });
  try {
    work();
  } finally {
    Object.defineProperty(state, 'numBytes', { value: now, writable: true, configurable: true, enumerable: true });
  }
  return peak - before;
}

const SHORT = { queueLength: 16, warmupSteps: 0 };
/** SGD: its update is linear in the gradient, where Adam's has its full size even where the gradient is rounding noise. */
const configWith = (contrast: Partial<ContrastTerm> = {}, patch: Patch<Config> = {}): Config =>
  smallConfig({
    objective: [CLASSIFY, { ...CONTRAST, ...SHORT, ...contrast }, { ...DISTILL, warmupSteps: 0 }],
    optimizer: { kind: 'sgd', rate: 2e-2, headRate: 5, warmupSteps: 0, clipNorm: 5 },
    training: { batchSize: 7 },
    ...patch,
  });
const KERNEL = { kind: 'keep', saliency: 'kernel', mask: 'soft' } as const;

const VARIANTS: Record<string, Config> = {
  'crop by the activation': configWith(),
  'a shuffled view': configWith({}, { view: { kind: 'shuffle' } }),
  'a learnt kernel that keeps': configWith({}, { view: KERNEL }),
  'averaged keys': configWith({ keys: 'ema', keyMomentum: 0.9 }),
  'averaged depths': configWith({ features: 'averaged' }),
  'separate depths': configWith({ features: 'separate' }),
  'cross terms': configWith({ crossTerms: true }),
  'one queue': configWith({ queues: 'one' }),
};

describe('a batch in parts', () => {
  it.each(Object.entries(VARIANTS))('gives the numbers of the whole batch: %s', (_name, config) => {
    const whole = train(config, 1);
    // Of 7 images 4 + 3, 3 + 2 + 2, and one by one; the batch of 6 has no 7 parts and is computed in 6.
    for (const accumulation of [2, 3, 7]) expectSame(train(config, accumulation), whole);
  });

  it('gives the numbers of the whole batch in equal parts', () => {
    const config = configWith({}, { training: { batchSize: 6 } });
    const whole = train(config, 1);
    for (const accumulation of [2, 3]) expectSame(train(config, accumulation), whole);
  });

  it('gives what the contrast reads as one: a part does not meet the rows of the part before it', () => {
    const [first] = train(configWith(), 7).reports;
    // Against empty queues the contrast costs nothing; it would not be 0 if the first image were in the queue for the second.
    expect(first!.losses[1]).toBe(0);
  });

  it('holds the maps of one part at a time', () => {
    // Large enough for the maps to outweigh what a step holds of the weights, however many images it sees.
    const images = syntheticImages({ classes: CLASSES, perClass: 3, size: 160 });
    const config = configWith({}, { input: { sourceSize: 160, imageSize: 160 }, training: { batchSize: 12 } });
    const peak = (accumulation: number): number => {
      const whole = { ...config, training: { ...config.training, accumulation } };
      const input = stepInputs(images, whole)(0);
      let state = createState(whole, CLASSES);
      const bytes = peakBytes(() => ({ state } = trainStep(state, whole, input, TOTAL)));
      disposeState(state);
      return bytes;
    };
    const [one, two, four] = [1, 2, 4].map(peak) as [number, number, number];
    expect(two).toBeLessThan(0.6 * one);
    expect(four).toBeLessThan(0.4 * one);
  });

  it('leaves nothing behind', () => {
    const config = configWith({ keys: 'ema', features: 'separate' }, { view: KERNEL });
    const parts = { ...config, training: { ...config.training, accumulation: 3 } };
    const input = stepInputs(IMAGES, parts);
    let state = createState(parts, CLASSES);
    expectNoLeak(() => ({ state } = trainStep(state, parts, input(state.step), TOTAL)), { burnIn: 3, times: 30 });
    disposeState(state);
    expect(tf.memory().numTensors).toBe(0);
  });
});
