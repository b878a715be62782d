/** Weight files of torch, in either of its two formats. */
import type { StateDict } from './state-dict';
import { readTorchLegacy } from './torch-legacy';
import { readTorchZip } from './torch-zip';
import { isZip } from './zip';

/**
 * The float tensors of a plain state dict that torch saved, by key: float32, and half, bfloat16 and double as float32. Counters
 * (`num_batches_tracked`) are left out.
 *
 * @throws WeightsError (a PickleError where the description is at fault), naming what is wrong
 */
export const readTorch = (bytes: Buffer): StateDict => (isZip(bytes) ? readTorchZip(bytes) : readTorchLegacy(bytes));
