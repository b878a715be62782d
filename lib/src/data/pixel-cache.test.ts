import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../core/rng';
import { epochOrder } from './batches';
import { createPixelCache } from './pixel-cache';

type Action = { readonly put: number; readonly bytes: number } | { readonly shrink: number };
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ put: fc.nat(12), bytes: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ shrink: fc.nat(100) }),
);

describe('a cache of pixels', () => {
  it('holds what it was given, in the order it came, and never more than its bound', () => {
    fc.assert(
      fc.property(fc.nat(120), fc.array(action, { maxLength: 60 }), (bound, actions) => {
        const cache = createPixelCache(bound);
        let model: (readonly [number, Uint8Array])[] = [];
        const held = (): number => model.reduce((sum, [, { length }]) => sum + length, 0);
        for (const one of actions) {
          if ('shrink' in one) {
            cache.shrink(one.shrink);
            while (held() > one.shrink) model = model.slice(1);
          } else {
            const pixels = new Uint8Array(one.bytes);
            cache.put(one.put, pixels);
            if (!model.some(([index]) => index === one.put) && held() + one.bytes <= bound)
              model.push([one.put, pixels]);
          }
          expect(cache.held()).toBe(held());
          expect(cache.held()).toBeLessThanOrEqual(bound);
          for (let index = 0; index <= 12; index++)
            expect(cache.get(index)).toBe(model.find(([at]) => at === index)?.[1]);
        }
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  it('finds in every epoch the share of the images that fits, where the least recently used would find far less', () => {
    const [images, fit, epochs] = [400, 200, 5];
    const stays = createPixelCache(fit);
    const recent = new Map<number, true>();
    const found = { stays: 0, recent: 0 };
    for (let epoch = 1; epoch <= epochs; epoch++) {
      for (const index of epochOrder(images, createRng(1, 'cache').int(1000), epoch)) {
        if (stays.get(index)) found.stays++;
        stays.put(index, new Uint8Array(1));
        if (recent.delete(index)) found.recent++;
        recent.set(index, true);
        if (recent.size > fit) recent.delete(recent.keys().next().value!);
      }
    }
    const seen = images * (epochs - 1);
    expect(found.stays / seen).toBe(0.5);
    expect(Math.abs(found.recent / seen - (0.5 + 0.5 * Math.log(0.5)))).toBeLessThan(0.05);
  });
});
