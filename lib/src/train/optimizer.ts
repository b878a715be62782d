/**
 * SGD with momentum and AdamW, as PyTorch has them. tfjs' own optimizers address their slots by position and have no decoupled weight decay, no
 * rate for each group and no state that can be stored whole.
 */
import * as tf from '../tf';
import type { Tensor, Variable } from '../tf';
import type { OptimizerConfig } from '../config';
import type { Parameter } from '../backbone';

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** The optimizer's memory of each parameter: momentum (SGD), or first and second moment (AdamW). */
export interface Slots {
  readonly byName: ReadonlyMap<string, readonly Variable[]>;
}

/** Zero slots for a list of parameters. Own out: end them with `disposeSlots`. */
export function createSlots(parameters: readonly Parameter[], kind: OptimizerConfig['kind']): Slots {
  const zeros = ({ variable }: Parameter) => tf.tidy(() => tf.variable(tf.zeros(variable.shape), false));
  const each = (parameter: Parameter): readonly Variable[] =>
    kind === 'sgd' ? [zeros(parameter)] : [zeros(parameter), zeros(parameter)];
  return { byName: new Map(parameters.map((parameter) => [parameter.spec.name, each(parameter)])) };
}

export function disposeSlots(slots: Slots): void {
  for (const variables of slots.byName.values()) tf.dispose(variables as Variable[]);
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

/** v = mu v + g;  w = (1 - rate decay) w - rate v */
function sgd(variable: Variable, [velocity]: readonly Variable[], gradient: Tensor, { rate, config }: Local): void {
  velocity!.assign(tf.add(tf.mul(velocity!, config.momentum), gradient));
  variable.assign(tf.sub(variable, tf.mul(velocity!, rate)));
}

/** m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2;  w = (1 - rate decay) w - rate m^ / (sqrt(v^) + eps), ^ = bias-corrected */
function adam(variable: Variable, [m, v]: readonly Variable[], gradient: Tensor, { rate, step }: Local): void {
  m!.assign(tf.add(tf.mul(m!, BETA1), tf.mul(gradient, 1 - BETA1)));
  v!.assign(tf.add(tf.mul(v!, BETA2), tf.mul(tf.square(gradient), 1 - BETA2)));
  const correction1 = 1 - BETA1 ** (step + 1);
  const correction2 = 1 - BETA2 ** (step + 1);
  const spread = tf.add(tf.mul(tf.sqrt(v!), 1 / Math.sqrt(correction2)), EPSILON);
  variable.assign(tf.sub(variable, tf.mul(tf.div(m!, spread), rate / correction1)));
}

interface Local extends Update {
  readonly rate: number;
}

/**
 * Move the parameters by one step. A parameter without a gradient stays where it is, as do its slots.
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
      const move = config.kind === 'sgd' ? sgd : adam;
      move(variable, slots.byName.get(spec.name)!, gradient, { ...update, rate });
    });
  }
}
