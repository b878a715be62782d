import { clamp, cos, sin, smooth } from './exact';
import { cellBorder, coarseMap, fractalNoise, valueNoise } from './noise';
import type { Scene } from './nuisance';
import { below, bell, between, stream, type Rng } from './rng';

/** What the leaf lies on, drawn procedurally. All fields take image coordinates in 0..1. */

/** Writes the colour (0..255) at (u, v) into rgb. */
type Painter = (u: number, v: number, rgb: Float32Array) => void;

function set(rgb: Float32Array, base: readonly number[], factor: number): void {
  for (let k = 0; k < 3; k++) rgb[k] = base[k]! * factor;
}

function tone(rng: Rng, base: readonly number[], vary: number): number[] {
  const light = 1 + vary * bell(rng);
  return base.map((value) => value * light * (1 + 0.4 * vary * bell(rng)));
}

function paper(rng: Rng, seed: number): Painter {
  const base = tone(rng, [196, 192, 182], 0.09);
  const grain = fractalNoise(seed, 2);
  const wave = valueNoise(seed + 9);
  return (u, v, rgb) => set(rgb, base, 1 + 0.022 * grain(u * 110, v * 110) + 0.05 * wave(u * 2, v * 2));
}

const DYES = [
  [120, 124, 138],
  [146, 128, 110],
  [92, 104, 96],
  [158, 152, 140],
] as const;

function cloth(rng: Rng, seed: number): Painter {
  const base = tone(rng, DYES[below(rng, DYES.length)]!, 0.1);
  const threads = between(rng, 44, 64);
  const turn = between(rng, 0, 1.5);
  const [c, s] = [cos(turn), sin(turn)];
  const fold = fractalNoise(seed, 2);
  const uneven = valueNoise(seed + 5);
  return (u, v, rgb) => {
    const a = (u * c + v * s) * threads;
    const b = (v * c - u * s) * threads;
    const [fa, fb] = [a - Math.floor(a) - 0.5, b - Math.floor(b) - 0.5];
    const over = (Math.floor(a) + Math.floor(b)) % 2 === 0;
    const thread = 1 - 2.6 * (over ? fa * fa : fb * fb);
    set(rgb, base, (0.9 + 0.12 * thread) * (1 + 0.08 * fold(u * 3, v * 3) + 0.05 * uneven(a, b)));
  };
}

function soil(rng: Rng, seed: number): Painter {
  const base = tone(rng, [104, 88, 72], 0.08);
  const clods = fractalNoise(seed, 4);
  const crumbs = cellBorder(seed + 3);
  return (u, v, rgb) => {
    const lump = clods(u * 14, v * 14);
    const gap = smooth(0, 0.4, crumbs(u * 30 + 0.5 * lump, v * 30));
    set(rgb, base, (0.88 + 0.15 * gap) * (1 + 0.22 * lump));
  };
}

function wood(rng: Rng, seed: number): Painter {
  const base = tone(rng, [150, 122, 94], 0.08);
  const turn = between(rng, -0.3, 1.7);
  const [c, s] = [cos(turn), sin(turn)];
  const warp = fractalNoise(seed, 2);
  const fibre = fractalNoise(seed + 2, 2);
  const planks = between(rng, 2.5, 4);
  return (u, v, rgb) => {
    const a = u * c + v * s;
    const b = v * c - u * s;
    const ring = (b * 9 + 0.9 * warp(a * 1.6, b * 5)) * 1.3;
    const saw = ring - Math.floor(ring);
    const slot = b * planks - Math.floor(b * planks);
    const gap = slot < 0.014 ? 0.65 : 1;
    set(rgb, base, gap * (0.92 + 0.12 * saw * (1 - 0.4 * saw) + 0.06 * fibre(a * 7, b * 90)));
  };
}

function foliage(rng: Rng, seed: number): Painter {
  const dark = tone(rng, [40, 62, 34], 0.12);
  const pale = tone(rng, [128, 148, 92], 0.12);
  const blobs = fractalNoise(seed, 2);
  const bokeh = valueNoise(seed + 4);
  return (u, v, rgb) => {
    const t = clamp(0.42 + 0.55 * blobs(u * 4, v * 4) + 0.12 * bokeh(u * 9, v * 9), 0, 1);
    for (let k = 0; k < 3; k++) rgb[k] = dark[k]! + (pale[k]! - dark[k]!) * t * t * (3 - 2 * t);
  };
}

function stone(rng: Rng, seed: number): Painter {
  const base = tone(rng, [134, 132, 128], 0.09);
  const rough = fractalNoise(seed, 4);
  const specks = valueNoise(seed + 6);
  return (u, v, rgb) => {
    const fleck = smooth(0.55, 0.8, specks(u * 95, v * 95));
    set(rgb, base, 1 + 0.11 * rough(u * 9, v * 9) - 0.1 * fleck);
  };
}

const PAINTERS = { paper, cloth, soil, wood, foliage, stone } as const;

/** The background as size * size * 3 values (0..255). */
export function paintBackdrop({ kind, seed }: Scene['backdrop'], size: number): Float32Array {
  const paint = PAINTERS[kind](stream(seed, kind), seed);
  const uneven = coarseMap(size, 16, (x, y) => valueNoise(seed + 77)((2 * x) / size, (2 * y) / size));
  const out = new Float32Array(3 * size * size);
  const rgb = new Float32Array(3);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const at = y * size + x;
      paint((x + 0.5) / size, (y + 0.5) / size, rgb);
      const light = 1 + 0.06 * uneven[at]!;
      for (let k = 0; k < 3; k++) out[3 * at + k] = rgb[k]! * light;
    }
  }
  return out;
}
