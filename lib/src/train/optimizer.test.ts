import { afterEach, describe, expect, it } from 'vitest';
import { createModel, disposeModel } from '../backbone';
import type { Model, Parameter } from '../backbone';
import { preset } from '../config';
import type { OptimizerConfig } from '../config';
import { stopGradient } from '../core/gradient';
import { createRng } from '../core/rng';
import { expectClose, plain } from '../testing/close';
import { expectNoLeak } from '../testing/leak';
import * as reference from '../testing/reference';
import * as tf from '../tf';
import type { Tensor } from '../tf';
import { applyUpdate, createSlots, disposeSlots } from './optimizer';
import type { Slots } from './optimizer';

const RATES = [0.01, 0.02, 0.03, 0.02, 0.01];
const PEAK = 0.03;
const base: OptimizerConfig = {
  ...preset('tiny').optimizer,
  ...{ rate: PEAK, headRate: 1, momentum: 0.9, weightDecay: 0.1 },
};

interface Own {
  readonly name: string;
  readonly group: 'trunk' | 'head';
  readonly decay: boolean;
  readonly values: readonly number[];
}

const OWN: readonly Own[] = [
  { name: 'kernel', group: 'trunk', decay: true, values: [1, -2, 0.5] },
  { name: 'bias', group: 'trunk', decay: false, values: [0.1, 0, -3] },
  { name: 'head', group: 'head', decay: true, values: [0, 4] },
];

const parametersOf = (own: readonly Own[]): Parameter[] =>
  own.map(({ name, group, decay, values }) => ({
    spec: { name, shape: [values.length], init: { kind: 'zeros' }, group, stride: 1, decay },
    variable: tf.tidy(() => tf.variable(tf.tensor1d([...values]))),
  }));

/** Gradients of a step, anything but regular, with zeros and tiny numbers among them. */
const gradientOf = (own: Own, step: number): number[] =>
  own.values.map((_, i) =>
    step === 2 && i === 0 ? 0 : Math.sin(3 * step + i + own.name.length) * (i === 1 ? 1e-4 : 1),
  );

function update(
  parameters: readonly Parameter[],
  slots: Slots,
  config: OptimizerConfig,
  { step, scale = 1 }: { step: number; scale?: number },
): void {
  tf.tidy(() => {
    const gradients: Record<string, Tensor> = {};
    OWN.forEach((own, i) => (gradients[parameters[i]!.variable.name] = tf.tensor1d(gradientOf(own, step))));
    applyUpdate(parameters, slots, gradients, { config, step, rateShare: RATES[step]! / PEAK, gradientScale: scale });
  });
}

function expected(own: Own, config: OptimizerConfig, scale: number): number[] {
  const rates = RATES.map((rate) => rate * (own.group === 'head' ? config.headRate : 1));
  const settings = { momentum: config.momentum, decay: own.decay ? config.weightDecay : 0, rates };
  const rule = config.kind === 'sgd' ? reference.sgd : reference.adamw;
  return own.values.map((start, i) =>
    rule(
      start,
      RATES.map((_, step) => scale * gradientOf(own, step)[i]!),
      settings,
    ),
  );
}

const CONFIGS: Record<string, OptimizerConfig> = {
  adamw: { ...base, kind: 'adamw' },
  'adamw, head rate 5': { ...base, kind: 'adamw', headRate: 5 },
  'adamw without decay': { ...base, kind: 'adamw', weightDecay: 0 },
  sgd: { ...base, kind: 'sgd' },
  'sgd without momentum, head rate 0.5': { ...base, kind: 'sgd', momentum: 0, headRate: 0.5 },
};

afterEach(() => tf.setBackend('tensorflow'));

