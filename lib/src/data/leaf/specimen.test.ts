import { describe, expect, it } from 'vitest';
import { cultivars } from './cultivars';
import { drawScene } from './nuisance';
import { drawSpecimen } from './specimen';
import type { Cultivar } from './traits';

const SIZE = 96;
const all = cultivars(1, 20, 4);
const at = (index: number): Cultivar => all[index] as Cultivar;
const share = (mask: Uint8Array): number => mask.reduce((sum, value) => sum + (value > 127 ? 1 : 0), 0) / mask.length;

describe('drawSpecimen', () => {
  it('gives the same bytes for the same seed, others for another', () => {
    const first = drawSpecimen(at(3), 5, SIZE);
    expect(drawSpecimen(at(3), 5, SIZE)).toEqual(first);
    expect(drawSpecimen(at(3), 6, SIZE).rgb).not.toEqual(first.rgb);
    expect(first.rgb).toHaveLength(3 * SIZE * SIZE);
    expect(first.mask).toHaveLength(SIZE * SIZE);
  });

  it('marks a small, non-empty part of every cultivar, clear of the frame', () => {
    for (const cultivar of all.filter((_, i) => i % 3 === 0)) {
      const { mask } = drawSpecimen(cultivar, cultivar.label, SIZE);
      expect(share(mask)).toBeGreaterThan(0.002);
      expect(share(mask)).toBeLessThan(0.25);
    }
  });

  it('shows the difference of two siblings mostly inside their masks', () => {
    let inside = 0;
    let total = 0;
    for (const first of [0, 8, 20, 40, 60]) {
      const [a, b] = [drawSpecimen(at(first), 9, SIZE), drawSpecimen(at(first + 1), 9, SIZE)];
      for (let i = 0; i < SIZE * SIZE; i++) {
        const change = Math.abs((a.rgb[3 * i + 1] as number) - (b.rgb[3 * i + 1] as number));
        total += change;
        if ((a.mask[i] as number) > 0 || (b.mask[i] as number) > 0) inside += change;
      }
    }
    // The masks cover about a tenth of the image; the rest of the change is shadow, and veins that end a little elsewhere.
    expect(inside / total).toBeGreaterThan(0.5);
  });

  it('keeps the scene apart from the cultivar', () => {
    // drawScene has no access to a cultivar; the corner of the image, far from leaf and shadow, shows it in the bytes.
    const corners = [0, 17, 42].map((i) => drawSpecimen(at(i), 12, SIZE).rgb.slice(0, 12));
    expect(corners[1]).toEqual(corners[0]);
    expect(corners[2]).toEqual(corners[0]);
    expect(drawScene(12)).toEqual(drawScene(12));
  });

  it('refuses a size it cannot draw', () => {
    expect(() => drawSpecimen(at(0), 1, 7)).toThrow(/size is 7; give a whole number of pixels from 32 to 1024/);
  });
});
