import { bump, smooth } from './exact';
import { toCanvas, type Frame } from './frame';
import { axis, type Growth, type Outline, type Point } from './outline';
import { disc, stamp, type Capsule } from './raster';
import { below, between, stream } from './rng';
import type { Cultivar, Mark, MarkKind } from './traits';
import type { Vein, Venation } from './veins';

/** Where each mark shows on the specimen: strokes on the canvas, for painting it and for the ground-truth mask. */

/** A specimen's geometry, all that is needed to place a mark on it. */
export interface Anatomy {
  readonly frame: Frame;
  readonly growth: Growth;
  readonly outline: Outline;
  readonly venation: Venation;
}

function capsule(a: Point, b: Point, radius: number): Capsule {
  return { x0: a.x, y0: a.y, r0: radius, x1: b.x, y1: b.y, r1: radius };
}

function chain(points: readonly Point[], radius: number): Capsule[] {
  return points.slice(1).map((point, i) => capsule(points[i]!, point, radius));
}

function marginSection(anatomy: Anatomy, mark: Mark, reach: number): Point[][] {
  const { outline, frame, growth } = anatomy;
  return [outline.right, outline.left].map((side) => {
    const last = side.length - 1;
    const from = Math.max(0, Math.floor((mark.at + growth.markShift - reach) * last));
    const to = Math.min(last, Math.ceil((mark.at + growth.markShift + reach) * last));
    const points: Point[] = [];
    for (let i = from; i <= to; i += 4) points.push(toCanvas(frame, side[i]!));
    return points;
  });
}

function midribSection({ frame, growth, outline }: Anatomy, from: number, to: number): Point[] {
  const top = outline.right[outline.right.length - 1]!.y;
  return Array.from({ length: 9 }, (_, i) => toCanvas(frame, axis(growth, top * (from + ((to - from) * i) / 8))));
}

function veinsNear({ secondary }: Venation, mark: Mark): Vein[] {
  return secondary.filter((vein) => vein.parent === 0 && Math.abs(vein.at - mark.at) < 0.16);
}

// The middle of each half of the blade at the mark's height: halfway from the midrib to the margin.
function flanks(anatomy: Anatomy, mark: Mark): Point[] {
  const { frame, growth, outline } = anatomy;
  return [outline.right, outline.left].map((side) => {
    const edge = side[Math.floor(mark.at * (side.length - 1))]!;
    const middle = axis(growth, edge.y);
    return toCanvas(frame, { x: middle.x + 0.5 * (edge.x - middle.x), y: edge.y + 0.05 });
  });
}

function spotZone(anatomy: Anatomy, mark: Mark, unit: number): Capsule[] {
  if (mark.at < 0.36) return chain(midribSection(anatomy, 0.12, 0.22), 0.15 * unit);
  if (mark.at < 0.64) return chain(midribSection(anatomy, 0.32, 0.68), 0.09 * unit);
  return chain(midribSection(anatomy, 0.78, 0.88), 0.1 * unit);
}

/** The strokes that cover the place of one mark. */
export function zone(kind: MarkKind, mark: Mark, anatomy: Anatomy): Capsule[] {
  const unit = anatomy.frame.scale;
  const at = (x: number, y: number): Point => toCanvas(anatomy.frame, { x, y });
  switch (kind) {
    case 'tip':
      return chain(midribSection(anatomy, 0.9, 0.98), 0.085 * unit);
    case 'base':
      return marginSection(anatomy, { at: 0, amount: 1 }, 0.09).flatMap((points) => chain(points, 0.045 * unit));
    case 'notch':
      return marginSection(anatomy, mark, 0.02).flatMap((points) => chain(points, 0.05 * unit));
    case 'toothSize':
    case 'toothDouble':
      return marginSection(anatomy, mark, 0.165).flatMap((points) => chain(points, 0.042 * unit));
    case 'rim':
      return marginSection(anatomy, mark, 0.165).flatMap((points) => chain(points, 0.04 * unit));
    case 'fork':
      return anatomy.venation.forks.flatMap((vein) => chain(vein.points.slice(0, 8), 0.038 * unit));
    case 'halo':
      return veinsNear(anatomy.venation, mark).flatMap((vein) => chain(vein.points, 0.032 * unit));
    case 'spots':
      return spotZone(anatomy, mark, unit);
    case 'petiole':
      return chain([at(0, -0.14), at(0, -0.07), ...midribSection(anatomy, 0, 0.28)], 0.026 * unit);
    case 'patch':
      return flanks(anatomy, mark).map(({ x, y }) => disc(x, y, 0.11 * unit));
    case 'stripe':
      return chain(midribSection(anatomy, mark.at - 0.18, mark.at + 0.18), 0.04 * unit);
  }
}

/** Ground truth on the canvas (0..1): the places of the marks that tell this cultivar from its siblings. */
export function truthMap(cultivar: Cultivar, anatomy: Anatomy): Float32Array {
  const { size } = anatomy.frame;
  const map = new Float32Array(size * size);
  for (const kind of cultivar.differs) {
    // A zone is painted with soft edges; the truth is its core. Spots and puckers fill theirs nearly to the edge.
    const core = kind === 'spots' || kind === 'patch' ? 0.9 : 0.68;
    for (const stroke of zone(kind, cultivar.marks[kind], anatomy)) {
      stamp(map, size, { ...stroke, r0: stroke.r0 * core, r1: stroke.r1 * core });
    }
  }
  return map;
}

/** A soft weight map (0..1) over the place of one mark; all 0 where the cultivar lacks it. */
export function weightMap(kind: MarkKind, mark: Mark, anatomy: Anatomy, soft: number): Float32Array {
  const { size, scale } = anatomy.frame;
  const map = new Float32Array(size * size);
  if (mark.amount === 0) return map;
  const strokes = zone(kind, mark, anatomy);
  const last = Math.max(1, strokes.length - 1);
  strokes.forEach((stroke, i) => {
    const inner = { ...stroke, r0: stroke.r0 * (1 - soft), r1: stroke.r1 * (1 - soft) };
    // Along the midrib the colour fades out at the ends; elsewhere the zone's edge is soft enough.
    const value = kind === 'petiole' ? smooth(1, 0.55, i / last) : kind === 'stripe' ? bump(i / last, 0.5, 0.62) : 1;
    stamp(map, size, inner, { value, soft: Math.max(1, stroke.r0 * soft + 0.002 * scale) });
  });
  return map;
}

/** The small spots of the spot mark, stamped at random places of its zone. */
export function spotMap(mark: Mark, anatomy: Anatomy): Float32Array {
  const { size, scale } = anatomy.frame;
  const map = new Float32Array(size * size);
  if (mark.amount === 0) return map;
  const rng = stream(anatomy.growth.seed, 'spots');
  const strokes = spotZone(anatomy, mark, scale);
  const count = 18 + below(rng, 6);
  for (let i = 0; i < count; i++) {
    const stroke = strokes[below(rng, strokes.length)]!;
    // Kept well inside the zone so that no spot is cut by its edge.
    const x = stroke.x0 + between(rng, -0.8, 0.8) * stroke.r0;
    const y = stroke.y0 + between(rng, -0.6, 0.6) * stroke.r0;
    stamp(map, size, disc(x, y, between(rng, 0.011, 0.018) * scale), { soft: 0.011 * scale });
  }
  return map;
}