describe.each(['tensorflow', 'cpu'])('applyUpdate on backend %s', (backend) => {
  it.each(Object.entries(CONFIGS))('equals the reference loops: %s', async (_name, config) => {
    await tf.setBackend(backend);
    for (const scale of [1, 0.25]) {
      const parameters = parametersOf(OWN);
      const slots = createSlots(parameters, config.kind);
      RATES.forEach((_, step) => update(parameters, slots, config, { step, scale }));
      parameters.forEach(({ variable }, i) => {
        expectClose(variable, expected(OWN[i]!, config, scale), { absolute: 1e-6, relative: 2e-6 });
      });
      disposeSlots(slots);
      tf.dispose(parameters.map(({ variable }) => variable));
    }
  });
});

describe('applyUpdate', () => {
  it.each(['sgd', 'adamw'] as const)(
    'leaves a parameter without a gradient, and its slots, where they are: %s',
    (kind) => {
      const parameters = parametersOf(OWN);
      const slots = createSlots(parameters, kind);
      const config = { ...base, kind };
      update(parameters, slots, config, { step: 0 });
      const state = () =>
        tf.tidy(() => [parameters[0]!.variable, ...slots.byName.get('kernel')!.map((slot) => slot.read())].map(plain));
      const before = state();
      const others = parameters.slice(1);
      tf.tidy(() => {
        const gradients = Object.fromEntries(others.map(({ variable }) => [variable.name, tf.ones(variable.shape)]));
        applyUpdate(parameters, slots, gradients, { config, step: 1, rateShare: 1, gradientScale: 1 });
      });
      expect(state()).toEqual(before);
      disposeSlots(slots);
      tf.dispose(parameters.map(({ variable }) => variable));
    },
  );

  it('does not depend on the order of the parameters: slots go by name', () => {
    const run = (own: readonly Own[]): number[][] => {
      const parameters = parametersOf(own);
      const slots = createSlots(parameters, 'adamw');
      for (const step of [0, 1, 2]) {
        const order = step === 1 ? [...parameters].reverse() : parameters;
        tf.tidy(() => {
          const gradients = Object.fromEntries(
            parameters.map(({ variable }, i) => [variable.name, tf.tensor1d(gradientOf(own[i]!, step))]),
          );
          applyUpdate(order, slots, gradients, { config: base, step, rateShare: 1, gradientScale: 1 });
        });
      }
      const result = parameters.map(({ variable }) => plain(variable));
      disposeSlots(slots);
      tf.dispose(parameters.map(({ variable }) => variable));
      return result;
    };
    expect(run([...OWN].reverse()).reverse()).toEqual(run(OWN));
  });

  it.each(['sgd', 'adamw'] as const)('never writes into a tensor that somebody still holds: %s', (kind) => {
    const parameters = parametersOf(OWN);
    const slots = createSlots(parameters, kind);
    const held = parameters.map(({ variable }) => stopGradient<Tensor>(variable));
    const first = slots.byName.get('kernel')![0]!.read();
    [0, 1].forEach((step) => update(parameters, slots, { ...base, kind }, { step }));
    held.forEach((tensor, i) => expectClose(tensor, OWN[i]!.values, 1e-7));
    expectClose(first, [0, 0, 0], 0);
    tf.dispose([...held, first]);
    disposeSlots(slots);
    tf.dispose(parameters.map(({ variable }) => variable));
  });

  it('borrows the gradients and leaves nothing behind, slots included', () => {
    const model: Model = createModel(preset('tiny').backbone, 3, createRng(1));
    for (const kind of ['sgd', 'adamw'] as const) {
      const gradients = Object.fromEntries(
        model.trainable.map(({ variable }) => [variable.name, tf.ones(variable.shape)]),
      );
      expectNoLeak(() => {
        const slots = createSlots(model.trainable, kind);
        [0, 1].forEach((step) =>
          applyUpdate(model.trainable, slots, gradients, {
            config: { ...base, kind },
            step,
            rateShare: 1,
            gradientScale: 0.5,
          }),
        );
        disposeSlots(slots);
      });
      expect(Object.values(gradients).some((gradient) => gradient.isDisposed)).toBe(false);
      tf.dispose(gradients);
    }
    disposeModel(model);
  });
});
