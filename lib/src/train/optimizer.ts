/**
 * SGD with momentum and AdamW, as PyTorch has them. tfjs' own optimizers address their slots by position and have no decoupled weight decay, no
 * rate for each group and no state that can be stored whole.
 */
import * as tf from '../tf';
import type { Tensor } from '../tf';
import { adamUpdate, createSlot, momentumUpdate } from '../core/kernels';
import type { Slot } from '../core/kernels';
import type { OptimizerConfig } from '../config';
import type { Parameter } from '../backbone';

const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** The optimizer's memory of each parameter: velocity (SGD), or first and second moment (AdamW). */
export interface Slots {
  readonly byName: ReadonlyMap<string, readonly Slot[]>;
  /** One slot for each shape of parameter, for the update kernels to work in; it holds no state. */
  readonly scratch: ReadonlyMap<string, Slot>;
}

const shapeKey = (shape: readonly number[]): string => shape.join(',');

/** Zero slots for a list of parameters. Own out: end them with `disposeSlots`. */
export function createSlots(parameters: readonly Parameter[], kind: OptimizerConfig['kind']): Slots {
  const each = ({ spec: { shape } }: Parameter): readonly Slot[] =>
    kind === 'sgd' ? [createSlot(shape)] : [createSlot(shape), createSlot(shape)];
  const shapes = new Map(parameters.map(({ spec: { shape } }) => [shapeKey(shape), shape]));
  return {
    byName: new Map(parameters.map((parameter) => [parameter.spec.name, each(parameter)])),
    scratch: new Map([...shapes].map(([key, shape]) => [key, createSlot(shape)])),
  };
}

export function disposeSlots(slots: Slots): void {
  for (const slot of [...slots.byName.values()].flat()) slot.dispose();
  for (const slot of slots.scratch.values()) slot.dispose();
}

export interface Update {
  readonly config: OptimizerConfig;
  /** Updates done before this one. */
  readonly step: number;
  /** Share of the peak rate, from the schedule. */
  readonly rateShare: number;
  /** What every gradient is multiplied by: below 1 where clipping bites. */
  readonly gradientScale: number;
}

/** What gradients are multiplied by so that their global norm is `limit` at most: min(1, limit / (norm + 1e-6)), as PyTorch has it. */
export const clipScale = (norm: number, limit: number): number => Math.min(1, limit / (norm + 1e-6));

/**
 * Move the parameters by one step. Weight decay is decoupled from the gradient for both kinds: kernels shrink by
 * (1 - rate * weightDecay) before they move (Loshchilov and Hutter 2019). A parameter without a gradient stays where it is, as do its slots.
 *
 * @param gradients by the variable's own name; borrowed
 */
export function applyUpdate(
  parameters: readonly Parameter[],
  slots: Slots,
  gradients: Readonly<Record<string, Tensor>>,
  update: Update,
): void {
  const { config } = update;
  for (const { spec, variable } of parameters) {
    const raw = gradients[variable.name];
    if (!raw) continue;
    const rate = config.rate * (spec.group === 'head' ? config.headRate : 1) * update.rateShare;
    tf.tidy(() => {
      const gradient = update.gradientScale === 1 ? raw : tf.mul(raw, update.gradientScale);
      const decay = spec.decay ? config.weightDecay * rate : 0;
      if (decay > 0) variable.assign(tf.mul(variable, 1 - decay));
      const own = slots.byName.get(spec.name)!;
      const scratch = slots.scratch.get(shapeKey(spec.shape))!;
      if (config.kind === 'sgd')
        momentumUpdate(variable, { velocity: own[0]!, scratch }, gradient, { rate, momentum: config.momentum });
      else adamUpdate(variable, { moments: own, scratch }, gradient, { ...ADAM, rate, count: update.step + 1 });
    });
  }
}
