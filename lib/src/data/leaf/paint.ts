import { clamp, cos, sin, smooth } from './exact';
import { toCanvas } from './frame';
import type { Layers } from './layers';
import { valueNoise } from './noise';
import type { Light, Pose, Scene } from './nuisance';
import { axis } from './outline';
import type { Blade, Cultivar } from './traits';

/** Mixes the layers into the flat specimen: colour, relief, and light from the side. */

type Colour = readonly [number, number, number];

const PALE_VEIN: Colour = [168, 186, 116];
const DARK_VEIN: Colour = [62, 92, 40];
const BROWN: Colour = [104, 72, 40];
const STALK: Colour = [128, 146, 78];
const RED_STALK: Colour = [142, 74, 66];
const PALE: Colour = [176, 190, 122];
const DARK_SPOT: Colour = [62, 56, 34];
const YELLOW_RIM: Colour = [178, 172, 82];
const PURPLE_RIM: Colour = [98, 60, 74];

function blend(rgb: Float32Array, colour: Colour, amount: number): void {
  for (let k = 0; k < 3; k++) rgb[k]! += (colour[k]! - rgb[k]!) * amount;
}

/** The family's green: a narrow range that all families share, moved by the state of this one leaf. */
function baseGreen({ hue, tone }: Blade, { yellow, bright }: Scene['tint']): Colour {
  const light = 1 + 0.02 * tone + 0.07 * bright;
  const warm = 2 * hue + 6 * yellow;
  return [(80 + warm) * light, (122 + 0.3 * warm) * light, (50 - 0.5 * warm) * light];
}

type Mixer = (at: number, rgb: Float32Array) => void;

/** Colour of the blade without light: green, mottling, veins, marks, wear. */
function albedo({ blade, marks }: Cultivar, scene: Scene, layers: Layers): Mixer {
  const green = baseGreen(blade, scene.tint);
  const { veins, glow, mesh, mottle, slow, washes, spots, wear, depth } = layers;
  const vigour = scene.growth.markVigour;
  const rim = marks.rim.amount > 0 ? YELLOW_RIM : PURPLE_RIM;
  const spot = marks.spots.amount > 0 ? PALE : DARK_SPOT;
  const edge = layers.size * 0.006;
  const patchy = scene.tint.mottle * blade.mottle;
  const pale = 0.25 + 0.75 * blade.veinPale;
  return (at, rgb) => {
    const shade = 1 + 0.075 * patchy * mottle[at]! + 0.07 * slow[at]! - 0.05 * (mesh[at]! - 0.4);
    const yellowed = 9 * patchy * slow[at]!;
    rgb[0] = (green[0] + yellowed) * shade;
    rgb[1] = (green[1] + 0.5 * yellowed) * shade;
    rgb[2] = (green[2] - 0.3 * yellowed) * shade;
    blend(rgb, DARK_VEIN, 0.16 * glow[at]! * (1 - veins[at]!));
    blend(rgb, PALE_VEIN, pale * (0.24 * mesh[at]! + 0.85 * veins[at]!));
    if (washes.halo[at]! > 0) blend(rgb, PALE, 0.58 * vigour * washes.halo[at]!);
    if (washes.stripe[at]! > 0) blend(rgb, PALE, 0.8 * vigour * washes.stripe[at]!);
    if (washes.rim[at]! > 0)
      blend(
        rgb,
        rim,
        0.62 * vigour * (1 + 0.45 * mottle[at]!) * washes.rim[at]! * smooth(10 * edge, 2 * edge, depth[at]!),
      );
    if (washes.petiole[at]! > 0)
      blend(rgb, RED_STALK, 0.85 * vigour * washes.petiole[at]! * Math.max(veins[at]!, 0.4 * glow[at]!));
    if (spots[at]! > 0) blend(rgb, spot, Math.min(0.9, 0.75 * vigour) * spots[at]!);
    blend(rgb, DARK_VEIN, 0.2 * (1 - clamp(depth[at]! / edge, 0, 1)));
    if (wear.brown[at]! > 0) blend(rgb, BROWN, wear.brown[at]!);
  };
}

