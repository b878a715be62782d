import { clamp, smooth } from './exact';
import { toCanvas, type Frame } from './frame';
import { coarseMap, fractalNoise } from './noise';
import type { Damage, Hole } from './nuisance';
import type { Outline } from './outline';

/** Wear and tear: pieces missing from the blade, and brown tissue. */
export interface Wear {
  /** Factor on the coverage: 0 where the blade is gone. */
  readonly kept: Float32Array;
  /** Brown tissue, 0..1. */
  readonly brown: Float32Array;
}

function bites(damage: Damage, outline: Outline, frame: Frame): Hole[] {
  return damage.bites.map(({ at, radius }) => {
    const side = at < 1 ? outline.right : outline.left;
    const point = toCanvas(frame, side[Math.floor((at % 1) * (side.length - 1))]!);
    return { x: point.x / frame.size, y: point.y / frame.size, radius };
  });
}

// Visits the pixels of a ragged disc; `distance` is in pixels from its edge, negative inside.
function around(hole: Hole, ragged: Float32Array, size: number, visit: (at: number, distance: number) => void): void {
  const radius = hole.radius * size;
  const reach = radius * 1.6 + 6;
  const cx = hole.x * size;
  const cy = hole.y * size;
  for (let y = Math.max(0, Math.floor(cy - reach)); y < Math.min(size, cy + reach); y++) {
    for (let x = Math.max(0, Math.floor(cx - reach)); x < Math.min(size, cx + reach); x++) {
      const dx = x + 0.5 - cx;
      const dy = y + 0.5 - cy;
      const at = y * size + x;
      visit(at, Math.sqrt(dx * dx + dy * dy) - radius * (1 + 0.5 * ragged[at]!));
    }
  }
}

/** Applies the specimen's damage. `depth` is the distance to the undamaged margin in pixels. */
export function wear(damage: Damage, outline: Outline, frame: Frame, depth: Float32Array): Wear {
  const { size } = frame;
  const noise = fractalNoise(damage.seed, 2);
  const ragged = coarseMap(size, 4, (x, y) => noise((x * 12) / size, (y * 12) / size));
  const kept = new Float32Array(size * size).fill(1);
  const brown = new Float32Array(size * size);
  const rim = Math.max(1, size * 0.009);
  for (const hole of [...damage.holes, ...bites(damage, outline, frame)]) {
    around(hole, ragged, size, (at, distance) => {
      kept[at] = Math.min(kept[at]!, clamp(distance + 0.5, 0, 1));
      brown[at] = Math.max(brown[at]!, 0.9 * smooth(rim, 0.2, distance));
    });
  }
  for (const hole of damage.blemishes) {
    around(hole, ragged, size, (at, distance) => (brown[at] = Math.max(brown[at]!, 0.7 * smooth(1.5, -1, distance))));
  }
  if (damage.browning > 0) {
    const reach = 0.022 * size;
    for (let i = 0; i < brown.length; i++) {
      if (depth[i]! <= 0 || depth[i]! > reach) continue;
      const patchy = smooth(0.15, 0.55, ragged[i]! + 0.35 * damage.browning);
      brown[i] = Math.max(brown[i]!, 0.85 * patchy * (1 - depth[i]! / reach));
    }
  }
  return { kept, brown };
}
