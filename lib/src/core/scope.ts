/**
 * Scopes: plain values out of one, and a tensor out of one that tfjs opens itself (in `gradients` and `customGrad`), where returning it is
 * no option. The only place that touches tfjs' `kept` flag.
 */
import * as tf from '../tf';
import type { Tensor } from '../tf';

/** The same tensor, which now outlives the scopes it was made in, until `adopt` hands it to one. */
export function survive<T extends Tensor>(tensor: T): T {
  tensor.kept = true;
  return tensor;
}

/** Hand a survivor to the scope that is open now: it is disposed with it unless it is returned from it. */
export function adopt<T extends Tensor>(tensor: T): T {
  tensor.kept = false;
  const scope = tf.engine().state.activeScope;
  if (scope) {
    // The scope's number is what lets the tensor move on to the parent scope where it is returned.
    tensor.scopeId = scope.id;
    scope.track.push(tensor);
  }
  return tensor;
}

/**
 * Give up what the backward pass of an operation has read for the last time. The tape walks backwards: nobody reads the outer gradient or the
 * operation's saved tensors again, and tfjs would hold all of them until the walk is over, which doubles the memory of a step.
 *
 * @param dy disposed if the scope that is open made it; a tensor from outside is somebody else's and stays
 * @param saved what the tape kept for the operation: clones of its own, whose originals stay
 */
export function release(dy: Tensor, saved: readonly Tensor[] = []): void {
  if (dy.scopeId === tf.engine().state.activeScope?.id) dy.dispose();
  for (const tensor of saved) tensor.dispose();
}

/** Runs tensor work in a scope and hands out its plain result; tfjs' own `tidy` would walk every number of a typed array. */
export function inScope<T>(work: () => T): T {
  let result: T | undefined;
  tf.tidy(() => {
    result = work();
  });
  return result as T;
}