/** Height of the surface in pixels: grooves along the veins, pillows between them, puckers where a patch is. */
function heights({ blade, marks }: Cultivar, scene: Scene, layers: Layers): Float32Array {
  const { size, veins, glow, mesh, slow, coverage, washes } = layers;
  const out = new Float32Array(size * size);
  const px = size / 352;
  const pucker = valueNoise(scene.growth.seed ^ 0x5555);
  const fine = marks.patch.amount * scene.growth.markVigour * 2.6;
  for (let at = 0; at < out.length; at++) {
    if (coverage[at]! <= 0) continue;
    const grooves = 1.5 * glow[at]! * glow[at]! - 0.9 * veins[at]! + 0.55 * mesh[at]!;
    out[at] = px * (7 * slow[at]! - blade.relief * grooves);
    if (washes.patch[at]! > 0) {
      const [x, y] = [(at % size) / (5.5 * px), Math.floor(at / size) / (5.5 * px)];
      out[at]! += px * fine * washes.patch[at]! * pucker(x, y);
    }
  }
  return out;
}

/** The light's direction as the flat canvas sees it: the pose undone. */
function canvasLight(light: Light, pose: Pose): readonly [number, number] {
  const [c, s] = [cos(pose.angle), sin(pose.angle)];
  const x = c * light.x + s * light.y;
  return [pose.mirrored ? -x : x, c * light.y - s * light.x];
}

// Writes the factor of the light and the highlight into `out`: Lambert shading for a low sun plus a soft gloss. `fold`
// tilts the two halves of the blade against each other.
function shading(cultivar: Cultivar, scene: Scene, layers: Layers): (x: number, y: number, out: Float32Array) => void {
  const { size, anatomy } = layers;
  const height = heights(cultivar, scene, layers);
  const [lx, ly] = canvasLight(scene.light, scene.pose);
  const { strength } = scene.light;
  const middle = new Float32Array(size);
  for (let y = 0; y < size; y++) {
    const leafY = anatomy.frame.centre.y + (size / 2 - y) / anatomy.frame.scale;
    middle[y] = toCanvas(anatomy.frame, axis(anatomy.growth, leafY)).x;
  }
  return (x, y, out) => {
    const at = y * size + x;
    const fold = scene.tint.fold * clamp((x - middle[y]!) / (0.02 * size), -1, 1);
    const gx = (height[at + 1]! - height[at - 1]!) / 2 + fold;
    const gy = (height[at + size]! - height[at - size]!) / 2;
    const facing = (-gx * lx - gy * ly) / Math.sqrt(1 + gx * gx + gy * gy);
    out[0] = 1 + 0.55 * strength * clamp(facing, -0.9, 0.9);
    const shine = Math.max(0, facing - 0.12);
    out[1] = 60 * cultivar.blade.gloss * strength * shine * shine;
  };
}

function stalkColour(amount: number, vigour: number): Colour {
  const mixed = clamp(0.75 * amount * vigour, 0, 1);
  return [0, 1, 2].map((k) => STALK[k]! + (RED_STALK[k]! - STALK[k]!) * mixed) as unknown as Colour;
}

/** The flat specimen: four values a pixel, namely red, green, blue (0..255, times coverage) and coverage (0..1). */
export function paintLeaf(cultivar: Cultivar, scene: Scene, layers: Layers): Float32Array {
  const { size, coverage, stalk, wear } = layers;
  const mixColour = albedo(cultivar, scene, layers);
  const shade = shading(cultivar, scene, layers);
  const petiole = stalkColour(cultivar.marks.petiole.amount, scene.growth.markVigour);
  const rgba = new Float32Array(4 * size * size);
  const rgb = new Float32Array(3);
  const light = new Float32Array(2);
  for (let y = 1; y < size - 1; y++) {
    for (let x = 1; x < size - 1; x++) {
      const at = y * size + x;
      const blade = coverage[at]! * wear.kept[at]!;
      const stem = Math.max(0, stalk[at]! - blade);
      const alpha = blade + stem;
      if (alpha <= 0) continue;
      shade(x, y, light);
      mixColour(at, rgb);
      for (let k = 0; k < 3; k++) rgba[4 * at + k] = (rgb[k]! * light[0]! + light[1]!) * blade + petiole[k]! * stem;
      rgba[4 * at + 3] = alpha;
    }
  }
  return rgba;
}
