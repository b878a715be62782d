import { expect, it } from 'vitest';
import { overlay } from './overlay';

const grey = (side: number) => ({ height: side, width: side, data: new Uint8Array(side * side * 3).fill(100) });
const pixel = (data: ArrayLike<number>, i: number) => Array.from(data).slice(3 * i, 3 * i + 3);

it('leaves the picture where the map is nothing, and is orange where it is most', () => {
  const { data, height, width } = overlay(grey(2), { height: 2, width: 2, values: [0, 0, 0, 0.5] });
  expect([height, width]).toEqual([2, 2]);
  expect(pixel(data, 0)).toEqual([100, 100, 100]);
  // 0.2 x 100 + 0.8 x (213, 94, 0)
  expect(pixel(data, 3)).toEqual([190, 95, 20]);
});

it('goes on between the middles of the cells', () => {
  const { data } = overlay(grey(4), { height: 1, width: 2, values: [0, 1] });
  const red = [0, 1, 2, 3].map((x) => pixel(data, x)[0]!);
  expect(red[0]).toBe(100);
  expect(red[1]).toBeGreaterThan(red[0]!);
  expect(red[2]).toBeLessThan(red[3]!);
  expect(pixel(data, 12)).toEqual(pixel(data, 0));
});

it('leaves the picture under a map of nothing but zeros, and takes a map of one cell', () => {
  expect(overlay(grey(2), { height: 1, width: 1, values: [0] })).toEqual(grey(2));
});

it('refuses sizes that do not fit', () => {
  expect(() => overlay(grey(2), { height: 2, width: 2, values: [1] })).toThrow('1 values are not 2 x 2');
  expect(() => overlay({ ...grey(2), height: 3 }, { height: 1, width: 1, values: [1] })).toThrow('3 channels');
});
