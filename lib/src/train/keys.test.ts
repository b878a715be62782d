import { describe, expect, it } from 'vitest';
import { applyModel, createModel, disposeModel, modelFrom, modelValues } from '../backbone';
import type { Model } from '../backbone';
import { CLASSIFY, CONTRAST, hashOf } from '../config';
import type { Config, ContrastTerm, Patch } from '../config';
import { stopGradient } from '../core/gradient';
import { createRng } from '../core/rng';
import { expectClose, plain } from '../testing/close';
import { smallConfig, syntheticImages } from '../testing/images';
import { expectNoLeak } from '../testing/leak';
import { stepInputs } from '../testing/steps';
import * as tf from '../tf';
import type { Scalar } from '../tf';
import { batchGradient } from './gradient';
import type { StepInput } from './gradient';
import { moveKeys } from './keys';
import { featureLevels } from './levels';
import { createState, disposeState, queueList } from './state';
import type { TrainState } from './state';
import { trainStep } from './step';
import type { StepReport } from './step';
import { termValues } from './terms';
import type { Seen } from './terms';
import { rawView, secondView, sourceTensor } from './views';

const CLASSES = 3;
const IMAGES = syntheticImages({ classes: CLASSES, perClass: 4, size: 48 });
const TOTAL = 100;

const configWith = (contrast: Partial<ContrastTerm>, patch: Patch<Config> = {}): Config =>
  smallConfig({
    objective: [CLASSIFY, { ...CONTRAST, queueLength: 30, keys: 'ema', keyMomentum: 0.8, ...contrast }],
    optimizer: { warmupSteps: 0 },
    training: { batchSize: 4 },
    ...patch,
  });

/** All weights and statistics in a short text: equal texts are equal to the bit. */
const bits = (model: Model): string => hashOf([...modelValues(model)].map(([name, values]) => [name, [...values]]));

interface Hooks {
  readonly before?: (state: TrainState, input: StepInput) => void;
  readonly after?: (state: TrainState, report: StepReport) => void;
}

/** Train some steps with a look at the state before and after each. */
function train(config: Config, steps: number, { before, after }: Hooks): void {
  const input = stepInputs(IMAGES, config);
  let state = createState(config, CLASSES);
  for (let i = 0; i < steps; i++) {
    before?.(state, input(i));
    const done = trainStep(state, config, input(i), TOTAL);
    state = done.state;
    after?.(state, done.report);
  }
  disposeState(state);
}

/** Unit features of both views of a batch: the network's view, encoded by the keys. */
function keyRows(
  { model, keys }: TrainState,
  config: Config,
  input: StepInput,
): { raw: number[][]; second: number[][] } {
  const depths = (config.objective[1] as ContrastTerm).features;
  const pass = { batchStatistics: config.backbone.batchNorm === 'train' };
  const rows = { raw: [] as number[][], second: [] as number[][] };
  tf.tidy(() => {
    const source = sourceTensor(input.data, 48);
    const images = rawView(source, input.plan.raw, 32);
    const view = secondView(source, input.plan, { raw: applyModel(model, images, pass) }, config)!;
    const encode = (x: typeof view) => featureLevels(applyModel(keys!, x, pass), depths).map(plain);
    Object.assign(rows, { raw: encode(images), second: encode(view) });
  });
  return rows;
}

const VARIANTS: Record<string, Config> = {
  'frozen statistics': configWith({}),
  'statistics of the batch': configWith({}, { backbone: { batchNorm: 'train' } }),
  'lower layers frozen': configWith({}, { backbone: { batchNorm: 'frozen', frozenStride: 8 } }),
  'separate depths': configWith({ features: 'separate' }),
  'two parts a batch': configWith({}, { training: { batchSize: 4, accumulation: 2 } }),
};

describe('the key encoder', () => {
  it.each(Object.entries(VARIANTS))('is the moving average of the weights over the steps: %s', (_name, config) => {
    const { keyMomentum: m } = config.objective[1] as ContrastTerm;
    const expected = new Map<string, number[]>();
    train(config, 6, {
      before: ({ model, step }) => {
        if (step === 0) for (const [name, values] of modelValues(model)) expected.set(name, [...values]);
      },
      after: ({ model, keys }) => {
        for (const [name, weights] of modelValues(model)) {
          const statistic = name.includes('running');
          const moved = expected
            .get(name)!
            .map((key, i) => (statistic ? weights[i]! : m * key + (1 - m) * weights[i]!));
          expected.set(name, moved);
          expectClose(keys!.byName.get(name)!, moved, { absolute: 1e-6, relative: 1e-6 });
        }
      },
    });
  });

  it.each(Object.entries(VARIANTS))(
    'encodes the rows that enter the queues, as it was before the step: %s',
    (_name, config) => {
      let expected: ReturnType<typeof keyRows> = { raw: [], second: [] };
      let apart = 0;
      train(config, 5, {
        before: (state, input) => {
          expected = keyRows(state, config, input);
          const online = keyRows({ ...state, keys: state.model }, config, input);
          apart = Math.max(...expected.raw[0]!.map((x, i) => Math.abs(x - online.raw[0]![i]!)));
        },
        after: ({ queues }) => {
          for (const view of ['raw', 'second'] as const) {
            expect(queues![view]).toHaveLength(expected[view].length);
            queues![view].forEach(({ features }, level) => {
              const rows = expected[view][level]!;
              expectClose(plain(features).slice(-rows.length), rows, 2e-6);
            });
          }
        },
      });
      // By now the network has moved on from its average, so the rows could not be its own.
      expect(apart).toBeGreaterThan(1e-3);
    },
  );

  it('is the network itself with momentum 0: the same losses, gradients and queues, to the bit', () => {
    const run = (contrast: Partial<ContrastTerm>, patch: Patch<Config>) => {
      const found: unknown[] = [];
      train(configWith(contrast, patch), 6, {
        after: ({ model, queues }, report) =>
          found.push([report, bits(model), hashOf(queueList(queues!).map(([, { features }]) => plain(features)))]),
      });
      return found;
    };
    for (const patch of [{}, { backbone: { batchNorm: 'train' } }, { backbone: { frozenStride: 8 } }] as const) {
      expect(run({ keyMomentum: 0 }, patch)).toEqual(run({ keys: 'online' }, patch));
    }
  });

  it('keeps frozen layers and statistics equal to the network, to the bit', () => {
    train(VARIANTS['lower layers frozen']!, 4, {
      after: ({ model, keys }) => {
        const trained = new Set(model.trainable.map(({ spec }) => spec.name));
        const own = modelValues(keys!);
        for (const [name, values] of modelValues(model)) {
          const same = values.every((x, i) => x === own.get(name)![i]);
          expect(same, name).toBe(!trained.has(name));
        }
      },
    });
    train(VARIANTS['statistics of the batch']!, 4, {
      after: ({ model, keys }) => {
        for (const { spec, variable } of model.statistics)
          expect(plain(keys!.byName.get(spec.name)!), spec.name).toEqual(plain(variable));
      },
    });
  });
});

