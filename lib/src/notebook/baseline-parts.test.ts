import { describe, expect, it } from 'vitest';
import { preset } from '../config';
import type { Dataset } from '../data';
import type { BarTrace } from '../plots';
import { figureToSvg, toMarkdown } from '../report';
import { useConsole, useStripesAtHome } from '../testing/hooks';
import { smallConfig } from '../testing/images';
import * as tf from '../tf';
import { augmentFigure } from './augment-figure';
import { backboneTable } from './backbone-table';
import { epochChoice } from './epoch-choice';
import { lookAtMaps, mapsFigure } from './feature-maps';
import { headOf } from './head';
import { pickSamples } from './open';
import { softened } from './plain';
import { classifyGradient, classifyLoss } from './plain-classify';
import { pullFigure } from './pull-figure';
import { trainLive } from './train-live';
import { trainWatched, watchedFigure } from './watch-training';

let dataset: Dataset;
useStripesAtHome(3, 4, (made) => ({ dataset } = made));
const { listen } = useConsole();

describe('cross-entropy on plain arrays', () => {
  const z = [[2, 1, 0], [0.5, 0.5, 0]]; // prettier-ignore
  it('is -ln p without smoothing, and the mean over the target with it; no tensor is left', () => {
    const before = tf.memory().numTensors;
    const [a, b] = classifyLoss(z, [0, 2]);
    expect(a).toBeCloseTo(-Math.log(softened(z[0]!, 1)[0]!), 6);
    expect(b).toBeCloseTo(-Math.log(softened(z[1]!, 1)[2]!), 6);
    const p = softened(z[0]!, 1);
    const smooth = -p.reduce((sum, v, c) => sum + ((c === 0 ? 0.9 : 0) + 0.1 / 3) * Math.log(v), 0);
    expect(classifyLoss(z, [0, 2], 0.1)[0]).toBeCloseTo(smooth, 6);
    expect(classifyLoss([[0, 0, 0, 0]], [3])[0]).toBeCloseTo(Math.log(4), 6);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('has the gradient prediction minus target, as finite differences do; no tensor is left', () => {
    const before = tf.memory().numTensors;
    const found = classifyGradient(z, [0, 2], 0.1);
    expect(tf.memory().numTensors).toBe(before);
    z.forEach((row, i) =>
      row.forEach((_, c) => {
        const target = (c === [0, 2][i]! ? 0.9 : 0) + 0.1 / 3;
        expect(found[i]![c]).toBeCloseTo(softened(row, 1)[c]! - target, 6);
        const moved = (step: number) => classifyLoss([row.map((v, k) => v + (k === c ? step : 0))], [[0, 2][i]!], 0.1)[0]!; // prettier-ignore
        expect((moved(0.05) - moved(-0.05)) / 0.1).toBeCloseTo(found[i]![c]!, 3);
      }),
    );
  });

  it('refuses a label that is no class, and labels that do not pair', () => {
    expect(() => classifyLoss(z, [0, 3])).toThrow('choose from 0 to 2');
    expect(() => classifyGradient(z, [0])).toThrow('one label a row');
  });

  it('is drawn as prediction, target and their difference', () => {
    const figure = pullFigure([2, 1, 0], 0, { smoothing: 0.1 });
    const [p, t, g] = figure.data.map((trace) => (trace as BarTrace).y as readonly number[]);
    p!.forEach((value, c) => expect(value - t![c]!).toBeCloseTo(g![c]!, 6));
    expect(figureToSvg(figure)).toContain('prediction - target');
  });
});

describe('a backbone', () => {
  it('is a table from the image to the logits, with every weight in one of its rows', () => {
    for (const name of ['tiny', 'laptop'] as const) {
      const { rows, notes } = backboneTable(preset(name), 20);
      const weights = rows.reduce((sum, row) => sum + (row['weights'] as number), 0);
      expect(notes[0]).toContain(weights.toLocaleString('en'));
      expect(rows.at(-1)!['shape']).toBe('20');
    }
    expect(toMarkdown(backboneTable(preset('tiny'), 20))).toContain('2 x 2 x 128');
  });

  it('shows its maps over the raw view, and leaves no tensor', async () => {
    const before = tf.memory().numTensors;
    const looks = await lookAtMaps(smallConfig(), dataset, pickSamples(dataset, 'test', [0, 1]));
    expect(tf.memory().numTensors).toBe(before);
    expect(looks[1]!.maps.map(({ stride, heat }) => [stride, heat.height, heat.values.length])).toEqual([
      [8, 4, 16],
      [16, 2, 4],
      [32, 1, 1],
    ]);
    expect(figureToSvg(mapsFigure(looks, dataset))).toContain('stride 16: 2 x 2 x 96');
  });

  it('shows augmentation: the same draws for the same seed, the whole image without any', async () => {
    const samples = pickSamples(dataset, 'train', [0]);
    const config = smallConfig();
    const figure = await augmentFigure(dataset, samples, config, { draws: 2 });
    expect(figure.layout.images).toHaveLength(3);
    expect(await augmentFigure(dataset, samples, config, { draws: 2 })).toEqual(figure);
    const none = { ...config, augment: { cropArea: [1, 1], flip: false, brightness: 0 } } as const;
    const same = await augmentFigure(dataset, samples, none, { draws: 2 });
    expect(same.layout.images![1]!.source).toBe(same.layout.images![2]!.source);
  });
});

describe('training that is watched', () => {
  it('gives what training gives, and what the weights scored on the way', async () => {
    listen();
    const config = smallConfig({ training: { epochs: 5 } });
    const before = tf.memory().numTensors;
    const watched = await trainWatched(dataset, config, { every: 2 });
    expect(tf.memory().numTensors).toBe(before);
    const plain = await trainLive(dataset, config);
    expect(watched.epochs).toEqual(plain.epochs);
    expect(watched.evaluation).toEqual(plain.evaluation);
    expect(watched.watched.map(({ epoch }) => epoch)).toEqual([2, 4, 5]);
    expect(watched.watched.at(-1)!.test).toEqual(plain.evaluation);
    expect(watched.watched[0]!.train.images).toBe(12);
    expect(figureToSvg(watchedFigure(watched))).toContain('test images');
    await expect(trainWatched(dataset, config, { every: 0 })).rejects.toThrow('whole number from 1');
  });

  it('ends in a layer that can be computed by hand', async () => {
    listen();
    const { model, outputs } = await trainLive(dataset, smallConfig());
    const { weights, bias } = headOf(model);
    const feature = Array.from(outputs.features.subarray(0, outputs.featureSize));
    bias.forEach((b, c) => {
      const z = feature.reduce((sum, f, k) => sum + f * weights[k]![c]!, b);
      expect(z).toBeCloseTo(outputs.logits[c]!, 4);
    });
  });
});

describe('the choice of an epoch', () => {
  const labels = Array.from({ length: 40 }, (_, i) => i % 2);
  /** An epoch that is right on the images of a pattern. */
  const epochOf = (epoch: number, right: (i: number) => boolean) => {
    const predictions = labels.map((label, i) => (right(i) ? label : 1 - label));
    return { epoch, test: { predictions } } as never;
  };

  it('flatters where epochs differ by luck alone: more on the half that chose than on the other', () => {
    const watched = Array.from({ length: 12 }, (_, e) => epochOf(e + 1, (i) => ((i * 7 + e * 13) % 17) % 2 === 0));
    const found = epochChoice({ watched, labels }, { draws: 300 });
    expect(found.onChosen - found.onOther).toBeGreaterThan(0.02);
    expect(found.best).toBeGreaterThanOrEqual(found.last);
    expect(epochChoice({ watched, labels }, { draws: 300 })).toEqual(found);
  });

  it('does not where one epoch is truly best', () => {
    const watched = [epochOf(1, (i) => i < 4), epochOf(2, () => true), epochOf(3, (i) => i < 4)];
    expect(epochChoice({ watched, labels })).toMatchObject({
      best: 1,
      bestEpoch: 2,
      onChosen: 1,
      onOther: 1,
      last: 0.1,
    });
    expect(() => epochChoice({ watched: [], labels })).toThrow('nothing to choose');
  });
});
