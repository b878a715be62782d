/** Decoded images by their index, within a bound of bytes. */
export interface PixelCache {
  get(index: number): Uint8Array | undefined;
  /** Keeps an image where it fits beside the others; drops none for it. */
  put(index: number, pixels: Uint8Array): void;
  /** Drops images, the oldest first, until at most `bytes` are held. */
  shrink(bytes: number): void;
  /** Bytes held. */
  held(): number;
}

/**
 * A cache in which an image that came stays. An epoch asks for every image once, in a new order: the image that was used longest ago is then
 * the one that comes back soonest, so a cache that drops it (LRU) finds least. Where half of the images fit, this cache finds half of
 * them in every epoch, LRU 15 %: (1 - u)(1 - v) >= 1 - c for u, v uniform has the probability c + (1 - c) ln(1 - c), c the share that fits.
 *
 * Source: Mohan, Phanishayee, Raniwala, Chidambaram, "Analyzing and Mitigating Data Stalls in DNN Training", VLDB 2021 (MinIO).
 *
 * @param bound bytes
 */
export function createPixelCache(bound: number): PixelCache {
  const images = new Map<number, Uint8Array>();
  let held = 0;
  return {
    get: (index) => images.get(index),
    put(index, pixels) {
      if (images.has(index) || held + pixels.length > bound) return;
      images.set(index, pixels);
      held += pixels.length;
    },
    shrink(bytes) {
      for (const [index, { length }] of images) {
        if (held <= bytes) return;
        images.delete(index);
        held -= length;
      }
    },
    held: () => held,
  };
}
