/** What a backbone sees in one image, at the sizes of its maps. */
import * as tf from '../tf';
import { applyModel } from '../backbone';
import type { Dataset, Sample } from '../data';
import { viewGrid } from '../plots';
import type { Figure, HeatMap, Pixels } from '../plots';
import { sourceTensor, wholeView } from '../train/views';
import { configOf, withModel } from '../train/source';
import type { ModelSource } from '../train/source';
import { fitWidth, PAGE } from './fit';
import { decodeSamples, picture, rowOf } from './pixels';

/** One image and its maps, early to late. */
export interface MapsLook {
  readonly sample: Sample;
  readonly raw: Pixels;
  /** Mean over the channels of max(0, F), and how many channels there are. */
  readonly maps: readonly { readonly stride: number; readonly channels: number; readonly heat: HeatMap }[];
}

/** Sends some images through a backbone, unaugmented, and keeps its maps of stride 8, 16 and 32. */
export async function lookAtMaps(
  source: ModelSource,
  dataset: Dataset,
  samples: readonly Sample[],
): Promise<readonly MapsLook[]> {
  const { input } = configOf(source);
  const { sourceSize, imageSize, fit } = input;
  const bytes = await decodeSamples(samples, { size: sourceSize, fit });
  const n = samples.length;
  const seen = withModel(source, dataset.classes, (model) =>
    tf.tidy(() => {
      const view = wholeView(sourceTensor(bytes, sourceSize), input);
      const maps = Object.entries(applyModel(model, view).maps).map(([stride, map]) => {
        const [, height, width, channels] = map.shape;
        const values = tf.mean(tf.relu(map), 3).dataSync<'float32'>();
        return { stride: Number(stride), height, width, channels, values };
      });
      return { view: view.dataSync<'float32'>(), maps };
    }),
  );
  return samples.map((sample, i) => ({
    sample,
    raw: picture(imageSize, rowOf(seen.view, i, n)),
    maps: seen.maps.map(({ stride, channels, height, width, values }) => ({
      stride,
      channels,
      heat: { height, width, values: rowOf(values, i, n) },
    })),
  }));
}

/** One row an image: the raw view, then each map as heat over it. */
export function mapsFigure(looks: readonly MapsLook[], dataset: Dataset): Figure {
  const rows = looks.map(({ raw, maps }) => [
    { image: raw, label: 'raw view x' },
    ...maps.map(({ stride, channels, heat }) => ({
      image: raw,
      heat,
      label: `stride ${stride}: ${heat.height} x ${heat.width} x ${channels}`,
    })),
  ]);
  return fitWidth(
    viewGrid(rows, {
      title: 'One image at three depths of the network',
      rowLabels: looks.map(({ sample }) => dataset.classNames[sample.label]!),
      caption:
        'Orange is where the mean over the channels is high, each map from 0 to its own maximum. Cells grow from left to right: the network gives up ' +
        'place for meaning.',
    }),
    PAGE,
  );
}
