/** SSDP on real images: raw view -> saliency -> mask -> the adaptive view, as plain arrays, with what a model says of both views. */
import * as tf from '../tf';
import { adaptiveView, drawTiles, noAugmentation } from '../augment';
import { applyModel } from '../backbone';
import type { Model } from '../backbone';
import { createRng } from '../core/rng';
import { inScope } from '../core/scope';
import { decodeTruth } from '../data';
import type { Dataset, Sample } from '../data';
import { pixelBox } from '../metrics';
import type { Box } from '../metrics';
import type { HeatMap, Pixels } from '../plots';
import { sourceTensor } from '../train';
import { adaptiveOf, lookAt } from '../train/look';
import { configOf, withModel } from '../train/source';
import type { ModelSource } from '../train/source';
import { decodeSamples } from './pixels';

/** One image on its way through SSDP. Every picture has the side that the model sees. */
export interface ViewLook {
  readonly sample: Sample;
  readonly raw: Pixels;
  /** A in [0, 1], in cells of the mask's grid. */
  readonly saliency: HeatMap;
  /** M of zeros and ones, or in [0, 1] where the config's mask is soft; in cells of the same grid. */
  readonly mask: HeatMap;
  /** The mask's box in pixels of the raw view; the whole view for a soft mask. */
  readonly box: Box;
  /** The adaptive view: what the box shows for `crop`, and what the config's kind makes of the mask elsewhere. */
  readonly cut: Pixels;
  /** Where the class really differs from its siblings, [side * side] in 0..1; undefined where the dataset has no masks. */
  readonly truth: Float32Array | undefined;
  /** z and z': the logits of the raw and of the adaptive view. */
  readonly logits: { readonly raw: Float32Array; readonly cut: Float32Array };
}

/** What the tensors say, one behind the other over the batch. */
interface Pass {
  readonly cells: number;
  readonly [name: string]: Float32Array | number;
}

function passOf(source: ModelSource, model: Model, bytes: Uint8Array, theta: number): Pass {
  const { input, view: configured, seed } = configOf(source);
  const view = adaptiveOf(configured);
  const n = bytes.length / input.sourceSize ** 2 / 3;
  return inScope(() => {
    const images = sourceTensor(bytes, input.sourceSize);
    const { raw, seen, spots } = lookAt(source, model, images, [{ view, theta }]);
    const spot = spots[0]!;
    const whole = noAugmentation(n);
    const boxes = tf.tensor2d(whole.boxes, [n, 4]);
    const tiles = drawTiles(n, view.tiles, createRng(seed, 'tiles'));
    const frame = { boxes, gains: tf.tensor1d(whole.gains), tiles, size: input.imageSize };
    const cut = adaptiveView(images, spot, frame, view);
    const cutLogits = applyModel(model, cut).logits;
    const read = (tensor: tf.Tensor): Float32Array => tensor.dataSync<'float32'>() as Float32Array;
    return {
      ...{ cells: spot.saliency.shape[1], raw: read(raw), saliency: read(spot.saliency), mask: read(spot.mask) },
      ...{ boxes: read(spot.boxes), cut: read(cut), rawLogits: read(seen.logits), cutLogits: read(cutLogits) },
    };
  });
}

/** Row i of a pack of n rows. */
function rowOf(pack: Float32Array | number | undefined, i: number, n: number): Float32Array {
  const all = pack as Float32Array;
  const length = all.length / n;
  return all.slice(i * length, (i + 1) * length);
}

const picture = (side: number, data: Float32Array): Pixels => ({
  height: side,
  width: side,
  data: Uint8Array.from(data, (v) => Math.round(v)),
});

/**
 * Follows some images through SSDP, unaugmented.
 *
 * @param source a trained model, or a config for its model before training (with ImageNet weights where it names them)
 * @param theta threshold of the `fraction` mask as a share of the maximum; training draws it anew for each image
 */
export async function lookAtViews(
  source: ModelSource,
  dataset: Dataset,
  samples: readonly Sample[],
  { theta = 0.5 }: { readonly theta?: number } = {},
): Promise<readonly ViewLook[]> {
  const config = configOf(source);
  const { sourceSize, imageSize: side, fit } = config.input;
  const bytes = await decodeSamples(samples, { size: sourceSize, fit });
  const truths = await Promise.all(samples.map((sample) => decodeTruth(dataset, sample, { size: side, fit })));
  const pass = withModel(source, dataset.classes, (model) => passOf(source, model, bytes, theta));
  const n = samples.length;
  return samples.map((sample, i) => {
    const row = (name: string): Float32Array => rowOf(pass[name], i, n);
    const cells = { height: pass.cells, width: pass.cells };
    return {
      sample,
      raw: picture(side, row('raw')),
      saliency: { ...cells, values: row('saliency') },
      mask: { ...cells, values: row('mask') },
      box: pixelBox(row('boxes'), [side, side]),
      cut: picture(side, row('cut')),
      truth: truths[i],
      logits: { raw: row('rawLogits'), cut: row('cutLogits') },
    };
  });
}
