import { describe, expect, it } from 'vitest';
import { cultivars } from './cultivars';
import { MARK_KINDS, describe as inWords, type Cultivar } from './traits';

const all = cultivars(1, 20, 4);
const families = Array.from({ length: 20 }, (_, f) => all.slice(4 * f, 4 * f + 4));

const own = (cultivar: Cultivar): string =>
  JSON.stringify(cultivar.differs.map((kind) => [kind, cultivar.marks[kind]]));

describe('cultivars', () => {
  it('numbers and names 80 cultivars of 20 families', () => {
    expect(all.map((cultivar) => cultivar.label)).toEqual(Array.from({ length: 80 }, (_, i) => i + 1));
    expect(all[0]?.name).toBe('family01-a');
    expect(all[79]?.name).toBe('family20-d');
    expect(new Set(families.map(([first]) => JSON.stringify(first?.blade))).size).toBe(20);
  });

  it('lets siblings share everything but what their `differs` name', () => {
    for (const siblings of families) {
      for (const a of siblings) {
        for (const b of siblings) {
          expect(b.blade).toEqual(a.blade);
          const shared = MARK_KINDS.filter((kind) => !a.differs.includes(kind) && !b.differs.includes(kind));
          for (const kind of shared) expect(b.marks[kind]).toEqual(a.marks[kind]);
        }
      }
    }
  });

  it('gives each sibling one to three marks, one of them its own, and no mark to all four', () => {
    for (const siblings of families) {
      expect(new Set(siblings.map(own)).size).toBe(4);
      for (const cultivar of siblings) {
        expect(cultivar.differs.length).toBeGreaterThanOrEqual(1);
        expect(cultivar.differs.length).toBeLessThanOrEqual(3);
        const others = new Set(siblings.filter((other) => other !== cultivar).flatMap((other) => other.differs));
        expect(cultivar.differs.some((kind) => !others.has(kind))).toBe(true);
        expect(inWords(cultivar)).toHaveLength(cultivar.differs.length);
        for (const kind of cultivar.differs) expect(cultivar.marks[kind].amount).not.toBe(0);
      }
    }
  });

  it('begins a larger set with the smaller one, and changes with the seed', () => {
    expect(cultivars(1, 5, 4)).toEqual(all.slice(0, 20));
    expect(cultivars(2, 1, 4)).not.toEqual(all.slice(0, 4));
    expect(() => cultivars(1, 2, 9)).toThrow(/perFamily is 9; give 1 to 8/);
  });
});
