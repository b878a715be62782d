import * as tf from '../tf';

/** Runs tensor work in a scope and hands out its plain result; tfjs' own `tidy` would walk every number of a typed array. */
export function inScope<T>(work: () => T): T {
  let result: T | undefined;
  tf.tidy(() => {
    result = work();
  });
  return result as T;
}
