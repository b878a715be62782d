import { describe, expect, it } from 'vitest';
import { applyModel, modelValues } from '../backbone';
import { CLASSIFY, CONTRAST, DISTILL } from '../config';
import type { Config, Patch } from '../config';
import { normalizeRows } from '../core/similarity';
import { expectClose, plain } from '../testing/close';
import { expectNoLeak } from '../testing/leak';
import { smallConfig, syntheticImages } from '../testing/images';
import { stepInputs } from '../testing/steps';
import * as tf from '../tf';
import { termWeight } from './schedule';
import { createState, disposeState } from './state';
import type { TrainState } from './state';
import { trainStep } from './step';
import type { StepReport } from './step';
import { rawView, secondView, sourceTensor } from './views';

const CLASSES = 3;
const IMAGES = syntheticImages({ classes: CLASSES, perClass: 4, size: 48 });
const TOTAL = 1000;
const inputs = (config: Config) => stepInputs(IMAGES, config);

/** Train some steps and look at the state and the reports. */
function train(
  config: Config,
  steps: number,
  look: (state: TrainState, reports: readonly StepReport[]) => void = () => {},
): void {
  const input = inputs(config);
  let state = createState(config, CLASSES);
  const reports: StepReport[] = [];
  for (let i = 0; i < steps; i++) {
    const done = trainStep(state, config, input(i), TOTAL);
    state = done.state;
    reports.push(done.report);
  }
  look(state, reports);
  disposeState(state);
}

const FULL = smallConfig({ training: { batchSize: 4 }, optimizer: { warmupSteps: 0 } });
const CONTRAST_SHORT = { ...CONTRAST, queueLength: 10, warmupSteps: 2 };
const fullWith = (patch: Patch<Config>): Config =>
  smallConfig({ training: { batchSize: 4 }, optimizer: { warmupSteps: 0 }, ...patch });

const VARIANTS: Record<string, Config> = {
  baseline: fullWith({ view: { kind: 'none' }, objective: [CLASSIFY] }),
  'two ordinary views': fullWith({ view: { kind: 'random' }, objective: [CLASSIFY] }),
  SSDP: fullWith({ objective: [CLASSIFY] }),
  'SSDP by the mean mask': fullWith({ view: { mask: 'mean', saliencyStride: 16 }, objective: [CLASSIFY] }),
  DDL: fullWith({ view: { kind: 'none' }, objective: [CLASSIFY, CONTRAST_SHORT] }),
  'SSDP + DDL, one queue': fullWith({ objective: [CLASSIFY, { ...CONTRAST_SHORT, queues: 'one' }] }),
  'SSDP + SSDT, teacher free': fullWith({ objective: [CLASSIFY, { ...DISTILL, stopGradient: false }] }),
  full: FULL,
  'full, sgd': fullWith({ optimizer: { kind: 'sgd' } }),
  'full, batch statistics': fullWith({ backbone: { batchNorm: 'train' } }),
  'full, lower layers frozen': fullWith({ backbone: { frozenStride: 8 } }),
};

/** What leaks, leaks every step: 200 steps for the whole and 40 for each part of it, to keep the tests short. */
const stepsOf = (name: string): number => (name === 'full' ? 200 : 40);

describe('trainStep', () => {
  it.each(Object.entries(VARIANTS))('leaves nothing behind over many steps: %s', (name, config) => {
    const steps = stepsOf(name);
    const input = inputs(config);
    let state = createState(config, CLASSES);
    let step = 0;
    expectNoLeak(
      () => {
        const done = trainStep(state, config, input(step++), TOTAL);
        state = done.state;
      },
      { burnIn: 5, times: steps - 5 },
    );
    expect(state.step).toBe(steps);
    disposeState(state);
    expect(tf.memory().numTensors).toBe(0);
  });

  it('reports the weighted sum of its terms as the total', () => {
    train(FULL, 5, (_state, reports) => {
      reports.forEach(({ losses, total }, step) => {
        const parts = losses.map((loss, i) => loss * termWeight(FULL.objective[i]!, step));
        expect(total).toBeCloseTo(
          parts.reduce((a, b) => a + b),
          10,
        );
      });
      expect(reports.every(({ losses }) => losses.length === 3 && losses.every((loss) => loss >= 0))).toBe(true);
    });
  });

  it('starts at log C, with a contrast that costs nothing against empty queues', () => {
    train(FULL, 2, (_state, [first, second]) => {
      expect(first!.losses[0]!).toBeCloseTo(2 * Math.log(CLASSES), 1);
      expect(first!.losses[1]).toBe(0);
      expect(second!.losses[1]).toBeGreaterThan(0);
    });
  });

  it('counts the hits of the raw view', () => {
    const config = VARIANTS.baseline!;
    const input = inputs(config)(0);
    const state = createState(config, CLASSES);
    const hits = tf.tidy(() => {
      const view = rawView(sourceTensor(input.data, 48), input.plan.raw, 32);
      const predicted = plain(tf.argMax(applyModel(state.model, view).logits, 1));
      return predicted.filter((label, i) => label === input.labels[i]).length;
    });
    const done = trainStep(state, config, input, TOTAL);
    expect(done.report.correct).toBe(hits);
    disposeState(done.state);
  });

  it('lowers every term of a batch that it meets again', () => {
    const config = FULL;
    const input = inputs(config)(0);
    let state = createState(config, CLASSES);
    const reports: StepReport[] = [];
    for (let i = 0; i < 20; i++) {
      const done = trainStep(state, config, input, TOTAL);
      state = done.state;
      reports.push(done.report);
    }
    expect(reports.at(-1)!.losses[0]!).toBeLessThan(0.8 * reports[0]!.losses[0]!);
    expect(reports.at(-1)!.losses[1]!).toBeLessThan(Math.max(...reports.map(({ losses }) => losses[1]!)));
    expect(reports.every(({ gradientNorm }) => gradientNorm > 0)).toBe(true);
    disposeState(state);
  });

  it('clips: a smaller clipNorm scales the same gradient down', () => {
    const moved = (clipNorm: number): number => {
      const config = fullWith({ optimizer: { kind: 'sgd', clipNorm, warmupSteps: 0, weightDecay: 0 } });
      let distance = 0;
      const state = createState(config, CLASSES);
      const before = modelValues(state.model);
      const done = trainStep(state, config, inputs(config)(0), TOTAL);
      for (const [name, values] of modelValues(done.state.model)) {
        distance += values.reduce((sum, x, i) => sum + (x - before.get(name)![i]!) ** 2, 0);
      }
      disposeState(done.state);
      return Math.sqrt(distance);
    };
    const rate = FULL.optimizer.rate;
    expectClose(moved(0.1), 0.1 * rate, { relative: 1e-3 });
    expectClose(moved(0.01), 0.01 * rate, { relative: 1e-3 });
    expect(moved(1e6)).toBeGreaterThan(moved(0.1));
  });
});

