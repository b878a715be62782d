/** Does SSDP look where the classes really differ? Every image with ground truth is followed through each saliency and each mask. */
import { setImmediate as pause } from 'node:timers/promises';
import { disposeModel } from '../backbone';
import type { Model } from '../backbone';
import { resizeMap } from '../augment';
import { BACKBONES, hashOf } from '../config';
import type { Config } from '../config';
import { inScope } from '../core/scope';
import { decodeSplit, decodeTruth, gather, samplesWithMask, splitNamed } from '../data';
import type { Dataset, Images, Progress, Sample } from '../data';
import { pixelBox, readTruth, scoreLocalisation } from '../metrics';
import type { LocalisationLook } from '../metrics';
import type { Tensor3D } from '../tf';
import { sourceTensor } from '../train';
import { lookAt } from '../train/look';
import { configOf, modelOf } from '../train/source';
import type { ModelSource } from '../train/source';
import { summarizeLocalisation, truthAreas } from './localisation-results';
import type { LocalisationSummary, MeasuredImage } from './localisation-results';
import { localisationRows } from './localisation-rows';
import type { LocalisationRow } from './localisation-rows';
import { runId } from './record';
import { sourcesOf } from './sources';

export interface Localisation extends LocalisationSummary {
  readonly config: Config;
  /** Whether the weights are a trained model's. */
  readonly trained: boolean;
  readonly dataset: { readonly name: string; readonly fingerprint: string };
  readonly split: string;
  /** Images whose mask is empty at the size that the backbone sees: they are not measured. */
  readonly empty: number;
  /** Names it: a hash of config, data and first weights. */
  readonly id: string;
}

export interface LocaliseOptions {
  /** Default: `train`, the images that the second view is made of. */
  readonly split?: string;
  /** Folder of decoded images. */
  readonly cache?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Counts images followed. */
  readonly onProgress?: Progress | undefined;
}

/** Images at a time. A transformer's attention over all blocks is large: 0.35 GB an image for vit-base at 448 px. */
const batchOf = (source: ModelSource): number => (BACKBONES[configOf(source).backbone.kind].transformer ? 4 : 24);

/** Saliency and mask of every row for a batch of images, resized to the raw view; [rows][images]. Synchronous, leaves no tensor. */
function looksOf(
  source: ModelSource,
  model: Model,
  bytes: Uint8Array,
  rows: readonly LocalisationRow[],
): readonly (readonly LocalisationLook[])[] {
  const { sourceSize, imageSize: side } = configOf(source).input;
  return inScope(() => {
    const { spots } = lookAt(source, model, sourceTensor(bytes, sourceSize), rows);
    return spots.map(({ saliency, mask, boxes }) => {
      const read = (map: Tensor3D): Float32Array => resizeMap(map, [side, side]).dataSync<'float32'>() as Float32Array;
      const [saliencies, masks, edges] = [read(saliency), read(mask), boxes.dataSync()];
      return Array.from({ length: boxes.shape[0] }, (_, i) => ({
        saliency: saliencies.subarray(i * side * side, (i + 1) * side * side),
        mask: masks.subarray(i * side * side, (i + 1) * side * side),
        box: pixelBox(edges.subarray(4 * i, 4 * i + 4), [side, side]),
      }));
    });
  });
}

/** Follows all images, batch by batch; one with an empty truth is left out. Between batches only the model lives. */
async function measureAll(
  source: ModelSource,
  dataset: Dataset,
  { images, samples }: { readonly images: Images; readonly samples: readonly Sample[] },
  { rows, signal, onProgress }: LocaliseOptions & { readonly rows: readonly LocalisationRow[] },
): Promise<readonly MeasuredImage[]> {
  const { imageSize: side, fit } = configOf(source).input;
  const model = modelOf(source, dataset.classes);
  const measured: MeasuredImage[] = [];
  try {
    for (let from = 0; from < samples.length; from += batchOf(source)) {
      signal?.throwIfAborted();
      const batch = samples.slice(from, from + batchOf(source));
      const masks = await Promise.all(batch.map((sample) => decodeTruth(dataset, sample, { size: side, fit })));
      const { data } = gather(images, [...batch.keys()].map((i) => from + i)); // prettier-ignore
      const looks = looksOf(source, model, data, rows);
      batch.forEach(({ label }, i) => {
        const truth = readTruth(masks[i]!, [side, side]);
        if (!truth) return;
        const scores = looks.map((row) => scoreLocalisation(row[i]!, truth));
        measured.push({ label, truth: truthAreas(truth), rows: scores });
      });
      onProgress?.(from + batch.length, samples.length);
      await pause();
    }
  } finally {
    disposeModel(model);
  }
  return measured;
}

/**
 * How well each saliency and each mask finds the ground truth, beside blind looks of the same area (`scoreLocalisation`).
 *
 * Images are whole and unaugmented; saliency and mask are resized bilinearly to the size that the backbone sees, and the truth is read
 * at that size. One pass of the backbone serves all rows. The saliency needs no head, so an untrained one does.
 *
 * Images of a class show the same marks, so they count together: every number is the mean over classes of the class's mean, its
 * interval the t interval over classes, and a difference is paired by class.
 *
 * @param source a trained model, or a config for its model before training (with ImageNet weights where it names them)
 * @throws DatasetError where no image of the split has a mask; RangeError where there is no such split or every mask is empty
 */
export async function localise(
  source: ModelSource,
  dataset: Dataset,
  options: LocaliseOptions = {},
): Promise<Localisation> {
  const config = configOf(source);
  const { sourceSize: size, fit } = config.input;
  const split = splitNamed(dataset, options.split ?? 'train');
  const samples = samplesWithMask(dataset, split);
  const rows = localisationRows(source);
  const images = await decodeSplit(
    { ...split, samples },
    { size, fit, cacheDir: options.cache, signal: options.signal },
  );
  const measured = await measureAll(source, dataset, { images, samples }, { ...options, rows });
  if (measured.length === 0)
    throw new RangeError(`localise: every mask of split '${split.name}' is empty at ${config.input.imageSize} px`);
  return {
    ...summarizeLocalisation(rows, measured),
    ...{ config, trained: 'values' in source, split: split.name, empty: samples.length - measured.length },
    dataset: { name: dataset.name, fingerprint: dataset.fingerprint },
    id: hashOf({ run: runId(config, sourcesOf(config, dataset)), split: split.name, trained: 'values' in source }),
  };
}
