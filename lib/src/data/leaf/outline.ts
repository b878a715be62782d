import { DEGREE, PI, bump, clamp, cos, exp, hypot, log, pow, smooth, sin } from './exact';
import { fractalNoise, type Field } from './noise';
import type { Blade, Mark, Marks } from './traits';

/** The margin of one specimen, in the leaf's own frame: junction with the petiole at (0, 0), tip near (0, 1), y upwards. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** How this specimen grew; nothing here depends on the cultivar. All values are small and centred on their neutral value. */
export interface Growth {
  readonly seed: number;
  /** Sideways bend of the midrib, in leaf lengths at the tip. */
  readonly bend: number;
  /** Amplitude of the margin's slow wobble. */
  readonly wobble: number;
  /** Factors around 1: width of the right against the left half, depth and number of teeth, strength of the marks. */
  readonly lopsided: number;
  readonly toothVigour: number;
  readonly toothCount: number;
  readonly markVigour: number;
  /** Shift of the marks along the leaf. */
  readonly markShift: number;
  /** Veins: change of angle in degrees. */
  readonly veinTurn: number;
}

/** A specimen as the textbook would draw it. */
export const TEXTBOOK: Growth = {
  seed: 0,
  bend: 0,
  wobble: 0,
  lopsided: 1,
  toothVigour: 1,
  toothCount: 1,
  markVigour: 1,
  markShift: 0,
  veinTurn: 0,
};

/** Both halves of the margin, base to tip, evenly spaced along the margin. */
export interface Outline {
  readonly right: readonly Point[];
  readonly left: readonly Point[];
}

const SAMPLES = 200;
const STEPS = 520;
const TIP_ZONE = 0.24;

function simplePoint(blade: Blade, t: number): Point {
  const peak = blade.baseTaper / (blade.baseTaper + blade.tipTaper);
  const full = pow(peak, blade.baseTaper) * pow(1 - peak, blade.tipTaper);
  let width = (blade.halfWidth * pow(t, blade.baseTaper) * pow(1 - t, blade.tipTaper)) / full;
  let lift = 0;
  if (blade.form === 'pinnate') {
    const window = smooth(0.02, 0.2, t) * (1 - smooth(0.8, 0.98, t));
    const wave = 0.5 - 0.5 * cos(2 * PI * (blade.lobes + 0.5) * pow(t, 0.9));
    width *= 1 + blade.lobeDepth * window * (pow(wave, 0.6 + blade.lobePoint) - 0.7);
    lift = 0.1 * blade.lobeDepth * window * sin(2 * PI * (blade.lobes + 0.5) * pow(t, 0.9));
  }
  return { x: width, y: t - blade.sinus * (t / 0.08) * exp(1 - t / 0.08) + lift };
}

function palmatePoint(blade: Blade, t: number): Point {
  const angle = PI * (1 - t);
  const power = 1.05 + 0.5 * (1 - blade.lobePoint);
  const spreadAngle = blade.lobeAngle * DEGREE;
  const core = 0.72 * (1 - blade.lobeDepth) * (1 - (0.55 + 2 * blade.sinus) * bump(angle, PI, 0.5));
  let sum = exp(7 * log(core));
  for (let lobe = -blade.lobes; lobe <= blade.lobes; lobe++) {
    const off = Math.abs(angle - lobe * spreadAngle) / (spreadAngle * 0.8);
    const length = 0.74 - blade.lobeFall * lobe * lobe;
    const reach = off < 1 ? length * (1 - pow(off, power)) : 0;
    if (reach > 1e-6) sum += exp(7 * log(reach));
  }
  const r = exp(log(sum) / 7);
  return { x: r * sin(angle), y: r * cos(angle) };
}

// Tip and base marks reshape the ground line only near their own place, so the rest of the outline stays the family's.
function reshape(point: Point, [bottom, top]: readonly [number, number], { tip, base }: Marks, vigour: number): Point {
  const u = clamp(1 - (top - point.y) / TIP_ZONE, 0, 1);
  const near = point.x < TIP_ZONE ? u : 0;
  const pull = tip.amount * vigour;
  const narrow = pull > 0 ? 1 - 0.55 * pull * near * (1 - 0.4 * near) : 1 - 1.5 * pull * near * (1 - near);
  const r = hypot(point.x, point.y - bottom) / 0.125;
  const sag = r * exp(1 - r) * 0.16 * base.amount * vigour;
  return { x: point.x * narrow, y: point.y + 0.1 * pull * near * near - sag };
}