describe('the gradient', () => {
  const config = configWith({ family: 'infonce', weight: 1, temperature: 0.3, keyMomentum: 0 });

  /** The state after some steps. */
  function begun(of: Config, steps: number): TrainState {
    const input = stepInputs(IMAGES, of);
    let state = createState(of, CLASSES);
    for (let i = 0; i < steps; i++) ({ state } = trainStep(state, of, input(i), TOTAL));
    return state;
  }

  it('does not pass through a positive that is a key: it is a constant of the loss', () => {
    // Some rows to compare with, and with momentum 0 keys that are the network's own features, only constant.
    const [input, state] = [stepInputs(IMAGES, config)(2), begun(config, 2)];
    const variables = state.model.trainable.map(({ variable }) => variable);
    tf.tidy(() => {
      const loss = () => {
        const source = sourceTensor(input.data, 48);
        const images = rawView(source, input.plan.raw, 32);
        const raw = applyModel(state.model, images);
        const second = applyModel(state.model, secondView(source, input.plan, { raw }, config)!);
        const seen = (x: typeof raw): Seen => {
          const features = featureLevels(x, 'final');
          return { features, keys: features.map(stopGradient), logits: x.logits };
        };
        const labels = tf.tensor1d(input.labels, 'int32');
        const scene = { raw: seen(raw), second: seen(second), labels, queues: state.queues };
        return tf.sum(termValues(scene, config.objective)) as Scalar;
      };
      const { gradients } = batchGradient(state, config, input);
      const { gradients: through } = batchGradient({ ...state, keys: undefined }, config, input);
      const { grads } = tf.variableGrads(loss, variables);
      for (const { name } of variables) expectClose(gradients[name]!, grads[name]!, { absolute: 1e-5, relative: 1e-4 });
      const difference = variables.map(({ name }) => plain(tf.norm(tf.sub(through[name]!, grads[name]!)))[0]!);
      expect(Math.max(...difference)).toBeGreaterThan(1e-2);
    });
    disposeState(state);
  });

  it('reaches none of the keys, whose values it leaves alone', () => {
    const [input, state] = [stepInputs(IMAGES, config)(2), begun(config, 2)];
    const before = bits(state.keys!);
    const own = new Set([...state.keys!.byName.values()].map(({ name }) => name));
    tf.tidy(() => {
      const names = Object.keys(batchGradient(state, config, input).gradients);
      expect(names.length).toBe(state.model.trainable.length);
      expect(names.filter((name) => own.has(name))).toEqual([]);
    });
    expect(bits(state.keys!)).toBe(before);
    disposeState(state);
  });
});

describe('moveKeys', () => {
  const { backbone } = smallConfig({ backbone: { batchNorm: 'train' } });
  const draw = (seed: number) => createModel(backbone, CLASSES, createRng(seed));

  it('moves every weight by its equation and leaves the network alone', () => {
    const [model, keys] = [draw(1), draw(2)];
    const [before, old, same] = [modelValues(model), modelValues(keys), bits(model)];
    moveKeys(keys, model, 0.25);
    for (const [name, weights] of before) {
      const statistic = name.includes('running');
      const expected = [...weights].map((w, i) => (statistic ? w : 0.25 * old.get(name)![i]! + 0.75 * w));
      expectClose(keys.byName.get(name)!, expected, { absolute: 1e-7, relative: 1e-6 });
    }
    expect(bits(model)).toBe(same);
    moveKeys(keys, model, 0);
    expect(bits(keys)).toBe(same);
    disposeModel(model);
    disposeModel(keys);
  });

  it('leaves nothing behind', () => {
    const model = draw(1);
    const keys = modelFrom(model.architecture, CLASSES, modelValues(model), backbone);
    expectNoLeak(() => moveKeys(keys, model, 0.9));
    disposeModel(model);
    disposeModel(keys);
    expect(tf.memory().numTensors).toBe(0);
  });
});
