import { expect, it } from 'vitest';
import { editDistance, nearestWords } from './nearest';

it('counts the letters to change', () => {
  expect(['kitten', '', 'abc', 'ab'].map((word, i) => editDistance(word, ['sitting', 'abc', 'abc', 'ba'][i]!))).toEqual(
    [3, 3, 0, 2],
  );
});

it('gives the nearest words first', () => {
  expect(nearestWords('marign', ['kind', 'margin', 'mask', 'margins'], 2)).toEqual(['margin', 'margins']);
});
