/** SSDP on real images: raw view -> saliency -> mask -> the adaptive view, as plain arrays, with what a model says of both views. */
import * as tf from '../tf';
import { adaptiveView, drawAugmentation, drawTiles, noAugmentation } from '../augment';
import type { Spotlight } from '../augment';
import { applyModel } from '../backbone';
import type { Model } from '../backbone';
import { checkConfig } from '../config';
import type { Config, ViewConfig } from '../config';
import { createRng } from '../core/rng';
import { inScope } from '../core/scope';
import { decodeTruth } from '../data';
import type { Dataset, Sample } from '../data';
import { pixelBox, predict } from '../metrics';
import type { Box } from '../metrics';
import type { HeatMap, Pixels } from '../plots';
import { rawView, sourceTensor } from '../train/views';
import { adaptiveOf, lookAt } from '../train/look';
import type { ViewToFollow } from '../train/look';
import { configOf, withModel } from '../train/source';
import type { ModelSource } from '../train/source';
import { decodeSamples, picture, rowOf } from './pixels';

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

/** The class that the logits of one view name, counted from 0. */
export const guessOf = (logits: Float32Array): number => predict(logits, logits.length)[0]!;

/** One way to make the second view: what it changes in the config's `view`, and the threshold of a `fraction` mask. */
export interface ViewChoice {
  readonly view?: Partial<ViewConfig>;
  /** As a share of the maximum. Default: 0.5. */
  readonly theta?: number;
}

/** What the tensors say of one choice, one image behind the other over the batch. */
interface Seen extends Readonly<Record<'saliency' | 'mask' | 'boxes' | 'cut' | 'logits', Float32Array>> {
  /** Side of the mask's grid. */
  readonly cells: number;
}

interface Pass {
  readonly raw: Float32Array;
  readonly rawLogits: Float32Array;
  readonly choices: readonly Seen[];
}

const read = (tensor: tf.Tensor): Float32Array => tensor.dataSync<'float32'>() as Float32Array;

/** The second view of whole images: adaptive by its spotlight, or a second ordinary augmentation. */
function secondOf(
  images: tf.Tensor4D,
  spot: Spotlight,
  view: ViewConfig,
  { augment, input, seed }: Config,
): tf.Tensor4D {
  const n = images.shape[0];
  const size = input.imageSize;
  if (view.kind === 'random')
    return rawView(images, drawAugmentation(n, augment, createRng(seed, 'second view')), size);
  const whole = noAugmentation(n);
  const boxes = tf.tensor2d(whole.boxes, [n, 4]);
  const tiles = drawTiles(n, view.tiles, createRng(seed, 'tiles'));
  return adaptiveView(images, spot, { boxes, gains: tf.tensor1d(whole.gains), tiles, size }, view);
}

/** One pass of the model over the raw views, and for each choice its spotlight, its second view and what the model says of that. */
function passOf(source: ModelSource, model: Model, bytes: Uint8Array, choices: readonly ViewToFollow[]): Pass {
  const config = configOf(source);
  return inScope(() => {
    const images = sourceTensor(bytes, config.input.sourceSize);
    const followed = choices.map(({ view, theta }) => ({ view: adaptiveOf(view), theta }));
    const { raw, seen, spots } = lookAt(source, model, images, followed);
    const seenOf = (spot: Spotlight, i: number): Seen =>
      inScope(() => {
        const cut = secondOf(images, spot, choices[i]!.view, config);
        const logits = read(applyModel(model, cut).logits);
        const { saliency, mask, boxes } = spot;
        return {
          cells: saliency.shape[1],
          ...{ saliency: read(saliency), mask: read(mask), boxes: read(boxes), cut: read(cut), logits },
        };
      });
    return { raw: read(raw), rawLogits: read(seen.logits), choices: spots.map(seenOf) };
  });
}

/** Follows some whole images through each choice; [choices][images]. */
async function follow(
  source: ModelSource,
  dataset: Dataset,
  samples: readonly Sample[],
  choices: readonly ViewToFollow[],
): Promise<readonly (readonly ViewLook[])[]> {
  const { sourceSize, imageSize: side, fit } = configOf(source).input;
  const bytes = await decodeSamples(samples, { size: sourceSize, fit });
  const truths = await Promise.all(samples.map((sample) => decodeTruth(dataset, sample, { size: side, fit })));
  const pass = withModel(source, dataset.classes, (model) => passOf(source, model, bytes, choices));
  const n = samples.length;
  const lookOf = (seen: Seen, sample: Sample, i: number): ViewLook => {
    const row = (pack: Float32Array): Float32Array => rowOf(pack, i, n);
    const cells = { height: seen.cells, width: seen.cells };
    return {
      sample,
      raw: picture(side, row(pass.raw)),
      saliency: { ...cells, values: row(seen.saliency) },
      mask: { ...cells, values: row(seen.mask) },
      box: pixelBox(row(seen.boxes), [side, side]),
      cut: picture(side, row(seen.cut)),
      truth: truths[i],
      logits: { raw: row(pass.rawLogits), cut: row(seen.logits) },
    };
  };
  return pass.choices.map((seen) => samples.map((sample, i) => lookOf(seen, sample, i)));
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
  const view = adaptiveOf(configOf(source).view);
  return (await follow(source, dataset, samples, [{ view, theta }]))[0]!;
}

/**
 * Follows the same images through several ways to make the second view, with one pass of the model over the raw views.
 *
 * @param choices by name: each is the source's own view with some fields changed. The kind `random` gives a second ordinary augmentation; its box
 * and mask are those that a crop would have
 * @returns the looks by the choices' names
 * @throws ConfigError where a choice cannot work; RangeError where one has no second view
 */
export async function lookAtChoices<Name extends string>(
  source: ModelSource,
  dataset: Dataset,
  samples: readonly Sample[],
  choices: Readonly<Record<Name, ViewChoice>>,
): Promise<Readonly<Record<Name, readonly ViewLook[]>>> {
  const config = configOf(source);
  const names = Object.keys(choices) as Name[];
  const followed = names.map((name): ViewToFollow => {
    const { view = {}, theta = 0.5 } = choices[name];
    const asked = { ...config.view, ...view };
    if (asked.kind === 'none')
      throw new RangeError(
        `"${name}": view.kind "none" has no second view to look at; choose "random" or an adaptive one`,
      );
    return { view: checkConfig({ ...config, view: asked }).view, theta };
  });
  const looks = await follow(source, dataset, samples, followed);
  return Object.fromEntries(names.map((name, i) => [name, looks[i]!])) as unknown as Record<Name, readonly ViewLook[]>;
}
