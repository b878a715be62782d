import { describe, expect, it } from 'vitest';
import { adaptiveView, spotlight } from '../augment';
import { applyModel, createModel, disposeModel } from '../backbone';
import type { Features } from '../backbone';
import type { ViewConfig } from '../config';
import { createRng } from '../core/rng';
import { gather } from '../data';
import { expectClose, plain } from '../testing/close';
import { expectNoLeak } from '../testing/leak';
import { smallConfig, syntheticImages } from '../testing/images';
import * as tf from '../tf';
import type { Scalar, Tensor4D } from '../tf';
import { planEpoch } from './plan';
import { attentionWanted, evidenceOf, rawView, secondView, sourceTensor } from './views';

const config = smallConfig({ training: { batchSize: 4 }, augment: { brightness: 0 } });
const IMAGES = syntheticImages({ classes: 2, perClass: 4, size: 48 });
const PLAN = planEpoch(IMAGES.count, config, 1)[0]!;
const SIZE = config.input.imageSize;

const source = (): Tensor4D => sourceTensor(gather(IMAGES, PLAN.indices).data, IMAGES.size);

/** Features whose map at the config's stride is bright in one cell of each image. */
function brightAt(y: number, x: number): Features {
  const cells = SIZE / 8;
  const map = tf.buffer([4, cells, cells, 2]);
  for (let i = 0; i < 4; i++) map.set(5, i, y, x, 1);
  const maps = {
    8: map.toTensor() as Tensor4D,
    16: tf.zeros([4, 2, 2, 1]) as Tensor4D,
    32: tf.zeros([4, 1, 1, 1]) as Tensor4D,
  };
  return { maps, attention: [] } as unknown as Features;
}

describe('sourceTensor', () => {
  it('holds the pixels as they are', () => {
    tf.tidy(() => {
      const data = Uint8Array.from({ length: 2 * 2 * 2 * 3 }, (_, i) => i * 10);
      const tensor = sourceTensor(data, 2);
      expect(tensor.shape).toEqual([2, 2, 2, 3]);
      expectClose(tensor, data, 0);
    });
  });
});

describe('what a view asks of the raw pass', () => {
  const of = (kind: ViewConfig['kind'], saliency: ViewConfig['saliency']): ViewConfig => ({
    ...config.view,
    ...{ kind, saliency },
  });

  it('is the attention that its saliency reads, and none where no adaptive view is made', () => {
    expect(attentionWanted(of('crop', 'attention'))).toBe('last');
    expect(attentionWanted(of('keep', 'rollout'))).toBe('all');
    expect(attentionWanted(of('crop', 'activation'))).toBe('none');
    for (const kind of ['none', 'random'] as const) expect(attentionWanted(of(kind, 'rollout'))).toBe('none');
  });

  it('is a map of its stride: without one it says so', () => {
    tf.tidy(() => {
      const maps = { 16: tf.ones([4, 2, 2, 2]) };
      const raw = { maps, attention: [] } as unknown as Features;
      expect(() => evidenceOf(raw, config.view)).toThrow('the backbone gives no map of stride 8 for the saliency');
    });
  });
});

