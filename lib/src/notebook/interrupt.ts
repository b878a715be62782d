/** The stop button of the notebook, as an AbortSignal. */
import { setImmediate as pause } from 'node:timers/promises';

/** What the signal's reason is when a person pressed the stop button. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

/**
 * Runs work that can be stopped with the notebook's stop button (SIGINT).
 *
 * tslab's own answer to the button is to abandon the cell while its loop goes on unseen. While this work runs, its listeners are
 * put aside and the button sets the signal instead; the work reads it at each step, ends in order and may still give a result.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  // While the synchronous start of a cell runs, Node itself has put the listeners aside and will bring them back: let that pass first.
  await pause();
  const stop = new AbortController();
  const others = process.listeners('SIGINT');
  const onSignal = (): void => stop.abort(new InterruptedError('Stopped by the stop button.'));
  process.removeAllListeners('SIGINT');
  process.on('SIGINT', onSignal);
  try {
    return await work(stop.signal);
  } finally {
    process.off('SIGINT', onSignal);
    for (const listener of others) process.on('SIGINT', listener);
  }
}

/** Runs work to its end, or until the stop button is pressed. @returns whether it was pressed; any other error is thrown on */
export async function stoppedBy(work: (signal: AbortSignal) => Promise<unknown>): Promise<boolean> {
  try {
    await interruptible(work);
    return false;
  } catch (error) {
    if (error instanceof InterruptedError) return true;
    throw error;
  }
}
