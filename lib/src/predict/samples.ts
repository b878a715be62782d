/** Some images of a dataset and what a model says of them. */
import { applyModel } from '../backbone';
import { inScope } from '../core/scope';
import type { Sample } from '../data';
import { softened } from '../metrics/softened';
import type { Pixels } from '../plots';
import { sourceTensor, wholeView } from '../train/views';
import { withModel } from '../train/source';
import type { TrainedModel } from '../train/source';
import { decodeSamples, picture, rowOf } from './pixels';

/** An image with its probabilities. */
export interface Prediction {
  readonly sample: Sample;
  /** What the model saw, [imageSize, imageSize]. */
  readonly seen: Pixels;
  /** softmax of the logits, [classes] */
  readonly probabilities: readonly number[];
}

/** Predicts some images, unaugmented: the raw view alone, as in every evaluation. */
export async function predictSamples(model: TrainedModel, samples: readonly Sample[]): Promise<Prediction[]> {
  const { input } = model.config;
  const { sourceSize, imageSize, fit } = input;
  const bytes = await decodeSamples(samples, { size: sourceSize, fit });
  const pass = withModel(model, model.classes, (net) =>
    inScope(() => {
      const view = wholeView(sourceTensor(bytes, sourceSize), input);
      return { seen: view.dataSync<'float32'>(), logits: applyModel(net, view).logits.dataSync<'float32'>() };
    }),
  );
  const part = (all: Float32Array, i: number): Float32Array => rowOf(all, i, samples.length);
  return samples.map((sample, i) => ({
    sample,
    seen: picture(imageSize, part(pass.seen, i)),
    probabilities: softened(part(pass.logits, i), 1),
  }));
}
