import { describe, expect, it } from 'vitest';
import { preset } from '../config';
import type { ViewConfig } from '../config';
import { drawParameter } from '../core/parameter';
import { createRng } from '../core/rng';
import { expectClose } from '../testing/close';
import { randomTensor } from '../testing/gradcheck';
import { expectNoLeak } from '../testing/leak';
import * as tf from '../tf';
import type { Scalar, Tensor, Tensor4D } from '../tf';
import { kernelParameters, kernelSaliency } from './kernel';
import { resizeMap } from './resize';
import { activationSaliency, attentionSaliency, rolloutSaliency } from './saliency';
import { saliencyOf, spotlight } from './ssdp';
import type { Evidence } from './ssdp';

const rng = createRng(1, 'ssdp');
const view: ViewConfig = { ...preset('laptop').view, saliencyStride: 8 };
const seen = (map: Tensor4D, attention: readonly Tensor4D[] = []): Evidence => ({ map, attention });
const half = () => tf.tensor1d([0.5]);

/** A map of faint noise with a bright patch. */
function withPatch([y1, x1, y2, x2]: readonly [number, number, number, number]): Tensor4D {
  const map = tf.buffer<tf.Rank.R4>([1, 8, 8, 3]);
  for (let y = 0; y < 8; y++) {
    for (let x = 0; x < 8; x++) {
      const inside = y >= y1 && y < y2 && x >= x1 && x < x2;
      for (let c = 0; c < 3; c++) map.set((inside ? 2 : 0) + 0.2 * rng.uniform(), 0, y, x, c);
    }
  }
  return map.toTensor();
}

/** What a transformer gives: patch tokens on a 3 x 4 grid, and two blocks' attention. */
const fromTransformer = (): Evidence => {
  const block = () => tf.softmax(randomTensor<Tensor4D>([1, 2, 13, 13], rng, [-2, 2]));
  return seen(randomTensor<Tensor4D>([1, 3, 4, 5], rng), [block(), block()]);
};

function kernelWeights(channels: number): (name: string) => Tensor {
  const entries = kernelParameters(channels).map((spec) => {
    return [spec.name, tf.tensor(drawParameter(spec, rng), [...spec.shape])] as const;
  });
  const byName = new Map(entries);
  return (name) => byName.get(name)!;
}

describe('saliencyOf', () => {
  it('reads what the config names, on the grid of stride 8', () => {
    tf.tidy(() => {
      const evidence = fromTransformer();
      const weights = kernelWeights(5);
      const coarse = { ...view, saliencyStride: 16 } as const;
      const found = (saliency: ViewConfig['saliency']) => saliencyOf(evidence, { ...coarse, saliency }, weights);
      const [, last] = evidence.attention;
      expectClose(found('activation'), resizeMap(activationSaliency(evidence.map), [6, 8]), 1e-6);
      expectClose(found('attention'), resizeMap(attentionSaliency(last!, [3, 4]), [6, 8]), 1e-6);
      expectClose(found('rollout'), resizeMap(rolloutSaliency(evidence.attention, [3, 4]), [6, 8]), 1e-6);
      expectClose(found('kernel'), resizeMap(kernelSaliency(evidence.map, weights), [6, 8]), 1e-6);
    });
  });

  it('tells what the evidence lacks', () => {
    tf.tidy(() => {
      const evidence = seen(tf.ones([1, 2, 2, 3]));
      const found = (saliency: ViewConfig['saliency']) => () => saliencyOf(evidence, { ...view, saliency });
      expect(found('attention')).toThrow('ask it for "last"');
      expect(found('rollout')).toThrow('ask it for "all"');
      expect(found('kernel')).toThrow('give those of kernelParameters');
    });
  });

  it.each(['activation', 'attention', 'rollout', 'kernel'] as const)(
    'by %s sends no gradient to the features',
    (saliency) => {
      tf.tidy(() => {
        const { map, attention } = fromTransformer();
        const weights = kernelWeights(5);
        const options = { ...view, saliency, saliencyStride: 16, mask: 'soft' } as const;
        const steered = (x: Tensor, block: Tensor): Scalar => {
          const { mask } = spotlight(seen(x as Tensor4D, [block as Tensor4D]), options, half(), weights);
          const own = tf.add(tf.sum(tf.square(x)), tf.sum(block));
          return tf.add(own, tf.mul(100, tf.sum(mask))) as Scalar;
        };
        const [toMap, toAttention] = tf.grads(steered as never)([map, attention[0]!]) as [Tensor, Tensor];
        expectClose(toMap, tf.mul(2, map), 1e-6);
        expectClose(toAttention, tf.ones([2 * 13 * 13]), 0);
      });
    },
  );

  it('by a kernel sends its gradient to the weights, through the refined soft mask', () => {
    tf.tidy(() => {
      const { map } = fromTransformer();
      const weights = kernelWeights(5);
      const options = { ...view, saliency: 'kernel', saliencyStride: 16, mask: 'soft' } as const;
      const taps = weights('ssdp.taps.bias');
      const pick = randomTensor([1, 6, 8], rng);
      const lookup = (bias: Tensor) => (name: string) => (name === 'ssdp.taps.bias' ? bias : weights(name));
      const through = (bias: Tensor) => tf.sum(tf.mul(spotlight(seen(map), options, half(), lookup(bias)).mask, pick));
      const direct = (bias: Tensor) => tf.sum(tf.mul(resizeMap(kernelSaliency(map, lookup(bias)), [6, 8]), pick));
      const gradient = tf.grad(through)(taps);
      expect(tf.max(tf.abs(gradient)).dataSync()[0]).toBeGreaterThan(1e-3);
      expectClose(gradient, tf.grad(direct)(taps), 1e-6);
    });
  });
});

