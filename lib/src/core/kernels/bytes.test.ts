import { describe, expect, it } from 'vitest';
import { expectNoLeak } from '../../testing/leak';
import { fromBytes, plainFromBytes } from './bytes';

const BYTES = Uint8Array.from({ length: 2 * 8 * 8 * 6 }, (_, i) => (i * 37) % 256);
const SHAPE = [2, 8, 8, 6] as const;

describe('bytes as numbers', () => {
  it('are those of the plain form, every byte from 0 to 255', () => {
    const [native, plain] = [fromBytes(BYTES, SHAPE), plainFromBytes(BYTES, SHAPE)];
    expect([native.shape, native.dtype]).toEqual([plain.shape, 'float32']);
    expect(new Set(BYTES).size).toBe(256);
    expect(native.dataSync()).toEqual(plain.dataSync());
    expect(Array.from(native.dataSync())).toEqual(Array.from(BYTES));
    [native, plain].forEach((tensor) => tensor.dispose());
  });

  it('are a copy: the bytes may be used again', () => {
    const bytes = BYTES.slice();
    const tensor = fromBytes(bytes, SHAPE);
    bytes.fill(0);
    expect(Array.from(tensor.dataSync())).toEqual(Array.from(BYTES));
    tensor.dispose();
  });

  it('of a part of a buffer, and none at all', () => {
    const part = fromBytes(BYTES.subarray(5, 5 + 12), [1, 2, 2, 3]);
    expect(Array.from(part.dataSync())).toEqual(Array.from(BYTES.subarray(5, 17)));
    const none = fromBytes(new Uint8Array(0), [0, 2, 2, 3]);
    expect(none.shape).toEqual([0, 2, 2, 3]);
    [part, none].forEach((tensor) => tensor.dispose());
  });

  it('leaves nothing behind', () => expectNoLeak(() => fromBytes(BYTES, SHAPE).dispose()));
});
