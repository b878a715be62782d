import { smooth } from './exact';
import { wear, type Wear } from './damage';
import { PETIOLE_LENGTH, canvasPolygon, fitFrame, toCanvas } from './frame';
import { spotMap, weightMap, type Anatomy } from './marks';
import { cellBorder, coarseMap, fractalNoise, type Field } from './noise';
import type { Scene } from './nuisance';
import { drawOutline } from './outline';
import { fillPolygon, insideDistance, stamp } from './raster';
import type { Cultivar } from './traits';
import { growVeins, stampVein } from './veins';

/** The marks that are painted as a change of colour or surface over a soft zone. */
export type Wash = 'halo' | 'patch' | 'stripe' | 'rim' | 'petiole';

/** All the maps (size * size) from which a pixel of the flat specimen is mixed. */
export interface Layers {
  readonly size: number;
  readonly anatomy: Anatomy;
  /** Blade without damage (0..1), and distance to its margin in pixels. */
  readonly coverage: Float32Array;
  readonly depth: Float32Array;
  /** Main veins, the soft glow around them, and the fine net between them (0..1). */
  readonly veins: Float32Array;
  readonly glow: Float32Array;
  readonly mesh: Float32Array;
  /** Fine and slow mottling (-1..1). */
  readonly mottle: Float32Array;
  readonly slow: Float32Array;
  readonly stalk: Float32Array;
  readonly wear: Wear;
  readonly washes: Readonly<Record<Wash, Float32Array>>;
  readonly spots: Float32Array;
}

function drawStalk(anatomy: Anatomy): Float32Array {
  const { frame, growth } = anatomy;
  const map = new Float32Array(frame.size * frame.size);
  const px = frame.scale / 250;
  const sway = growth.bend * 0.45;
  const line = Array.from({ length: 9 }, (_, i) => {
    const t = i / 8;
    return toCanvas(frame, { x: sway * t * t, y: 0.03 - (PETIOLE_LENGTH + 0.03) * t });
  });
  line.slice(1).forEach((b, i) => {
    const a = line[i]!;
    stamp(map, frame.size, { x0: a.x, y0: a.y, r0: 2.3 * px, x1: b.x, y1: b.y, r1: 2.3 * px });
  });
  return map;
}

// Two nets of areoles: the coarse one stands for tertiary veins, the fine one for the smallest.
function meshMap(anatomy: Anatomy, cells: number, depth: Float32Array): Float32Array {
  const { size, scale } = anatomy.frame;
  const coarse = cellBorder(anatomy.growth.seed ^ 0x1111);
  const fine = cellBorder(anatomy.growth.seed ^ 0x2222);
  const out = new Float32Array(size * size);
  const zoom = cells / scale;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const at = y * size + x;
      if (depth[at]! <= 0) continue;
      const wide = 1 - smooth(0, 0.16, coarse(x * zoom * 0.45, y * zoom * 0.62));
      out[at] = 0.75 * wide + 0.4 * (1 - smooth(0, 0.3, fine(x * zoom, y * zoom)));
    }
  }
  return out;
}

type Ground = Pick<Layers, 'anatomy' | 'coverage' | 'depth' | 'veins'>;

function buildGround({ blade, marks }: Cultivar, { growth }: Scene, size: number): Ground {
  const frame = fitFrame(blade, size);
  const outline = drawOutline(blade, marks, growth);
  const coverage = fillPolygon(canvasPolygon(frame, outline), size);
  const depth = insideDistance(coverage, size);
  const veins = new Float32Array(size * size);
  const venation = growVeins(blade, marks, growth, { frame, depth, drawn: veins });
  return { anatomy: { frame, growth, outline, venation }, coverage, depth, veins };
}

function glowMap({ frame, venation }: Anatomy): Float32Array {
  const map = new Float32Array(frame.size * frame.size);
  const { primary, secondary, forks } = venation;
  for (const vein of [...primary, ...secondary, ...forks])
    stampVein(map, frame.size, vein, { soft: 0.026 * frame.scale });
  return map;
}

/** Draws every layer of one specimen on a size x size canvas. */
export function buildLayers(cultivar: Cultivar, scene: Scene, size: number): Layers {
  const { marks, blade } = cultivar;
  const ground = buildGround(cultivar, scene, size);
  const { anatomy, depth } = ground;
  const seed = scene.growth.seed;
  const scaled =
    (field: Field, cells: number): Field =>
    (x, y) =>
      field((x * cells) / size, (y * cells) / size);
  const wash = (kind: Wash, soft: number): Float32Array => weightMap(kind, marks[kind], anatomy, soft);
  return {
    ...ground,
    size,
    glow: glowMap(anatomy),
    mesh: meshMap(anatomy, blade.mesh, depth),
    mottle: coarseMap(size, 2, scaled(fractalNoise(seed ^ 0x3333, 3), 22)),
    slow: coarseMap(size, 8, scaled(fractalNoise(seed ^ 0x4444, 2), 4)),
    stalk: drawStalk(anatomy),
    wear: wear(scene.damage, anatomy.outline, anatomy.frame, depth),
    washes: {
      halo: wash('halo', 0.7),
      patch: wash('patch', 0.5),
      stripe: wash('stripe', 0.6),
      rim: wash('rim', 0.4),
      petiole: wash('petiole', 0.5),
    },
    spots: spotMap(marks.spots, anatomy),
  };
}
