/** What 03-ssdp-views shows: channels, choices of masks and views, the threshold as a curve, the brief of a localisation. */
import { describe, expect, it } from 'vitest';
import { localise } from '../ablation';
import type { Dataset } from '../data';
import { figureToSvg, toMarkdown } from '../report';
import { useStripes } from '../testing/hooks';
import { smallConfig } from '../testing/images';
import * as tf from '../tf';
import { channelsFigure, lookAtChannels } from './channels';
import { choicesFigure, choicesTable, secondViewsFigure } from './choices-figure';
import { linesFigure } from './lines-figure';
import { localisationBrief } from './localisation-brief';
import { pickSamples } from './open';
import { mapSaliency, masksOf } from './plain-masks';
import { thetaCurve, thetaFigure } from './theta-curve';
import { lookAtChoices, lookAtViews } from './views';

let dataset: Dataset;
const config = smallConfig();
const text = { title: 'Masks', caption: 'Four of them.' };
useStripes(3, 4, (made) => ({ dataset } = made));

describe('saliency and masks of hand-made numbers', () => {
  it('are those of the equations, and leave no tensor', () => {
    const before = tf.memory().numTensors;
    const map = [[[0, 0.4], [0.2, -0.5]], [[1, 0.8], [0.6, 0.6]]]; // prettier-ignore
    const saliency = mapSaliency(map);
    const means = [0.2, 0.1, 0.9, 0.6];
    saliency.flat().forEach((value, i) => expect(value).toBeCloseTo((means[i]! - 0.1) / 0.8, 6));
    const masks = masksOf(saliency, { theta: 0.7, topShare: 0.5 });
    expect([masks.mean, masks.fraction, masks.topk]).toEqual([[[0, 0], [1, 1]], [[0, 0], [1, 0]], [[0, 0], [1, 1]]]); // prettier-ignore
    expect(masks.soft.flat()).toEqual(saliency.flat());
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('channels', () => {
  it('are the strongest ones in order, and leave no tensor', async () => {
    const before = tf.memory().numTensors;
    const look = await lookAtChannels(config, dataset, pickSamples(dataset, 'test', [0])[0]!, { keep: 2 });
    expect(tf.memory().numTensors).toBe(before);
    const [first, second] = look.strongest.map(({ heat }) => Array.from(heat.values).reduce((a, b) => a + b, 0));
    expect(first).toBeGreaterThanOrEqual(second!);
    expect(figureToSvg(channelsFigure([look], ['class 1']))).toContain(`all ${look.channels}`);
  });
});

describe('lookAtChoices', () => {
  it('gives what lookAtViews gives, for each choice by its name, and leaves no tensor', async () => {
    const before = tf.memory().numTensors;
    const samples = pickSamples(dataset, 'test', [0, 1]);
    const found = await lookAtChoices(config, dataset, samples, {
      own: { theta: 0.6 },
      soft: { view: { mask: 'soft', kind: 'keep' } },
      control: { view: { kind: 'random' } },
      kernel: { view: { saliency: 'kernel', mask: 'soft', kind: 'erase' } },
    });
    expect(tf.memory().numTensors).toBe(before);
    expect(found.own).toEqual(await lookAtViews(config, dataset, samples, { theta: 0.6 }));
    expect(found.soft[0]!.box).toEqual({ top: 0, left: 0, height: 32, width: 32 });
    expect(found.control[0]!.cut.data).not.toEqual(found.own[0]!.cut.data);
    expect(found.control[0]!.raw).toEqual(found.own[0]!.raw);
    const svg = figureToSvg(choicesFigure(found, { ...text, image: 1, parts: ['saliency', 'mask', 'box', 'cut'] }));
    expect(svg).toContain('control');
    expect(() => choicesFigure(found, { ...text, image: 2 })).toThrow('choose from 0 to 1');
    expect(figureToSvg(secondViewsFigure(found, dataset, text))).toContain('raw view x');
    expect(choicesTable(found).rows.map(({ name }) => name)).toEqual(['own', 'soft', 'control', 'kernel']);
  });

  it('refuses what cannot work, and what has no second view', async () => {
    const samples = pickSamples(dataset, 'test', [0]);
    const asked = (view: object) => lookAtChoices(config, dataset, samples, { it: { view } });
    await expect(asked({ saliency: 'kernel', mask: 'fraction', kind: 'crop' })).rejects.toThrow('zero by construction');
    await expect(asked({ kind: 'none' })).rejects.toThrow('no second view');
  });
});

describe('the threshold as a curve', () => {
  it('a higher threshold never widens the box', async () => {
    const thetas = [0.1, 0.5, 0.9];
    const curve = await thetaCurve(config, dataset, pickSamples(dataset, 'test', [0, 1, 2]), thetas);
    expect(curve.map(({ theta }) => theta)).toEqual(thetas);
    for (const name of ['area', 'kept', 'centre'] as const) {
      const values = curve.map((point) => point[name]);
      expect(values.every((v) => v >= 0 && v <= 1 + 1e-6)).toBe(true);
      expect([...values].sort((a, b) => b - a)).toEqual(values);
    }
    expect(figureToSvg(thetaFigure(curve, 3))).toContain('mean over 3 images');
    const blind = { ...dataset, maskOf: undefined };
    await expect(thetaCurve(config, blind, pickSamples(dataset, 'test', [0]), [0.5])).rejects.toThrow('ground truth');
  });

  it('lines of another length than their axis are refused', () => {
    const options = { ...text, x: [1, 2], xTitle: 'x', yTitle: 'y' };
    expect(figureToSvg(linesFigure({ a: [1, 2], b: { y: [2, 4], dash: 'dash' } }, { ...options, log: 'both' }))).toContain('<svg'); // prettier-ignore
    expect(() => linesFigure({ a: [1] }, options)).toThrow('"a" has 1 values for 2 places');
  });
});

describe('the brief of a localisation', () => {
  it('has one row a measure, and refuses a row that is not there', async () => {
    const found = await localise(config, dataset, { split: 'test' });
    const table = localisationBrief(found);
    expect(table.rows).toHaveLength(4);
    expect(toMarkdown(table)).toContain(found.id);
    expect(() => localisationBrief(found, 99)).toThrow('row 99');
  });
});
