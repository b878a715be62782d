/** Image files, any number of them, and what a model says of each: as much in memory as one batch and the next. */
import type { Model } from '../backbone';
import { disposeModel } from '../backbone';
import { inScope } from '../core/scope';
import { prefetch } from '../data';
import type { Images } from '../data';
import { decodeEach } from '../data/decode-each';
import { softened } from '../metrics/softened';
import type { HeatMap, Pixels } from '../plots';
import { computeOutputs, EVALUATION_BATCH } from '../train/evaluate';
import { adaptiveOf, lookAt } from '../train/look';
import { modelOf } from '../train/source';
import type { TrainedModel } from '../train/source';
import { sourceTensor, wholeView } from '../train/views';
import { picture, rowOf } from './pixels';

/** Where a model looks in an image. */
export interface ImageLook {
  /** What the model saw, [imageSize, imageSize]. */
  readonly seen: Pixels;
  /** A of the recipe's own kind, in cells of the mask's grid, in [0, 1]. */
  readonly saliency: HeatMap;
}

/** An image that could be read, or why it could not. */
export type FilePrediction =
  | {
      readonly file: string;
      /** softmax of the logits, [classes] */
      readonly probabilities: readonly number[];
      readonly look?: ImageLook | undefined;
    }
  | { readonly file: string; readonly problem: string };

export interface PredictOptions {
  readonly signal?: AbortSignal | undefined;
  /** Whether each prediction says where the model looked. A second pass. */
  readonly looks?: boolean;
}

/** Images decoded at a time. */
const DECODES = 4;
/** Images whose attention is held at a time: at 448 px a transformer's takes 30 MB an image. */
const LOOKS = 8;
/** Batches that are decoded while another is computed. */
const AHEAD = 1;

interface Decoded {
  readonly files: readonly string[];
  /** The images that could be read, in their order. */
  readonly images: Images;
  readonly failed: ReadonlyMap<number, string>;
}

async function decodeBatch(files: readonly string[], { config }: TrainedModel, signal: AbortSignal): Promise<Decoded> {
  const { sourceSize: size, fit } = config.input;
  const length = size * size * 3;
  const all = new Uint8Array(files.length * length);
  const use = (at: number, pixels: Uint8Array): void => all.set(pixels, at * length);
  const failed = await decodeEach(files, { size, fit, concurrency: DECODES, signal, use });
  const good = [...files.keys()].filter((at) => !failed.has(at));
  good.forEach((at, i) => at === i || all.copyWithin(i * length, at * length, (at + 1) * length));
  const [count, names] = [good.length, good.map((at) => files[at]!)];
  return {
    files,
    failed,
    images: { count, size, names, labels: new Int32Array(count), data: all.subarray(0, count * length) },
  };
}

/** Where the model looks in each image: its view as in every evaluation, and the saliency that its recipe makes second views by. */
function looksOf(model: TrainedModel, net: Model, { data, size, count }: Images): readonly ImageLook[] {
  const { input, view } = model.config;
  const followed = [{ view: adaptiveOf(view), theta: 0.5 }];
  const [all, length]: [ImageLook[], number] = [[], size * size * 3];
  for (let from = 0; from < count; from += LOOKS) {
    const to = Math.min(count, from + LOOKS);
    const { seen, saliency, cells } = inScope(() => {
      const images = wholeView(sourceTensor(data.slice(from * length, to * length), size), input);
      const { raw, spots } = lookAt(model, net, images, followed);
      const map = spots[0]!.saliency;
      return {
        seen: raw.dataSync<'float32'>() as Float32Array,
        saliency: map.dataSync<'float32'>() as Float32Array,
        cells: { height: map.shape[1], width: map.shape[2] },
      };
    });
    for (let i = 0; i < to - from; i++) {
      const values = rowOf(saliency, i, to - from);
      all.push({ seen: picture(input.imageSize, rowOf(seen, i, to - from)), saliency: { ...cells, values } });
    }
  }
  return all;
}

async function predictBatch(
  model: TrainedModel,
  net: Model,
  { files, images, failed }: Decoded,
  { looks = false, signal }: PredictOptions,
): Promise<readonly FilePrediction[]> {
  const { logits } = await computeOutputs(net, images, model.config, signal);
  const seen = looks ? looksOf(model, net, images) : [];
  let row = 0;
  return files.map((file, at): FilePrediction => {
    const problem = failed.get(at);
    if (problem !== undefined) return { file, problem };
    const look = seen[row];
    return { file, probabilities: softened(rowOf(logits, row++, images.count), 1), look };
  });
}

/**
 * Predict image files, unaugmented and in the batches of every evaluation: the numbers are those of an evaluation of the same images.
 *
 * @returns one answer a file, in their order; an image that cannot be read has its reason
 * @throws the signal's reason
 */
export async function* predictFiles(
  model: TrainedModel,
  files: readonly string[],
  options: PredictOptions = {},
): AsyncGenerator<FilePrediction, void, undefined> {
  const net = modelOf(model, model.classes);
  const batch = (part: number, signal: AbortSignal): Promise<Decoded> =>
    decodeBatch(files.slice(part * EVALUATION_BATCH, (part + 1) * EVALUATION_BATCH), model, signal);
  try {
    const count = Math.ceil(files.length / EVALUATION_BATCH);
    for await (const decoded of prefetch(batch, AHEAD, { count, signal: options.signal })) {
      yield* await predictBatch(model, net, decoded, options);
    }
  } finally {
    disposeModel(net);
  }
}