describe('spotlight', () => {
  it.each(['mean', 'fraction'] as const)('finds a bright patch by the %s mask', (mask) => {
    tf.tidy(() => {
      const found = spotlight(seen(withPatch([2, 5, 4, 8])), { ...view, mask, margin: 0 }, half());
      expectClose(found.boxes, [0.25, 0.625, 0.5, 1], 1e-6);
      expectClose(tf.sum(found.mask), 6, 0);
      expect([found.saliency.shape, found.mask.shape, found.boxes.shape]).toEqual([
        [1, 8, 8],
        [1, 8, 8],
        [1, 4],
      ]);
    });
  });

  it('finds a bright patch of 6 cells by the 6 highest', () => {
    tf.tidy(() => {
      const top = { ...view, mask: 'topk', topShare: 6 / 64, margin: 0 } as const;
      expectClose(spotlight(seen(withPatch([2, 5, 4, 8])), top, half()).boxes, [0.25, 0.625, 0.5, 1], 1e-6);
    });
  });

  it('has the saliency as its soft mask, and the whole view as the box of one', () => {
    tf.tidy(() => {
      const map = tf.concat([withPatch([2, 5, 4, 8]), withPatch([0, 0, 1, 1])], 0);
      const { saliency, mask, boxes } = spotlight(seen(map), { ...view, mask: 'soft' }, tf.tensor1d([0.5, 0.5]));
      expectClose(mask, saliency, 0);
      expectClose(boxes, [0, 0, 1, 1, 0, 0, 1, 1], 0);
    });
  });

  it.each([
    [16, 16],
    [32, 32],
  ] as const)('draws the mask of a map at stride %i on the grid of stride 8', (saliencyStride, side) => {
    tf.tidy(() => {
      const options = { ...view, saliencyStride, margin: 0 } as const;
      const { saliency, mask, boxes } = spotlight(seen(withPatch([2, 4, 4, 8])), options, half());
      expect([saliency.shape, mask.shape]).toEqual([
        [1, side, side],
        [1, side, side],
      ]);
      // The half-way line between patch and ground lies on the patch's own border, give or take the noise: one cell of the fine grid.
      expectClose(boxes, [0.25, 0.5, 0.5, 1], { absolute: 1.01 / side });
    });
  });

  it('widens the box by the margin', () => {
    tf.tidy(() => {
      const { boxes } = spotlight(seen(withPatch([2, 2, 4, 6])), { ...view, margin: 0.1 }, half());
      expectClose(boxes, [0.25 - 0.025, 0.25 - 0.05, 0.5 + 0.025, 0.75 + 0.05], 1e-6);
    });
  });

  it.each([16, 32] as const)('refines a map of stride %i to the grid of stride 8', (saliencyStride) => {
    tf.tidy(() => {
      const cells = 64 / saliencyStride;
      const map = tf.buffer<tf.Rank.R4>([1, cells, cells, 1]);
      map.set(1, 0, 0, cells - 1, 0);
      const coarse = { ...view, saliencyStride, margin: 0 };
      const { saliency, boxes } = spotlight(seen(map.toTensor()), coarse, half());
      expect(saliency.shape).toEqual([1, 8, 8]);
      // Half of the peak is reached half a cell beyond the bright cell's centre, that is at its edge.
      expectClose(boxes, [0, 1 - 1 / cells, 1 / cells, 1], 1e-6);
      const flat = spotlight(seen(tf.fill([1, cells, cells, 1], 2)), coarse, half());
      expectClose(flat.boxes, [0, 0, 1, 1], 0);
    });
  });

  it('leaves nothing behind', () => {
    const [map, theta] = [withPatch([1, 1, 3, 3]), half()];
    for (const mask of ['fraction', 'soft'] as const) {
      expectNoLeak(() => tf.dispose(spotlight(seen(map), { ...view, mask, saliencyStride: 16 }, theta) as never));
    }
    tf.dispose([map, theta]);
  });
});
