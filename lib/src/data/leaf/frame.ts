import { hypot } from './exact';
import { TEXTBOOK, drawOutline, type Outline, type Point } from './outline';
import type { Polygon } from './raster';
import { MARK_KINDS, type Blade, type Marks } from './traits';

/** Where the leaf's own frame lies on the square canvas on which the specimen is drawn before it is posed. */
export interface Frame {
  /** Side of the canvas in pixels. */
  readonly size: number;
  /** Pixels a leaf length. */
  readonly scale: number;
  /** The leaf-frame point at the middle of the canvas. */
  readonly centre: Point;
}

/** Side of the canvas in image sides: room for the shadow around the largest leaf. */
export const CANVAS = 1.12;

const RADIUS = 0.475 / CANVAS;
const AREA = 0.44 / (CANVAS * CANVAS);

export const PETIOLE_LENGTH = 0.15;

const NO_MARKS = Object.fromEntries(MARK_KINDS.map((kind) => [kind, { at: 0.5, amount: 0 }])) as unknown as Marks;

function area(points: readonly Point[]): number {
  let sum = 0;
  points.forEach((p, i) => {
    const q = points[(i + 1) % points.length]!;
    sum += p.x * q.y - q.x * p.y;
  });
  return Math.abs(sum) / 2;
}

/** Fits a family's common outline to the canvas: every family gets about the same area, so that size tells nothing. */
export function fitFrame(blade: Blade, size: number): Frame {
  const { right, left } = drawOutline(blade, NO_MARKS, TEXTBOOK);
  const points = [...right, ...[...left].reverse()];
  const ys = points.map((p) => p.y);
  const low = Math.min(...ys, -PETIOLE_LENGTH * 0.8);
  const centre = { x: 0, y: (low + Math.max(...ys)) / 2 };
  const radius = points.reduce((r, p) => Math.max(r, hypot(p.x - centre.x, p.y - centre.y)), 0);
  const scale = Math.min(RADIUS / radius, Math.sqrt(AREA / area(points)));
  return { size, scale: scale * size, centre };
}

/** Leaf frame to canvas pixels (y downwards). */
export function toCanvas(frame: Frame, point: Point): Point {
  const half = frame.size / 2;
  return {
    x: half + (point.x - frame.centre.x) * frame.scale,
    y: half - (point.y - frame.centre.y) * frame.scale,
  };
}

/** The whole margin as a polygon on the canvas. */
export function canvasPolygon(frame: Frame, outline: Outline): Polygon {
  return [...outline.right, ...[...outline.left].reverse()].flatMap((point) => {
    const { x, y } = toCanvas(frame, point);
    return [x, y];
  });
}
