import { paintBackdrop } from './backdrop';
import { develop } from './camera';
import { cos, sin } from './exact';
import { CANVAS } from './frame';
import { buildLayers, type Layers } from './layers';
import { truthMap } from './marks';
import { drawScene, type Pose, type Scene } from './nuisance';
import { paintLeaf } from './paint';
import { blurred, sample } from './raster';
import type { Cultivar } from './traits';

/** One photograph of one leaf. */
export interface Specimen {
  /** size * size * 3 values, row-major red, green, blue. */
  readonly rgb: Uint8Array;
  /** size * size values: 255 where the specimen shows what tells its cultivar from its siblings, 0 elsewhere. */
  readonly mask: Uint8Array;
}

// The flat specimen is drawn finer than the photograph, so that posing it leaves clean edges and thin veins.
const FINER = 1.25;

type Warp = (x: number, y: number, out: Float64Array) => void;

/** From image coordinates (-0.5..0.5) back to canvas coordinates: shift, tilt, rotation, size, mirror and curl undone. */
function unpose(pose: Pose): Warp {
  const [c, s] = [cos(pose.angle), sin(pose.angle)];
  return (imageX, imageY, out) => {
    const x = imageX - pose.shiftX;
    const y = imageY - pose.shiftY;
    const depth = (1 + pose.tiltX * x + pose.tiltY * y) / (pose.scale * CANVAS);
    const rx = ((c * x + s * y) * depth) / pose.stretch;
    const ry = (c * y - s * x) * depth;
    const rolled = rx * (1 + pose.curl * rx * rx);
    out[0] = pose.mirrored ? -rolled : rolled;
    out[1] = ry;
  };
}

interface Flat {
  readonly size: number;
  readonly rgba: Float32Array;
  readonly truth: Float32Array;
  /** Blurred coverage at a quarter of the size. */
  readonly shadow: Float32Array;
}

function shadowMap(rgba: Float32Array, size: number): Float32Array {
  const quarter = Math.floor(size / 4);
  const out = new Float32Array(quarter * quarter);
  for (let y = 0; y < quarter; y++)
    for (let x = 0; x < quarter; x++) out[y * quarter + x] = rgba[16 * (y * size + x) + 3]!;
  return blurred(out, quarter, Math.max(1, Math.round(quarter / 60)));
}

function flatten(cultivar: Cultivar, scene: Scene, layers: Layers): Flat {
  const rgba = paintLeaf(cultivar, scene, layers);
  return { size: layers.size, rgba, truth: truthMap(cultivar, layers.anatomy), shadow: shadowMap(rgba, layers.size) };
}

// Adds the leaf's colour at canvas pixel (gx, gy), bilinear, over what is in `image` at `at`.
function lay(image: Float32Array, at: number, flat: Flat, [gx, gy]: readonly [number, number]): void {
  const { size, rgba } = flat;
  const ix = Math.floor(gx);
  const iy = Math.floor(gy);
  if (ix < 0 || iy < 0 || ix >= size - 1 || iy >= size - 1) return;
  const fx = gx - ix;
  const fy = gy - iy;
  const p = 4 * (iy * size + ix);
  const q = p + 4 * size;
  const [wa, wb, wc, wd] = [(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy];
  const open = 1 - (rgba[p + 3]! * wa + rgba[p + 7]! * wb + rgba[q + 3]! * wc + rgba[q + 7]! * wd);
  if (open >= 1) return;
  for (let k = 0; k < 3; k++) {
    const leaf = rgba[p + k]! * wa + rgba[p + 4 + k]! * wb + rgba[q + k]! * wc + rgba[q + 4 + k]! * wd;
    image[3 * at + k] = image[3 * at + k]! * open + leaf;
  }
}

/** Places the flat leaf and its shadow on the background; returns the image (0..255) and the posed mask (0..1). */
function compose(scene: Scene, flat: Flat, size: number): { image: Float32Array; mask: Float32Array } {
  const { pose, light } = scene;
  const image = paintBackdrop(scene.backdrop, size);
  const mask = new Float32Array(size * size);
  const warp = unpose(pose);
  const point = new Float64Array(2);
  const quarter = Math.floor(flat.size / 4);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const at = y * size + x;
      const [u, v] = [(x + 0.5) / size - 0.5, (y + 0.5) / size - 0.5];
      warp(u + light.x * light.drop, v + light.y * light.drop, point);
      const shade = sample(flat.shadow, quarter, (point[0]! + 0.5) * quarter, (point[1]! + 0.5) * quarter);
      for (let k = 0; k < 3; k++) image[3 * at + k]! *= 1 - light.shadow * shade;
      warp(u, v, point);
      const [gx, gy] = [(point[0]! + 0.5) * flat.size, (point[1]! + 0.5) * flat.size];
      mask[at] = sample(flat.truth, flat.size, gx, gy);
      lay(image, at, flat, [gx - 0.5, gy - 0.5]);
    }
  }
  return { image, mask };
}

/**
 * Draws one specimen of a cultivar as a size x size photograph with its ground-truth mask. Pure: the same arguments give
 * the same bytes on every machine. `specimenSeed` decides pose, light, damage, background and growth, and the cultivar
 * does not touch them, so two siblings with one seed show exactly their difference.
 * Throws RangeError when size is not a whole number from 32 to 1024.
 */
export function drawSpecimen(cultivar: Cultivar, specimenSeed: number, size: number): Specimen {
  if (!Number.isInteger(size) || size < 32 || size > 1024) {
    throw new RangeError(`drawSpecimen: size is ${String(size)}; give a whole number of pixels from 32 to 1024.`);
  }
  const scene = drawScene(specimenSeed);
  const layers = buildLayers(cultivar, scene, Math.round((size * FINER * CANVAS) / 4) * 4);
  const { image, mask } = compose(scene, flatten(cultivar, scene, layers), size);
  const bytes = new Uint8Array(mask.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(255 * mask[i]! + 0.5);
  return { rgb: develop(image, scene, size), mask: bytes };
}
