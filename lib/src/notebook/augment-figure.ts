/** Ordinary augmentation in pictures: what training sees of an image, epoch after epoch. */
import * as tf from '../tf';
import { drawAugmentation } from '../augment';
import type { Config } from '../config';
import { createRng } from '../core/rng';
import type { Dataset, Sample } from '../data';
import { viewGrid } from '../plots';
import type { Figure, View } from '../plots';
import { rawView, sourceTensor } from '../train';
import { fitWidth, PAGE } from './fit';
import { decodeSamples, picture, rowOf } from './pixels';

/** One row an image: as it is on disk, then `draws` raw views of it, as a config's training would draw them. */
export async function augmentFigure(
  dataset: Dataset,
  samples: readonly Sample[],
  config: Config,
  { draws = 5 }: { readonly draws?: number } = {},
): Promise<Figure> {
  const { input, augment, seed } = config;
  const rows: View[][] = [];
  for (const [i, sample] of samples.entries()) {
    const data = await decodeSamples([sample], { size: input.sourceSize, fit: input.fit });
    const whole = { height: input.sourceSize, width: input.sourceSize, data };
    const drawn = drawAugmentation(draws, augment, createRng(seed, 'augmentation in pictures', i));
    const views = tf.tidy(() => {
      const source = tf.tile(sourceTensor(data, input.sourceSize), [draws, 1, 1, 1]);
      return rawView(source, drawn, input.imageSize).dataSync<'float32'>();
    });
    const view = (k: number): View => ({
      image: picture(input.imageSize, rowOf(views, k, draws)),
      label: `draw ${k + 1}`,
    });
    rows.push([{ image: whole, label: 'on disk' }, ...Array.from({ length: draws }, (_, k) => view(k))]);
  }
  const [low, high] = augment.cropArea;
  return fitWidth(
    viewGrid(rows, {
      title: 'The same image, as training sees it',
      rowLabels: samples.map(({ label }) => dataset.classNames[label]!),
      caption:
        `Left: the image on disk. Right: raw views as training draws them anew each epoch: a square crop of ${low * 100} to ${high * 100} % of the area, ` +
        `${augment.flip ? 'mirrored half of the time' : 'never mirrored'}, brightness up to ${Math.round(augment.brightness * 100)} % up or down. The label stays the same.`,
    }),
    PAGE,
  );
}
