import { describe, expect, it } from 'vitest';
import { familyErrors } from './families';

const FAMILIES = [0, 0, 1, 1];

describe('familyErrors', () => {
  it('by hand: four classes in two families', () => {
    const counts = [
      [1, 2, 0, 0],
      [0, 2, 1, 0],
      [0, 0, 3, 0],
      [1, 0, 1, 1],
    ];
    const found = familyErrors(counts, FAMILIES);
    expect(found).toMatchObject({ errors: 5, within: 3, share: 3 / 5 });
    expect(found.even).toBeCloseTo(1 / 3, 12);
    // Called 2, 4, 5 and 1 times: class 0 errs twice, and 4 of 10 calls of other classes are its sibling's; and so on.
    expect(found.called).toBeCloseTo((2 * (4 / 10) + 1 * (2 / 8) + 2 * (5 / 11)) / 5, 12);
  });

  it('is 1 where all stay, 0 where none does, and null without errors', () => {
    expect(familyErrors([[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]], FAMILIES).share).toBe(1); // prettier-ignore
    expect(familyErrors([[0, 0, 1, 0], [0, 0, 0, 1], [1, 0, 0, 0], [0, 1, 0, 0]], FAMILIES).share).toBe(0); // prettier-ignore
    expect(familyErrors([[1, 0], [0, 1]], [0, 0])).toEqual({ errors: 0, within: 0, share: null, even: null, called: null }); // prettier-ignore
  });

  it('even errors meet what even errors are expected to give', () => {
    const counts = FAMILIES.map((_, t) => FAMILIES.map((__, p) => (t === p ? 0 : 5)));
    const found = familyErrors(counts, FAMILIES);
    expect(found.share).toBeCloseTo(found.even!, 12);
    expect(found.called).toBeCloseTo(found.even!, 12);
  });

  it('refuses families that do not fit', () => {
    expect(() => familyErrors([[1]], [0, 1])).toThrow('2 families for 1 classes');
    expect(() => familyErrors([[1]], [0.5])).toThrow('entry 0 is 0.5');
  });
});