function evenly(points: readonly Point[], steps: number): Point[] {
  const lengths = [0];
  for (let i = 1; i < points.length; i++) {
    lengths.push(lengths[i - 1]! + hypot(points[i]!.x - points[i - 1]!.x, points[i]!.y - points[i - 1]!.y));
  }
  const total = lengths[lengths.length - 1]!;
  const out: Point[] = [];
  let i = 1;
  for (let k = 0; k <= steps; k++) {
    const want = (total * k) / steps;
    while (i < points.length - 1 && lengths[i]! < want) i++;
    const f = clamp((want - lengths[i - 1]!) / Math.max(1e-9, lengths[i]! - lengths[i - 1]!), 0, 1);
    const a = points[i - 1]!;
    const b = points[i]!;
    out.push({ x: a.x + (b.x - a.x) * f, y: a.y + (b.y - a.y) * f });
  }
  return out;
}

/** 1 inside a section of the margin (its middle at mark.at), falling to 0 over soft ends. */
export function section(s: number, mark: Mark, shift = 0): number {
  const off = Math.abs(s - mark.at - shift);
  return 1 - smooth(0.14, 0.19, off);
}

function toothHeight(phase: number, blade: Blade): number {
  const f = phase - Math.floor(phase);
  const top = 0.5 + 0.4 * blade.toothLean;
  const saw = f < top ? f / top : (1 - f) / (1 - top);
  return saw + blade.toothRound * saw * (1 - saw) - 0.5;
}

// Displacement of the margin along its outward normal at arc position s.
function relief(blade: Blade, marks: Marks, growth: Growth, wobble: Field): (s: number) => number {
  const { toothSize, toothDouble, notch } = marks;
  const [vigour, shift] = [growth.markVigour, growth.markShift];
  const count = blade.teeth * growth.toothCount * (blade.form === 'simple' ? 1 : 1.4);
  return (s) => {
    const envelope = smooth(0.02, 0.14, s) * (1 - smooth(0.93, 0.995, s));
    const phase = count * (s + 0.006 * wobble(s * 21, 7));
    const change = toothSize.amount > 0 ? 1.5 * vigour : 0.95;
    const grown = 1 + change * toothSize.amount * section(s, toothSize, shift);
    const doubled = 1.4 * toothDouble.amount * vigour * section(s, toothDouble, shift);
    const depth = 2 * blade.toothDepth * growth.toothVigour * envelope * (1 + 0.3 * wobble(s * count * 0.5, 3));
    const teeth = depth * (grown * toothHeight(phase, blade) + doubled * toothHeight(phase * 2.5 + 0.3, blade));
    const cut = notch.amount * vigour * 0.1 * clamp(1 - Math.abs(s - notch.at - shift) / 0.04, 0, 1);
    return teeth - cut + growth.wobble * envelope * wobble(s * 5, 11);
  };
}

function half(blade: Blade, marks: Marks, growth: Growth, side: 1 | -1): Point[] {
  const ground: Point[] = [];
  const bare = (t: number): Point => (blade.form === 'palmate' ? palmatePoint(blade, t) : simplePoint(blade, t));
  const ends = [bare(0).y, bare(1).y] as const;
  for (let i = 0; i <= SAMPLES; i++) {
    const t = 0.5 - 0.5 * cos((PI * i) / SAMPLES);
    ground.push(reshape(bare(t), ends, marks, growth.markVigour));
  }
  ground[0] = { x: 0, y: ground[0]!.y };
  ground[SAMPLES] = { x: 0, y: ground[SAMPLES]!.y };
  const line = evenly(ground, STEPS);
  const wobble = fractalNoise((growth.seed + side) | 0, 2);
  const push = relief(blade, marks, growth, wobble);
  const wide = side * (side > 0 ? growth.lopsided : 2 - growth.lopsided);
  return line.map((point, i) => {
    const a = line[Math.max(0, i - 2)]!;
    const b = line[Math.min(STEPS, i + 2)]!;
    const length = Math.max(1e-9, hypot(b.x - a.x, b.y - a.y));
    const out = push(i / STEPS);
    const x = Math.max(0, point.x + (out * (b.y - a.y)) / length);
    const y = point.y - (out * (b.x - a.x)) / length;
    return { x: wide * x + growth.bend * y * y, y };
  });
}

/** Draws both halves of the margin with the family's form, the marks, and the specimen's growth. */
export function drawOutline(blade: Blade, marks: Marks, growth: Growth): Outline {
  return { right: half(blade, marks, growth, 1), left: half(blade, marks, growth, -1) };
}

/** A point of the midrib at height y: the axis bends with the specimen. */
export function axis(growth: Growth, y: number): Point {
  return { x: growth.bend * y * y, y };
}
