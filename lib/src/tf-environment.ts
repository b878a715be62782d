/**
 * What must be said to TensorFlow before its library is loaded; imported first by tf.ts.
 *
 * - Its C++ log is for its developers: warnings and information are silenced unless the user asked for them.
 * - `util.isNullOrUndefined` left Node in version 23 and tfjs-node 4.22 still calls it.
 */
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
