/**
 * Optimizer updates of many parameters.
 *
 * With our own kernels all parameters move in one call; with TensorFlow's each takes three (an Adam update of a 192 x 1152 kernel takes 0.3 ms
 * that way, and 3.9 ms as a dozen tfjs operations); on other backends the plain form runs. All give the same numbers.
 */
import * as tf from '../../tf';
import type { Tensor, Variable } from '../../tf';
import { runCustom } from './custom';
import { attribute, runKernels } from './native';
import type { Slot } from './slots';

/** A parameter with what moves it. */
export interface Move {
  /** w, changed. */
  readonly variable: Variable;
  /** The optimizer's state of this parameter, changed: m and v (Adam), or u (momentum). */
  readonly slots: readonly Slot[];
  /** A slot of the parameter's shape for TensorFlow's kernels to work in; its values are lost. Our own kernels need none. */
  readonly scratch?: Slot | undefined;
  /** g before `scale`, borrowed. */
  readonly gradient: Tensor;
  readonly rate: number;
  /** What the weights shrink by before they move: (1 - decay) w. */
  readonly decay: number;
}

export interface AdamNumbers {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Updates including this one, from 1. */
  readonly count: number;
  /** What every gradient is multiplied by. */
  readonly scale: number;
}

export interface MomentumNumbers {
  readonly momentum: number;
  /** What every gradient is multiplied by. */
  readonly scale: number;
}

/** Slots that our kernels can change; none where they were made without them. */
const custom = (moves: readonly Move[]): boolean => moves.every(({ slots }) => slots.every(({ values }) => values));

/** All parameters in one call of one of our kernels. */
function moveAll(kernel: string, moves: readonly Move[], numbers: readonly number[]): void {
  const states = moves[0]!.slots.map((_, i) => moves.map(({ slots }) => slots[i]!.values!));
  const steps = moves.flatMap(({ rate, decay }) => [rate, decay]);
  const lists = [moves.map(({ gradient }) => gradient), moves.map(({ variable }) => variable), ...states];
  const inputs = [tf.tensor1d([...numbers]), tf.tensor2d(steps, [moves.length, 2]), ...lists.flat()];
  const moved = runCustom(kernel, [attribute.int('count', moves.length)], inputs, moves.length);
  moves.forEach(({ variable }, i) => variable.assign(moved[i]!));
}

/** Shrink the weights and scale the gradient, then let `move` do the rest. */
function moveEach(moves: readonly Move[], scale: number, move: (one: Move, gradient: Tensor) => void): void {
  for (const one of moves)
    tf.tidy(() => {
      const { variable, decay, gradient } = one;
      if (decay > 0) variable.assign(tf.mul(variable, 1 - decay));
      move(one, scale === 1 ? gradient : tf.mul(gradient, scale));
    });
}

/** Run TensorFlow's update kernel on the parameter's values, which pass through the scratch slot. */
function applyKernel(kernel: string, { variable, scratch }: Move, rest: readonly Tensor[]): void {
  scratch!.write(variable);
  const attributes = [attribute.float32(), attribute.bool('use_locking', false), attribute.bool('use_nesterov', false)];
  runKernels(kernel, attributes, [scratch!.handle!, ...rest], 0);
  variable.assign(scratch!.read());
}

/**
 *   w = (1 - decay) w,  g = scale gradient,
 *   m = b1 m + (1 - b1) g,  v = b2 v + (1 - b2) g^2,  w = w - rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon)
 *
 * Kingma and Ba 2015 with decoupled weight decay, as PyTorch has it (TensorFlow's kernel adds epsilon before the correction; it is scaled to
 * give the same).
 */
export function adamUpdate(moves: readonly Move[], { beta1, beta2, epsilon, count, scale }: AdamNumbers): void {
  if (moves.length === 0) return;
  const [power1, power2] = [beta1 ** count, beta2 ** count];
  tf.tidy(() => {
    if (custom(moves)) return moveAll('Adam', moves, [beta1, beta2, epsilon, power1, power2, scale]);
    moveEach(moves, scale, (move, gradient) => {
      const { variable, rate } = move;
      const [m, v] = move.slots as [Slot, Slot];
      if (m.handle) {
        const numbers = [power1, power2, rate, beta1, beta2, epsilon * Math.sqrt(1 - power2)];
        const scalars = numbers.map((x) => tf.scalar(x));
        return applyKernel('ResourceApplyAdam', move, [m.handle, v.handle!, ...scalars, gradient]);
      }
      m.write(tf.add(tf.mul(m.read(), beta1), tf.mul(gradient, 1 - beta1)));
      v.write(tf.add(tf.mul(v.read(), beta2), tf.mul(tf.square(gradient), 1 - beta2)));
      const spread = tf.add(tf.mul(tf.sqrt(v.read()), 1 / Math.sqrt(1 - power2)), epsilon);
      variable.assign(tf.sub(variable, tf.mul(tf.div(m.read(), spread), rate / (1 - power1))));
    });
  });
}

/**
 *   w = (1 - decay) w,  u = momentum u + scale gradient,  w = w - rate u
 */
export function momentumUpdate(moves: readonly Move[], { momentum, scale }: MomentumNumbers): void {
  if (moves.length === 0) return;
  tf.tidy(() => {
    if (custom(moves)) return moveAll('Momentum', moves, [momentum, scale]);
    moveEach(moves, scale, (move, gradient) => {
      const { variable, rate } = move;
      const [u] = move.slots as [Slot];
      if (u.handle) {
        const rest = [u.handle, tf.scalar(rate), gradient, tf.scalar(momentum)];
        return applyKernel('ResourceApplyMomentum', move, rest);
      }
      u.write(tf.add(tf.mul(u.read(), momentum), gradient));
      variable.assign(tf.sub(variable, tf.mul(u.read(), rate)));
    });
  });
}
