/** Weight files in the safetensors format: float tensors of any width; checkpoints are read more strictly, see core/safetensors.ts. */
import { decodeSafetensors, SafetensorsError } from '../../core/safetensors';
import type { ElementType } from '../../core/safetensors';
import { decodeFloats, FLOAT_BYTES } from './floats';
import type { FloatType } from './floats';
import { WeightsError } from './state-dict';
import type { RawTensor, StateDict } from './state-dict';

const floats = (type: FloatType): ElementType => ({
  bytes: FLOAT_BYTES[type],
  decode: (content) => decodeFloats(type, content),
});
/** Counters, as `num_batches_tracked`: skipped. */
const TYPES = {
  ...{ F32: floats('f32'), F16: floats('f16'), BF16: floats('bf16'), F64: floats('f64') },
  ...{ I64: { bytes: 8 }, I32: { bytes: 4 } },
};

/** Whether a file begins as one: the length of a header, and the header's first brace. */
export const isSafetensors = (bytes: Buffer): boolean =>
  bytes.length > 8 && bytes[8] === 0x7b && bytes[7] === 0 && bytes[6] === 0;

/**
 * The float tensors of a safetensors file, by name, as float32; tensors of integers are left out.
 *
 * @throws WeightsError where the file is cut short, damaged, or holds another type
 */
export function readSafetensors(bytes: Buffer): StateDict {
  try {
    return decodeSafetensors(bytes, TYPES).tensors as ReadonlyMap<string, RawTensor>;
  } catch (error) {
    if (error instanceof SafetensorsError) throw new WeightsError(error.message, { cause: error });
    throw error;
  }
}
