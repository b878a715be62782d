/** Counting tensors: what a piece of work leaves behind. */
import * as tf from '../tf';

export interface LeakOptions {
  /** Repetitions before the count, in which caches and lazy state may settle. */
  readonly burnIn?: number;
  /** Repetitions that are counted. */
  readonly times?: number;
}

const count = () => {
  const { numTensors, numDataBuffers, numBytes } = tf.memory();
  return { numTensors, numDataBuffers, numBytes };
};

/**
 * Repeat some work that disposes what it makes.
 *
 * @throws where tensors, data buffers or bytes are more or fewer after it than before
 */
export function expectNoLeak(work: () => void, { burnIn = 2, times = 5 }: LeakOptions = {}): void {
  for (let i = 0; i < burnIn; i++) work();
  const before = count();
  for (let i = 0; i < times; i++) work();
  const after = count();
  const [b, a] = [JSON.stringify(before), JSON.stringify(after)];
  if (a !== b) throw new Error(`after ${times} repetitions: ${a}, before: ${b}`);
}
