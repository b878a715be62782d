import { describe, expect, it } from 'vitest';
import { kernelParameters, spotlight } from '../augment';
import { applyModel, disposeModel, modelValues } from '../backbone';
import type { Config, ViewConfig } from '../config';
import { expectClose, plain } from '../testing/close';
import { smallConfig, syntheticImages } from '../testing/images';
import { expectNoLeak } from '../testing/leak';
import * as tf from '../tf';
import type { Tensor4D } from '../tf';
import { adaptiveOf, lookAt } from './look';
import { hasKernel, kernelOf, modelOf, withModel } from './source';
import type { TrainedModel } from './source';
import { evidenceOf } from './views';

const config = smallConfig();
const { data, size } = syntheticImages({ classes: 2, perClass: 2, size: config.input.sourceSize });
const images = (): Tensor4D => tf.tensor4d(new Float32Array(data), [4, size, size, 3]);
const followed = (change: Partial<ViewConfig>, theta = 0.5) => ({ view: { ...config.view, ...change }, theta });
const KERNEL = { saliency: 'kernel', mask: 'soft', kind: 'keep' } as const;

describe('lookAt', () => {
  it('gives each view config its own spotlight from one pass', () => {
    const views = [followed({}), followed({ saliencyStride: 16 }, 0.3), followed({ mask: 'mean' }), followed(KERNEL)];
    withModel(config, 2, (model) =>
      tf.tidy(() => {
        const { raw, seen, spots } = lookAt(config, model, images(), views);
        expectClose(applyModel(model, raw).logits, seen.logits, 1e-6);
        views.slice(0, 3).forEach(({ view, theta }, i) => {
          const alone = spotlight(evidenceOf(seen, view), view, tf.fill([4], theta));
          expectClose(spots[i]!.saliency, alone.saliency, 0);
          expectClose(spots[i]!.boxes, alone.boxes, 0);
        });
        const kernel = kernelOf(config, seen.maps[8]!.shape[3]);
        const alone = spotlight(evidenceOf(seen, views[3]!.view), views[3]!.view, tf.zeros([4]), kernel);
        expectClose(spots[3]!.mask, alone.mask, 0);
      }),
    );
  });

  it('asks a transformer for as much attention as its views read', () => {
    const small: Config = smallConfig({ backbone: { kind: 'vit-tiny' }, view: { saliencyStride: 16 } });
    const blocks = (saliency: ViewConfig['saliency'][]): number =>
      tf.tidy(() => {
        const views = saliency.map((one) => ({ view: { ...small.view, saliency: one }, theta: 0.5 }));
        return lookAt(small, model, images(), views).seen.attention.filter(Boolean).length;
      });
    const model = modelOf(small, 2);
    try {
      expect(blocks(['activation'])).toBe(0);
      expect(blocks(['activation', 'attention'])).toBe(1);
      expect(blocks(['attention', 'rollout'])).toBe(12);
    } finally {
      disposeModel(model);
    }
  });

  it('leaves no tensor', () => {
    const model = modelOf(config, 2);
    const views = [followed({}), followed(KERNEL)];
    expectNoLeak(() => tf.tidy(() => void lookAt(config, model, images(), views)));
    disposeModel(model);
    expectNoLeak(() => withModel(config, 2, () => undefined));
  });

  it('shows the crop of a config whose second view is not adaptive', () => {
    expect(adaptiveOf({ ...config.view, kind: 'random' }).kind).toBe('crop');
    expect(adaptiveOf({ ...config.view, kind: 'erase' }).kind).toBe('erase');
  });
});

describe('a model from plain values', () => {
  const trained = (more: TrainedModel['values'] = new Map()): TrainedModel => ({
    ...{ config, classes: 2 },
    values: withModel(config, 2, (model) => new Map([...modelValues(model), ...more])),
  });

  it('is the one it was read from, whatever number of classes it is borrowed for', () => {
    const source = trained();
    const logits = (from: TrainedModel | Config): number[] =>
      withModel(from, 2, (model) => tf.tidy(() => plain(lookAt(from, model, images(), []).seen.logits)));
    expectClose(logits(source), logits(config), 0);
    withModel(source, 7, ({ classes }) => expect(classes).toBe(2));
  });

  it('is disposed of where its use throws', () => {
    const before = tf.memory().numTensors;
    expect(() =>
      withModel(config, 2, () => {
        throw new Error('no use');
      }),
    ).toThrow('no use');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('knows whether it learnt a saliency', () => {
    const kernel = kernelParameters(8).map(
      ({ name, shape }) => [name, new Float32Array(shape.reduce((a, b) => a * b))] as const,
    );
    expect([hasKernel(config), hasKernel(trained()), hasKernel(trained(new Map(kernel)))]).toEqual([true, false, true]);
    expect(() => kernelOf(trained(), 8)('ssdp.taps.bias')).toThrow('the trained model has no ssdp.taps.bias');
  });
});
