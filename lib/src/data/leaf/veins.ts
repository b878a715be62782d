import { DEGREE, atan2, cos, sin } from './exact';
import { toCanvas, type Frame } from './frame';
import { axis, type Growth, type Point } from './outline';
import { sample, stamp } from './raster';
import { between, stream, type Rng } from './rng';
import type { Blade, Mark, Marks } from './traits';

/** The venation: strokes on the canvas, grown step by step until they meet the margin or another vein. */

export interface Vein {
  readonly order: 1 | 2;
  /** Index of the primary vein it belongs to; 0 is the midrib. */
  readonly parent: number;
  /** Where it leaves its parent, 0 base .. 1 tip. */
  readonly at: number;
  readonly points: readonly Point[];
  /** Radius in pixels at the start and at the end. */
  readonly from: number;
  readonly to: number;
}

export interface Venation {
  readonly primary: readonly Vein[];
  readonly secondary: readonly Vein[];
  /** The extra branches of the fork mark, if the cultivar has it. */
  readonly forks: readonly Vein[];
}

/** The maps and the ruler that growing veins look at. */
export interface Ground {
  readonly frame: Frame;
  /** Distance to the margin in pixels. */
  readonly depth: Float32Array;
  /** Veins drawn so far (0..1); later ones stop at them. */
  readonly drawn: Float32Array;
}

interface Shoot {
  readonly start: Point;
  /** Heading in radians, 0 to the right, growing anticlockwise on the canvas (y downwards is handled here). */
  readonly heading: number;
  /** Change of heading a step, in radians. */
  readonly turn: number;
  readonly steps: number;
  /** Steps before another vein can stop it. */
  readonly free: number;
}

function grow({ frame, depth, drawn }: Ground, shoot: Shoot): Point[] {
  const { size } = frame;
  const step = frame.scale * 0.018;
  const points: Point[] = [shoot.start];
  let { x, y } = shoot.start;
  let heading = shoot.heading;
  for (let i = 0; i < shoot.steps; i++) {
    x += step * cos(heading);
    y -= step * sin(heading);
    heading += shoot.turn;
    const stopped = i >= shoot.free && sample(drawn, size, x, y) > 0.5;
    if (i > 1 && sample(depth, size, x, y) < 0.008 * frame.scale) break;
    points.push({ x, y });
    if (stopped) break;
  }
  return points;
}

/** Draws a vein into a map with its taper. `widen` adds to its radius in pixels. */
export function stampVein(map: Float32Array, size: number, vein: Vein, { widen = 0, soft = 1, value = 1 } = {}): void {
  const last = vein.points.length - 1;
  for (let i = 0; i < last; i++) {
    const a = vein.points[i]!;
    const b = vein.points[i + 1]!;
    const radius = (k: number): number => vein.from + ((vein.to - vein.from) * k) / last + widen;
    stamp(map, size, { x0: a.x, y0: a.y, r0: radius(i), x1: b.x, y1: b.y, r1: radius(i + 1) }, { soft, value });
  }
}

function primaries(blade: Blade, growth: Growth, ground: Ground): Vein[] {
  const { frame } = ground;
  const px = frame.scale / 250;
  const top = blade.form === 'palmate' ? 0.73 : 0.985;
  const midrib = Array.from({ length: 31 }, (_, i) => toCanvas(frame, axis(growth, (top * i) / 30)));
  const veins: Vein[] = [{ order: 1, parent: 0, at: 0, points: midrib, from: 2.1 * px, to: 0.5 * px }];
  if (blade.form !== 'palmate') return veins;
  // One pair more than there are lobes: the last runs down into the foot of the blade.
  for (let lobe = 1; lobe <= blade.lobes + 1; lobe++) {
    for (const side of [1, -1]) {
      const heading = (90 - side * Math.min(lobe * blade.lobeAngle * 0.98, 148)) * DEGREE;
      const start = toCanvas(frame, { x: 0, y: 0 });
      const points = grow(ground, { start, heading, turn: 0.002 * side, steps: 60, free: 60 });
      veins.push({ order: 1, parent: veins.length, at: 0, points, from: (1.8 - 0.25 * lobe) * px, to: 0.45 * px });
    }
  }
  return veins;
}

interface Branching {
  readonly parent: Vein;
  readonly count: number;
  readonly rng: Rng;
}

function secondaries(blade: Blade, growth: Growth, ground: Ground, { parent, count, rng }: Branching): Vein[] {
  const px = ground.frame.scale / 250;
  const last = parent.points.length - 1;
  const veins: Vein[] = [];
  for (let i = 0; i < count; i++) {
    for (const side of [1, -1]) {
      const lag = side > 0 ? 0 : 0.4 / count;
      const at = (blade.form === 'palmate' ? 0.16 : 0.05) + 0.85 * ((i + lag + between(rng, -0.12, 0.12)) / count);
      const k = Math.max(0, Math.min(last - 1, Math.floor(at * last)));
      const start = parent.points[k]!;
      const along = headingOf(start, parent.points[k + 1]!);
      const opening = (blade.veinAngle + growth.veinTurn) * (1.12 - 0.3 * at) + between(rng, -4, 4);
      const heading = along - side * opening * DEGREE;
      const turn = side * blade.veinCurve * 0.028 * between(rng, 0.8, 1.2);
      const points = grow(ground, { start, heading, turn, steps: 46, free: 4 });
      if (points.length > 3)
        veins.push({ order: 2, parent: parent.parent, at, points, from: (1.15 - 0.4 * at) * px, to: 0.35 * px });
    }
  }
  return veins;
}

function headingOf(a: Point, b: Point): number {
  return atan2(a.y - b.y, b.x - a.x);
}

// The forks a mark puts on the secondary veins nearest to its place.
function growForks(mark: Mark, veins: readonly Vein[], ground: Ground, vigour: number): Vein[] {
  if (mark.amount === 0) return [];
  const near = veins.filter((vein) => vein.parent < 3 && Math.abs(vein.at - mark.at) < 0.24 && vein.points.length > 8);
  return near.map((vein) => {
    const k = Math.floor(vein.points.length * 0.42);
    const a = vein.points[k]!;
    const b = vein.points[k + 1]!;
    const toTip = b.x > a.x ? 1 : -1;
    const heading = headingOf(a, b) + toTip * 34 * DEGREE * vigour;
    const points = grow(ground, { start: a, heading, turn: -toTip * 0.02, steps: 40, free: 3 });
    return { order: 2, parent: vein.parent, at: vein.at, points, from: vein.from, to: vein.to };
  });
}

/** Grows the primary and secondary veins and draws them into `ground.drawn`. */
export function growVeins(blade: Blade, marks: Marks, growth: Growth, ground: Ground): Venation {
  const rng = stream(growth.seed, 'veins');
  const { size } = ground.frame;
  const first = primaries(blade, growth, ground);
  for (const vein of first) stampVein(ground.drawn, size, vein);
  const second = first.flatMap((parent, i) => {
    const count = blade.form === 'palmate' ? Math.max(3, blade.veinPairs - 3 - (i > 0 ? 1 : 0)) : blade.veinPairs;
    const grown = secondaries(blade, growth, ground, { parent, count, rng });
    for (const vein of grown) stampVein(ground.drawn, size, vein);
    return grown;
  });
  const forked = growForks(marks.fork, second, ground, growth.markVigour);
  for (const vein of forked) stampVein(ground.drawn, size, vein);
  return { primary: first, secondary: second, forks: forked };
}
