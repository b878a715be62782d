import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder, writeFiles } from '../data/testing';
import { findImages, patternOf } from './find';

let root = '';
beforeAll(async () => {
  root = await temporaryFolder();
  const names = ['b.png', 'a.JPG', 'notes.txt', 'deep/er/c.webp', 'deep/d.png', '.hidden/e.png', 'odd [1].png'];
  await writeFiles(root, Object.fromEntries(names.map((name) => [name, 'x'])));
  fs.mkdirSync(path.join(root, 'empty'));
});
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

const found = (...given: string[]) =>
  findImages(given.map((one) => path.join(root, one))).map((file) => path.relative(root, file));

describe('findImages', () => {
  it('takes images, folders at any depth, and patterns, each image once', () => {
    expect(found('.')).toEqual(['a.JPG', 'b.png', 'deep/d.png', 'deep/er/c.webp', 'odd [1].png']);
    expect(found('b.png', 'deep', 'b.png')).toEqual(['b.png', 'deep/d.png', 'deep/er/c.webp']);
    expect(found('*.png')).toEqual(['b.png', 'odd [1].png']);
    expect(found('**/*.{png,webp}')).toEqual(['b.png', 'deep/d.png', 'deep/er/c.webp', 'odd [1].png']);
    expect(found('deep/**/?.webp')).toEqual(['deep/er/c.webp']);
  });

  it('takes a file whose name looks like a pattern as it is, and leaves a missing one to the reader', () => {
    expect(found('odd [1].png', 'nowhere.png')).toEqual(['odd [1].png', 'nowhere.png']);
  });

  it('says where there is nothing', () => {
    expect(() => found('empty')).toThrow(/holds no images/);
    expect(() => found('*.gif')).toThrow(/No image matches/);
    expect(() => found('nowhere/*.png')).toThrow(/No image matches/);
  });
});

it('patterns mean what a shell means by them', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['a*.png', 'abc.png', true],
    ['a*.png', 'a/b.png', false],
    ['**/x.png', 'x.png', true],
    ['**/x.png', 'a/b/x.png', true],
    ['a.png', 'aXpng', false],
    ['[a-c]?.png', 'b1.png', true],
    ['[!a-c].png', 'b.png', false],
    ['{x,y.z}.png', 'y.z.png', true],
    ['a(b)+$.png', 'a(b)+$.png', true],
  ];
  for (const [pattern, name, is] of cases) expect(patternOf(pattern).test(name), `${pattern} ${name}`).toBe(is);
});
