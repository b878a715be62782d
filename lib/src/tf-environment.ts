/**
 * What must be said to TensorFlow before its library is loaded, and the loading itself; imported first by tf.ts.
 *
 * - Its C++ log is for its developers: warnings and information are silenced unless the user asked for them. What it logs before it reads the level
 *   (from static initialisers) is held back and sifted by the same level.
 * - `util.isNullOrUndefined` left Node in version 23 and tfjs-node 4.22 still calls it.
 */
import path from 'node:path';
import * as util from 'node:util';

process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
process.env.TF_ENABLE_ONEDNN_OPTS ??= '1';
// Several runs share a GPU: each takes the memory it needs instead of all there is.
process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';

const legacy = util as unknown as { default?: Record<string, unknown> } & Record<string, unknown>;
const target = legacy.default ?? legacy;
if (typeof target.isNullOrUndefined !== 'function') {
  target.isNullOrUndefined = (value: unknown): boolean => value === null || value === undefined;
}

/** lib/native/stderr.cc. */
interface HeldError {
  hold(): boolean;
  release(): string;
}

/** Undefined where set-up could not compile it: its lines are seen then. */
function heldError(): HeldError | undefined {
  try {
    return require(path.join(__dirname, '..', 'native', 'build', 'csdnet-stderr.node')) as HeldError;
  } catch {
    return undefined;
  }
}

/**
 * What of a log of the time before the level was read is to be seen at a level: all but information (its lines begin with I and the date) and the
 * warning that logging has not begun. Warnings and errors stay.
 */
export const seenOf = (log: string, level: number): string =>
  level < 1 ? log : log.replace(/^(I\d{4} .*|WARNING: All log messages before absl::InitializeLog\(\) .*)(\n|$)/gm, '');

/** Loads TensorFlow's library, and with it the package that tf.ts imports. */
function load(): void {
  const held = heldError();
  if (!held?.hold()) return void require('@tensorflow/tfjs-node-gpu');
  try {
    require('@tensorflow/tfjs-node-gpu');
  } finally {
    const seen = seenOf(held.release(), Number(process.env.TF_CPP_MIN_LOG_LEVEL));
    if (seen !== '') process.stderr.write(seen);
  }
}

load();
