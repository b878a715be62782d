import { afterEach, expect, it } from 'vitest';
import { preset } from '../config';
import { createRng } from '../core/rng';
import { expectClose } from '../testing/close';
import { randomTensor } from '../testing/gradcheck';
import * as tf from '../tf';
import type { Tensor4D } from '../tf';
import { applyModel, architectureOf, createModel, disposeModel } from './model';
import { IMAGENET_SCALE, scalePixels } from './pixels';

afterEach(() => expect(tf.memory().numTensors).toBe(0));

it('scales each channel by its own mean and deviation', () => {
  tf.tidy(() => {
    const images = tf.tensor4d([0, 128, 255, 124, 116, 104], [1, 1, 2, 3]);
    const expected = [0, 128, 255, 124, 116, 104].map((p, i) => {
      const [mean, deviation] = [[0.485, 0.456, 0.406][i % 3]!, [0.229, 0.224, 0.225][i % 3]!];
      return (p / 255 - mean) / deviation;
    });
    expectClose(scalePixels(images, IMAGENET_SCALE), expected, 1e-5);
  });
});

it('is the own one of the weights, or that of ImageNet where the config says so', () => {
  const own = (kind: 'convnet' | 'efficientnet-lite0' | 'vit-base') => architectureOf(kind, 2).pixels;
  expect(own('efficientnet-lite0')).toEqual({ mean: [127, 127, 127], deviation: [128, 128, 128] });
  expect(own('vit-base')).toEqual({ mean: [127.5, 127.5, 127.5], deviation: [127.5, 127.5, 127.5] });
  expect(architectureOf('resnet50', 2).pixels).toEqual(IMAGENET_SCALE);
  expect(architectureOf({ kind: 'vit-base', pixels: 'imagenet' }, 2).pixels).toEqual(IMAGENET_SCALE);
  expect(architectureOf(preset('paper').backbone, 2, 448).pixels).toEqual(IMAGENET_SCALE);
});

it('changes what the network sees, and nothing else', () => {
  const make = (pixels: 'own' | 'imagenet') =>
    createModel({ ...preset('tiny').backbone, batchNorm: 'frozen', pixels }, 3, createRng(1));
  const [own, imagenet] = [make('own'), make('imagenet')];
  tf.tidy(() => {
    const images = randomTensor<Tensor4D>([2, 32, 32, 3], createRng(2, 'pixels'), [0, 255]);
    // What the own scale must be given so that the network sees the images by ImageNet's.
    const given = tf.add(tf.mul(scalePixels(images, IMAGENET_SCALE), 64), 127) as Tensor4D;
    expectClose(applyModel(imagenet, images).logits, applyModel(own, given).logits, 1e-5);
  });
  [own, imagenet].forEach(disposeModel);
});
