import { clamp } from './exact';
import type { Scene } from './nuisance';
import { stream } from './rng';

/** Lens and sensor: exposure, warmth, dark corners, blur, noise, and rounding to bytes. */

// Grey levels a channel keeps. A camera's last bits are noise; dropping them halves the size of the PNG files.
const STEP = 3;

function blurRows(from: Float32Array, size: number, side: number, stride: number): Float32Array {
  const out = new Float32Array(from.length);
  const lastIndex = size - 1;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const along = stride === 3 ? x : y;
      const at = 3 * (y * size + x);
      const before = along > 0 ? at - stride : at;
      const after = along < lastIndex ? at + stride : at;
      for (let k = 0; k < 3; k++)
        out[at + k] = from[at + k]! * (1 - 2 * side) + (from[before + k]! + from[after + k]!) * side;
    }
  }
  return out;
}

// A soft shoulder keeps highlights from clipping flat.
function shoulder(value: number): number {
  return value < 200 ? value : 200 + 55 * ((value - 200) / (value - 200 + 55));
}

/** Turns light (0..255, linear mixing) into the photograph's bytes. */
export function develop(image: Float32Array, { light, camera }: Scene, size: number): Uint8Array {
  const side = camera.blur / 3;
  const soft = blurRows(blurRows(image, size, side, 3), size, side, 3 * size);
  const gains = [light.red, light.green, light.blue];
  const rng = stream(camera.seed, 'noise');
  const out = new Uint8Array(soft.length);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const [u, v] = [x / size - 0.5, y / size - 0.5];
      const corner = 1 - camera.vignette * 1.6 * (u * u + v * v);
      const at = 3 * (y * size + x);
      // One grain for all channels (luminance) and a weaker one for each.
      const grain = (rng() + rng() - 1) * camera.noise * 1.8;
      for (let k = 0; k < 3; k++) {
        const value = shoulder(soft[at + k]! * gains[k]! * corner) + grain + (rng() - 0.5) * camera.noise * 1.5;
        out[at + k] = Math.floor(clamp(value, 0, 254) / STEP + 0.5) * STEP;
      }
    }
  }
  return out;
}
