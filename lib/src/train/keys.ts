/** The key encoder: an exponential moving average of the network (MoCo, He et al., CVPR 2020). */
import * as tf from '../tf';
import type { Model } from '../backbone';

/**
 * Move the keys' weights towards the model's: key = m key + (1 - m) weight. Moving statistics are copied, frozen weights are equal already.
 *
 * @param keys its variables are changed
 * @param momentum m in [0, 1); 0 makes the keys the model itself
 */
export function moveKeys(keys: Model, model: Model, momentum: number): void {
  for (const { spec, variable } of model.trainable) {
    const key = keys.byName.get(spec.name)!;
    tf.tidy(() => key.assign(tf.add(tf.mul(key, momentum), tf.mul(variable, 1 - momentum))));
  }
  for (const { spec, variable } of model.statistics) keys.byName.get(spec.name)!.assign(variable);
}
