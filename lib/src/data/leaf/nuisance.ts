import { DEGREE, PI, cos, sin } from './exact';
import type { Growth } from './outline';
import { bell, below, between, chance, stream, subSeed } from './rng';

/** What differs from photograph to photograph. Drawn from the specimen's seed alone, never from its cultivar. */

export interface Pose {
  /** Rotation in radians, size (1 = fills the frame), mirror, and offset in image sides. */
  readonly angle: number;
  readonly scale: number;
  readonly mirrored: boolean;
  readonly shiftX: number;
  readonly shiftY: number;
  /** Tilt of the leaf against the camera, and how far its sides roll up. */
  readonly tiltX: number;
  readonly tiltY: number;
  readonly curl: number;
  /** Factor on the width against the length, around 1. */
  readonly stretch: number;
}

export interface Light {
  /** Direction in the image plane (unit vector, y downwards) and its strength against the diffuse part. */
  readonly x: number;
  readonly y: number;
  readonly strength: number;
  /** Factors on red, green and blue: exposure times warmth. */
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  /** Darkness and offset (in image sides) of the cast shadow. */
  readonly shadow: number;
  readonly drop: number;
}

/** A missing piece of blade: canvas fractions. */
export interface Hole {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

export interface Damage {
  readonly seed: number;
  readonly holes: readonly Hole[];
  /** Bites: where along the margin (0..2: right then left half), and radius in canvas fractions. */
  readonly bites: readonly { readonly at: number; readonly radius: number }[];
  /** Brown margin, 0..1, and stray blemishes. */
  readonly browning: number;
  readonly blemishes: readonly Hole[];
}

export const BACKDROPS = ['paper', 'cloth', 'soil', 'wood', 'foliage', 'stone'] as const;

export interface Scene {
  readonly growth: Growth;
  readonly pose: Pose;
  readonly light: Light;
  readonly damage: Damage;
  /** Colour state of this leaf: yellowing, brightness and mottling, all around 0. */
  readonly tint: { readonly yellow: number; readonly bright: number; readonly mottle: number; readonly fold: number };
  readonly backdrop: { readonly kind: (typeof BACKDROPS)[number]; readonly seed: number };
  /** Blur radius in pixels, noise in grey levels, darkening of the corners. */
  readonly camera: { readonly blur: number; readonly noise: number; readonly vignette: number; readonly seed: number };
}

function drawGrowth(seed: number): Growth {
  const rng = stream(seed, 'growth');
  return {
    seed: subSeed(seed, 'grown'),
    bend: 0.05 * bell(rng),
    wobble: between(rng, 0.004, 0.011),
    lopsided: 1 + 0.04 * bell(rng),
    toothVigour: 1 + 0.1 * bell(rng),
    toothCount: 1 + 0.04 * bell(rng),
    markVigour: 1 + 0.1 * bell(rng),
    markShift: 0.012 * bell(rng),
    veinTurn: 2.5 * bell(rng),
  };
}

function drawPose(seed: number): Pose {
  const rng = stream(seed, 'pose');
  return {
    // Two uniforms: any angle within 40 degrees, small ones more often.
    angle: 40 * (rng() + rng() - 1) * DEGREE,
    scale: between(rng, 0.82, 1),
    mirrored: chance(rng, 0.2),
    shiftX: 0.018 * bell(rng),
    shiftY: 0.018 * bell(rng),
    tiltX: 0.07 * bell(rng),
    tiltY: 0.07 * bell(rng),
    curl: between(rng, 0, 0.35),
    stretch: 1 + 0.05 * bell(rng),
  };
}

function drawLight(seed: number): Light {
  const rng = stream(seed, 'light');
  const angle = between(rng, 0, 2 * PI);
  const exposure = 1 + 0.085 * bell(rng);
  const warmth = 0.06 * bell(rng);
  const green = 0.02 * bell(rng);
  return {
    x: cos(angle),
    y: sin(angle),
    strength: between(rng, 0.5, 1.15),
    red: exposure * (1 + warmth),
    green: exposure * (1 + green),
    blue: exposure * (1 - warmth),
    shadow: between(rng, 0.15, 0.55),
    drop: between(rng, 0.008, 0.03),
  };
}

function drawDamage(seed: number): Damage {
  const rng = stream(seed, 'damage');
  const spot = (low: number, high: number): Hole => {
    return { x: between(rng, 0.28, 0.72), y: between(rng, 0.22, 0.78), radius: between(rng, low, high) };
  };
  const holes = chance(rng, 0.28) ? 1 + below(rng, 2) : 0;
  const bites = chance(rng, 0.2) ? 1 + below(rng, 2) : 0;
  const blemishes = below(rng, 4);
  return {
    seed: subSeed(seed, 'damaged'),
    holes: Array.from({ length: holes }, () => spot(0.006, 0.02)),
    bites: Array.from({ length: bites }, () => ({ at: between(rng, 0.2, 1.8), radius: between(rng, 0.012, 0.035) })),
    browning: chance(rng, 0.25) ? between(rng, 0.2, 1) : 0,
    blemishes: Array.from({ length: blemishes }, () => spot(0.002, 0.006)),
  };
}

/** All that is accidental about one photograph. */
export function drawScene(seed: number): Scene {
  const rng = stream(seed, 'scene');
  const kind = BACKDROPS[below(rng, BACKDROPS.length)] as (typeof BACKDROPS)[number];
  return {
    growth: drawGrowth(seed),
    pose: drawPose(seed),
    light: drawLight(seed),
    damage: drawDamage(seed),
    tint: { yellow: bell(rng), bright: bell(rng), mottle: between(rng, 0.8, 1.2), fold: 0.12 * bell(rng) },
    backdrop: { kind, seed: subSeed(seed, 'backdrop') },
    camera: {
      blur: between(rng, 0, 0.5),
      noise: between(rng, 0.8, 2.2),
      vignette: between(rng, 0, 0.25),
      seed: subSeed(seed, 'sensor'),
    },
  };
}
