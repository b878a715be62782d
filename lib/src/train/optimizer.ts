/**
 * SGD with momentum and AdamW, as PyTorch has them. tfjs' own optimizers address their slots by position and have no decoupled weight decay, no
 * rate for each group and no state that can be stored whole.
 */
import type { Tensor } from '../tf';
import { adamUpdate, createSlot, momentumUpdate } from '../core/kernels';
import type { Move, Slot } from '../core/kernels';
import type { OptimizerConfig } from '../config';
import type { Parameter } from '../backbone';

const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** The optimizer's memory of each parameter: velocity (SGD), or first and second moment (AdamW). */
export interface Slots {
  readonly byName: ReadonlyMap<string, readonly Slot[]>;
  /** One slot for each shape of parameter, for TensorFlow's update kernels to work in; it holds no state. Our own kernels need none. */
  readonly scratch: ReadonlyMap<string, Slot>;
}

const shapeKey = (shape: readonly number[]): string => shape.join(',');

/** Zero slots for a list of parameters. Own out: end them with `disposeSlots`. */
export function createSlots(parameters: readonly Parameter[], kind: OptimizerConfig['kind']): Slots {
  const each = ({ spec: { shape } }: Parameter): readonly Slot[] =>
    kind === 'sgd' ? [createSlot(shape)] : [createSlot(shape), createSlot(shape)];
  const byName = new Map(parameters.map((parameter) => [parameter.spec.name, each(parameter)]));
  const worked = parameters.filter(({ spec: { name } }) => byName.get(name)![0]!.handle);
  const shapes = new Map(worked.map(({ spec: { shape } }) => [shapeKey(shape), shape]));
  return {
    byName,
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
  const { config, gradientScale: scale } = update;
  const moves = parameters.flatMap(({ spec, variable }): Move[] => {
    const gradient = gradients[variable.name];
    if (!gradient) return [];
    const rate = config.rate * (spec.group === 'head' ? config.headRate : 1) * update.rateShare;
    const decay = spec.decay ? config.weightDecay * rate : 0;
    const scratch = slots.scratch.get(shapeKey(spec.shape));
    return [{ variable, slots: slots.byName.get(spec.name)!, scratch, gradient, rate, decay }];
  });
  if (config.kind === 'sgd') momentumUpdate(moves, { momentum: config.momentum, scale });
  else adamUpdate(moves, { ...ADAM, count: update.step + 1, scale });
}
