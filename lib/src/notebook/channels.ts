/** What a feature map is, on one image: some of its channels as heat, and the saliency that is their mean. */
import { activationSaliency, noAugmentation } from '../augment';
import { applyModel } from '../backbone';
import type { ViewConfig } from '../config';
import { inScope } from '../core/scope';
import type { Dataset, Sample } from '../data';
import { viewGrid } from '../plots';
import type { Figure, HeatMap, Pixels, View } from '../plots';
import * as tf from '../tf';
import type { Tensor3D, Tensor4D } from '../tf';
import { rawView, sourceTensor } from '../train/views';
import { configOf, withModel } from '../train/source';
import type { ModelSource } from '../train/source';
import { fitWidth, PAGE } from './fit';
import { decodeSamples, picture } from './pixels';

/** One image and what a layer makes of it. */
export interface ChannelLook {
  readonly raw: Pixels;
  /** Channels of the whole map. */
  readonly channels: number;
  /** The most active channels, relu(F_k), with their numbers k, most active first. */
  readonly strongest: readonly { readonly channel: number; readonly heat: HeatMap }[];
  /** A, from all channels. */
  readonly saliency: HeatMap;
}

export interface ChannelOptions {
  /** How many channels to keep. */
  readonly keep?: number;
  /** Stride in pixels of the feature map. Default: the config's. */
  readonly stride?: ViewConfig['saliencyStride'];
}

/** Sums over the cells of each channel, [h * w * c] -> [c]. */
function channelSums(values: ArrayLike<number>, channels: number): Float64Array {
  const sums = new Float64Array(channels);
  for (let i = 0; i < values.length; i++) sums[i % channels]! += values[i]!;
  return sums;
}

/** Sends one whole image through a model and keeps the channels that are most active on it. @throws where there is no map of that stride */
export async function lookAtChannels(
  source: ModelSource,
  dataset: Dataset,
  sample: Sample,
  { keep = 3, stride }: ChannelOptions = {},
): Promise<ChannelLook> {
  const { input, view } = configOf(source);
  const bytes = await decodeSamples([sample], { size: input.sourceSize, fit: input.fit });
  const asked = stride ?? view.saliencyStride;
  const found = withModel(source, dataset.classes, (model) =>
    inScope(() => {
      const raw = rawView(sourceTensor(bytes, input.sourceSize), noAugmentation(1), input.imageSize);
      const map = applyModel(model, raw).maps[asked] as Tensor4D | undefined;
      if (!map) throw new RangeError(`the backbone gives no map of stride ${asked}: choose another stride`);
      const read = (tensor: Tensor3D | Tensor4D) => tensor.dataSync<'float32'>();
      return { raw: read(raw), shape: map.shape, active: read(tf.relu(map)), saliency: read(activationSaliency(map)) };
    }),
  );
  const [, height, width, channels] = found.shape;
  const sums = channelSums(found.active, channels);
  const order = [...sums.keys()].sort((a, b) => sums[b]! - sums[a]!).slice(0, keep);
  const heatOf = (k: number): HeatMap => ({
    ...{ height, width },
    values: Float32Array.from({ length: height * width }, (_, i) => found.active[i * channels + k]!),
  });
  return {
    raw: picture(input.imageSize, found.raw),
    channels,
    strongest: order.map((channel) => ({ channel, heat: heatOf(channel) })),
    saliency: { height, width, values: Float32Array.from(found.saliency) },
  };
}

/** One row an image: the raw view, its strongest channels, and the saliency of all channels. */
export function channelsFigure(looks: readonly ChannelLook[], rowLabels: readonly string[] = []): Figure {
  const rows = looks.map(({ raw, strongest, saliency, channels }, row): View[] => {
    const named = (label: string): { label?: string } => (row === 0 ? { label } : {});
    return [
      { image: raw, ...named('raw view x') },
      ...strongest.map(({ heat }, i) => ({ image: raw, heat, ...named(`no. ${i + 1} in strength`) })),
      { image: raw, heat: saliency, ...named(`saliency A, all ${channels}`) },
    ];
  });
  const figure = viewGrid(rows, {
    title: 'From a feature map to the saliency',
    rowLabels,
    caption:
      'Warm cells are where a channel is active, each picture from 0 to its own maximum. The channels of a row differ: each has learnt to answer to ' +
      'something else. The last picture is the mean of all of them, scaled to 0 to 1.',
  });
  return fitWidth(figure, PAGE);
}