describe('the queues of a step', () => {
  /** Unit features of both views of the first batch under the first weights. */
  function firstFeatures(config: Config): { raw: number[]; second: number[] | undefined; labels: number[] } {
    const input = inputs(config)(0);
    const state = createState(config, CLASSES);
    const found = tf.tidy(() => {
      const source = sourceTensor(input.data, 48);
      const seen = applyModel(state.model, rawView(source, input.plan.raw, 32));
      const view = secondView(source, input.plan, { raw: seen }, config);
      const unit = (x: typeof seen) => plain(normalizeRows(x.feature));
      return { raw: unit(seen), second: view && unit(applyModel(state.model, view)), labels: [...input.labels] };
    });
    disposeState(state);
    return found;
  }
  const lastRows = (
    state: TrainState,
    which: 'raw' | 'second',
    rows: number,
  ): { features: number[]; labels: number[] } => ({
    features: plain(state.queues![which][0]!.features).slice(-rows * state.model.architecture.featureSize),
    labels: plain(state.queues![which][0]!.labels).slice(-rows),
  });

  it('take the detached unit features of their view after the loss', () => {
    const expected = firstFeatures(FULL);
    train(FULL, 1, (state) => {
      expectClose(lastRows(state, 'raw', 4).features, expected.raw, 1e-6);
      expectClose(lastRows(state, 'second', 4).features, expected.second!, 1e-6);
      for (const view of ['raw', 'second'] as const) {
        expect(lastRows(state, view, 4).labels).toEqual(expected.labels);
        expect(state.queues![view][0]!.filled).toBe(4);
      }
    });
  });

  it('take both views where there is one queue', () => {
    const config = VARIANTS['SSDP + DDL, one queue']!;
    const expected = firstFeatures(config);
    train(config, 1, (state) => {
      expect(state.queues!.second).toBe(state.queues!.raw);
      expect(state.queues!.raw[0]!.filled).toBe(8);
      expectClose(lastRows(state, 'raw', 8).features, [...expected.raw, ...expected.second!], 1e-6);
    });
  });

  it('hold the raw view alone where there is no second one, and do not exist without the term', () => {
    train(VARIANTS.DDL!, 3, (state) => expect(state.queues!.raw[0]!.filled).toBe(10));
    train(VARIANTS.SSDP!, 1, (state) => expect(state.queues).toBeUndefined());
  });
});

describe('batch norm', () => {
  const statistics = (state: TrainState): number[][] => state.model.statistics.map(({ variable }) => plain(variable));

  it('keeps its statistics where they are frozen', () => {
    train(FULL, 3, (state) => {
      state.model.statistics.forEach(({ spec, variable }) => {
        expect(new Set(plain(variable))).toEqual(new Set([spec.name.endsWith('running_mean') ? 0 : 1]));
      });
    });
  });

  it('moves them towards the batch where they are trained', () => {
    const config = VARIANTS['full, batch statistics']!;
    let start: number[][] = [];
    train(config, 0, (state) => (start = statistics(state)));
    train(config, 3, (state) => {
      statistics(state).forEach((values, i) => expect(values).not.toEqual(start[i]));
    });
  });

  it('is trained in its scale and shift either way, and its statistics never are', () => {
    const state = createState(FULL, CLASSES);
    const names = state.model.trainable.map(({ spec }) => spec.name);
    expect(names.filter((name) => name.startsWith('norm0'))).toEqual(['norm0.weight', 'norm0.bias']);
    expect([...state.slots.byName.keys()]).toEqual(names);
    disposeState(state);
  });
});

describe('frozen layers', () => {
  it('keep their weights to the bit, and the others move', () => {
    const config = VARIANTS['full, lower layers frozen']!;
    let start: ReadonlyMap<string, Float32Array> = new Map();
    train(config, 0, (state) => (start = modelValues(state.model)));
    train(config, 3, (state) => {
      for (const [name, values] of modelValues(state.model)) {
        const frozen = /(conv|norm)[012]\./.test(name) || name.includes('running');
        expect(String(values) === String(start.get(name)), name).toBe(frozen);
      }
    });
  });
});
