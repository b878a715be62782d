import { describe, expect, it } from 'vitest';
import { shareInterval } from './proportion';

describe('shareInterval', () => {
  // Newcombe, Statistics in Medicine 17 (1998), table I, method 3 (score method without continuity correction).
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('%i of %i lies in %f to %f', (k, n, low, high) => {
    const found = shareInterval(k, n);
    expect(found.mean).toBeCloseTo(k / n, 12);
    expect(found.low).toBeCloseTo(low, 4);
    expect(found.high).toBeCloseTo(high, 4);
  });

  it('mirrors successes and failures, and narrows with more images', () => {
    const [a, b] = [shareInterval(2, 10), shareInterval(8, 10)];
    expect(a.low).toBeCloseTo(1 - b.high!, 12);
    const width = (k: number, n: number): number => shareInterval(k, n).high! - shareInterval(k, n).low!;
    expect(width(20, 100)).toBeLessThan(width(2, 10));
    expect(shareInterval(3, 3)).toMatchObject({ mean: 1, high: 1 });
    expect(shareInterval(3, 3).low).toBeCloseTo(3 / (3 + 1.959963984540054 ** 2), 9);
  });

  it('refuses what is no count and no level', () => {
    expect(() => shareInterval(4, 3)).toThrow('from 0 to 3');
    expect(() => shareInterval(0.5, 3)).toThrow('whole number');
    expect(() => shareInterval(0, 0)).toThrow('from 1 on');
    expect(() => shareInterval(1, 3, 95)).toThrow('between 0 and 1');
  });
});
