/** SSDT on plain arrays with all its switches: what each image costs, and where the gradient pushes both views' logits. */
import { DISTILL } from '../config';
import { inScope } from '../core/scope';
import { lossesAndGradients } from '../core/gradient';
import { selfDistillation } from '../distill';
import type { DistillOptions } from '../distill';
import * as tf from '../tf';
import type { Tensor2D, Variable } from '../tf';
import { matrix, rowsOf } from './rows';
import type { Rows } from './rows';

/** What both views say of the same images. */
export interface LogitPair {
  /** z, [images][classes] */
  readonly raw: Rows;
  /** z', [images][classes] */
  readonly second: Rows;
  /** y, [images], counted from 0; only the decoupled divergence reads them. Default: class 0. */
  readonly labels?: readonly number[];
}

/** A lesson: its cost, and its gradient in both views' logits. */
export interface Lesson {
  /** L_SSDT of each image, [images], in nats. */
  readonly losses: number[];
  /** d(sum of losses) / dz, [images][classes]; zeros where the raw view is held fixed. */
  readonly toRaw: number[][];
  /** d(sum of losses) / dz', [images][classes]; zeros where the second view is held fixed. */
  readonly toSecond: number[][];
}

/**
 * The distillation that training calls, on numbers.
 *
 * @param options fields that differ from the preset's term (T = 4, augToRaw, teacher fixed)
 * @throws where the views or the labels are not of the same images
 */
export function distillLesson(pair: LogitPair, options: Partial<DistillOptions> = {}): Lesson {
  const { raw, second, labels = raw.map(() => 0) } = pair;
  const found = inScope(() => {
    const variables: Variable[] = [];
    const variable = (rows: Rows): Variable => variables[variables.push(tf.variable(matrix(rows))) - 1]!;
    const [z, z2] = [variable(raw), variable(second)];
    try {
      const forward = () => ({
        values: selfDistillation(
          {
            raw: z as unknown as Tensor2D,
            second: z2 as unknown as Tensor2D,
            labels: tf.tensor1d([...labels], 'int32'),
          },
          { ...DISTILL, ...options },
        ),
        aux: {},
      });
      const { values, gradients } = lossesAndGradients(forward, variables, tf.ones([raw.length]));
      const of = ({ name, size }: Variable) => gradients[name]?.dataSync() ?? new Float32Array(size);
      return { losses: values.dataSync(), toRaw: of(z), toSecond: of(z2) };
    } finally {
      for (const one of variables) one.dispose();
    }
  });
  const classes = raw[0]!.length;
  return {
    losses: Array.from(found.losses),
    toRaw: rowsOf(found.toRaw, classes),
    toSecond: rowsOf(found.toSecond, classes),
  };
}

/** Length of a gradient over all images and classes. */
export const gradientSize = (rows: Rows): number => Math.sqrt(rows.flat().reduce((sum, v) => sum + v * v, 0));

/** -sum p ln p of one distribution, in nats: 0 where it is sure of one class, ln(classes) where it knows nothing. */
export const entropyOf = (shares: readonly number[]): number =>
  shares.reduce((sum, p) => sum - (p > 0 ? p * Math.log(p) : 0), 0);
