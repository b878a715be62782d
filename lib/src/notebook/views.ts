/** SSDP on real images: raw view -> saliency -> mask -> box -> the cut view, as plain arrays, with what a model says of both views. */
import * as tf from '../tf';
import { composeBoxes, cutViews, noAugmentation, spotlight } from '../augment';
import { applyModel } from '../backbone';
import type { Model } from '../backbone';
import type { Config } from '../config';
import type { Dataset, Sample } from '../data';
import type { Box } from '../metrics';
import type { HeatMap, Pixels } from '../plots';
import { rawView, sourceTensor } from '../train';
import { configOf, withModel } from './models';
import type { ModelSource } from './models';
import { decodeSamples, decodeTruth } from './pixels';
import { inScope } from './scope';

/** One image on its way through SSDP. Every picture has the side that the model sees. */
export interface ViewLook {
  readonly sample: Sample;
  readonly raw: Pixels;
  /** A in [0, 1], in cells of the feature map. */
  readonly saliency: HeatMap;
  /** M of zeros and ones, in cells of the feature map. */
  readonly mask: HeatMap;
  /** The box in pixels of the raw view. */
  readonly box: Box;
  /** What the box shows, cut from the full-resolution source. */
  readonly cut: Pixels;
  /** Where the class really differs from its siblings, [side * side] in 0..1; undefined where the dataset has no masks. */
  readonly truth: Float32Array | undefined;
  /** z and z': the logits of the raw and of the cut view. */
  readonly logits: { readonly raw: Float32Array; readonly cut: Float32Array };
}

/** What the tensors say, one behind the other over the batch. */
interface Pass {
  readonly cells: number;
  readonly [name: string]: Float32Array | number;
}

function passOf(model: Model, bytes: Uint8Array, config: Config, theta: number): Pass {
  const { sourceSize, imageSize } = config.input;
  const n = bytes.length / sourceSize ** 2 / 3;
  return inScope(() => {
    const source = sourceTensor(bytes, sourceSize);
    const whole = noAugmentation(n);
    const raw = rawView(source, whole, imageSize);
    const seen = applyModel(model, raw);
    const map = seen.maps[config.view.saliencyStride];
    const { saliency, mask, boxes } = spotlight(map, config.view, tf.fill([n], theta));
    const cut = cutViews(source, composeBoxes(tf.tensor2d(whole.boxes, [n, 4]), boxes), imageSize);
    const cutLogits = applyModel(model, cut).logits;
    const read = (tensor: tf.Tensor): Float32Array => tensor.dataSync<'float32'>() as Float32Array;
    return {
      ...{ cells: saliency.shape[1], raw: read(raw), saliency: read(saliency), mask: read(mask) },
      ...{ boxes: read(boxes), cut: read(cut), rawLogits: read(seen.logits), cutLogits: read(cutLogits) },
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

/** A box of shares (y1, x1, y2, x2) in pixels. */
function pixelBox([y1, x1, y2, x2]: Float32Array, side: number): Box {
  const [top, left] = [y1! * side, x1! * side];
  return { top, left, height: y2! * side - top, width: x2! * side - left };
}

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
  const pass = withModel(source, dataset.classes, (model) => passOf(model, bytes, config, theta));
  const n = samples.length;
  return samples.map((sample, i) => {
    const row = (name: string): Float32Array => rowOf(pass[name], i, n);
    const cells = { height: pass.cells, width: pass.cells };
    return {
      sample,
      raw: picture(side, row('raw')),
      saliency: { ...cells, values: row('saliency') },
      mask: { ...cells, values: row('mask') },
      box: pixelBox(row('boxes'), side),
      cut: picture(side, row('cut')),
      truth: truths[i],
      logits: { raw: row('rawLogits'), cut: row('cutLogits') },
    };
  });
}