describe('secondView', () => {
  it('is none, or a second ordinary augmentation', () => {
    tf.tidy(() => {
      const none = { ...config, view: { ...config.view, kind: 'none' } } as const;
      const random = { ...config, view: { ...config.view, kind: 'random' } } as const;
      const images = source();
      expect(secondView(images, PLAN, { raw: brightAt(0, 0) }, none)).toBeUndefined();
      expectClose(secondView(images, PLAN, { raw: brightAt(0, 0) }, random)!, rawView(images, PLAN.second, SIZE), 0);
    });
  });

  it('cuts the bright place of the raw view out of the source', () => {
    tf.tidy(() => {
      const tight = { ...config, view: { ...config.view, margin: 0 } };
      const images = source();
      const view = secondView(images, PLAN, { raw: brightAt(1, 2) }, tight)!;
      const boxes = Float32Array.from(
        [0, 1, 2, 3].flatMap((i) => {
          const [y1, x1, y2, x2] = PLAN.raw.boxes.subarray(i * 4, i * 4 + 4) as unknown as [
            number,
            number,
            number,
            number,
          ];
          const inside = (from: number, to: number, share: number): number => from + (to - from) * share;
          return [inside(y1, y2, 0.25), inside(x1, x2, 0.5), inside(y1, y2, 0.5), inside(x1, x2, 0.75)];
        }),
      );
      expectClose(view, rawView(images, { boxes, gains: new Float32Array(4).fill(1) }, SIZE), 1e-2);
    });
  });

  describe('by the truth', () => {
    const view = { ...config.view, saliency: 'truth', margin: 0 } as const;
    const whole = Float32Array.from({ length: 16 }, (_, i) => (i % 4 < 2 ? 0 : 1));
    const plan = { ...PLAN, raw: { ...PLAN.raw, boxes: whole } };

    it("cuts the masks' place out of the source, whatever the backbone saw, and mirrors it with the raw view", () => {
      const truth = new Uint8Array(4 * 64 * 64);
      for (let i = 0; i < 4; i++)
        for (let y = 16; y < 32; y++) truth.fill(255, i * 4096 + y * 64 + 32, i * 4096 + y * 64 + 48);
      const mirrored = whole.map((value, i) => (i % 2 === 1 ? 1 - value : value));
      tf.tidy(() => {
        const images = source();
        for (const boxes of [whole, mirrored]) {
          const seen = { ...plan, raw: { ...plan.raw, boxes } };
          const found = secondView(images, seen, { raw: brightAt(0, 0), truth }, { ...config, view })!;
          const place = [0.25, 0.5, 0.5, 0.75];
          const [x1, x2] = boxes === whole ? [place[1]!, place[3]!] : [place[3]!, place[1]!];
          const expected = Array.from({ length: 4 }, () => [place[0]!, x1, place[2]!, x2]).flat();
          expectClose(
            found,
            rawView(images, { boxes: Float32Array.from(expected), gains: PLAN.second.gains }, SIZE),
            1e-2,
          );
        }
      });
    });

    it('shows the whole raw view where an image has no mask, and says so where none were given', () => {
      tf.tidy(() => {
        const [images, raw] = [source(), brightAt(0, 0)];
        const none = secondView(images, plan, { raw, truth: new Uint8Array(4 * 64 * 64) }, { ...config, view })!;
        expectClose(none, rawView(images, plan.raw, SIZE), 1e-3);
        expect(() => secondView(images, plan, { raw }, { ...config, view })).toThrow(
          /reads the masks of the training images/,
        );
      });
    });
  });

  it('shows the whole raw view where the map is flat', () => {
    tf.tidy(() => {
      const flat = { maps: { 8: tf.ones([4, 4, 4, 2]) }, attention: [] } as unknown as Features;
      expectClose(secondView(source(), PLAN, { raw: flat }, config)!, rawView(source(), PLAN.raw, SIZE), 1e-3);
    });
  });

  it.each(['crop', 'shuffle', 'keep', 'erase'] as const)('is what SSDP makes of the evidence: %s', (kind) => {
    tf.tidy(() => {
      const view = { ...config.view, kind };
      const [images, raw] = [source(), brightAt(1, 2)];
      const spot = spotlight(evidenceOf(raw, view), view, tf.tensor1d(PLAN.theta));
      const frame = {
        ...{ boxes: tf.tensor2d(PLAN.raw.boxes, [4, 4]), gains: tf.tensor1d(PLAN.second.gains) },
        ...{ tiles: PLAN.tiles, size: SIZE },
      };
      const expected = adaptiveView(images, spot, frame, view);
      expectClose(secondView(images, PLAN, { raw }, { ...config, view })!, expected, 0);
    });
  });

  it('takes its brightness from the plan', () => {
    tf.tidy(() => {
      const gains = Float32Array.of(0.5, 0.5, 1, 1);
      const dim = { ...PLAN, second: { ...PLAN.second, gains } };
      const [view, plainView] = [dim, PLAN].map((plan) =>
        plain(secondView(source(), plan, { raw: brightAt(1, 1) }, config)!),
      ) as [number[], number[]];
      const half = view.length / 2;
      expectClose(
        view.slice(0, half),
        plainView.slice(0, half).map((value) => value / 2),
        1e-3,
      );
      expectClose(view.slice(half), plainView.slice(half), 1e-3);
    });
  });

  it('is not on the tape: no gradient, though the features steer it', () => {
    const model = createModel(config.backbone, 2, createRng(1));
    const variables = model.trainable.map(({ variable }) => variable);
    tf.tidy(() => {
      const images = source();
      const raw = rawView(images, PLAN.raw, SIZE);
      const loss = (read: (view: Tensor4D) => Scalar) => () => {
        const seen = applyModel(model, raw);
        return tf.add(tf.sum(tf.square(seen.logits)), read(secondView(images, PLAN, { raw: seen }, config)!)) as Scalar;
      };
      const gradients = (read: (view: Tensor4D) => Scalar) => tf.variableGrads(loss(read), variables).grads;
      const [steered, alone] = [gradients((view) => tf.sum(view) as Scalar), gradients(() => tf.scalar(0))];
      for (const { name } of variables) expectClose(steered[name]!, alone[name]!, 0);
    });
    disposeModel(model);
  });

  it('leaves nothing behind', () => {
    const [images, features] = [source(), brightAt(1, 1)];
    expectNoLeak(() => secondView(images, PLAN, { raw: features }, config)!.dispose());
    expectNoLeak(() => rawView(images, PLAN.raw, SIZE).dispose());
    tf.dispose([images, ...Object.values(features.maps)]);
  });
});
