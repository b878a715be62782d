import { promises as fs } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DatasetError } from './errors';
import { flatPng, temporaryFolder, writeDataset, writeFiles } from './testing';
import { readUfg } from './ufg';

let base: string;
let root: string;
const at = (...parts: string[]): string => path.join(root, ...parts);
const append = (file: string, text: string): Promise<void> => fs.appendFile(at(file), text);

beforeEach(async () => {
  base = await fs.realpath(await temporaryFolder());
  root = path.join(base, 'cotton');
  await writeDataset(root, 3, [2, 1]);
});
afterEach(() => fs.rm(base, { recursive: true, force: true }));

async function problemsOf(folder = root): Promise<readonly string[]> {
  const error = await readUfg(folder).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DatasetError);
  const { problems, message } = error as DatasetError;
  for (const line of problems) expect(line).toMatch(/: .+; allowed: .+; to mend it: .+\.$/);
  expect(message).toContain(problems.length === 1 ? '1 problem' : `${problems.length} problems`);
  return problems;
}

describe('readUfg on good data', () => {
  it('reads splits, labels from 0, absolute files and lines', async () => {
    const dataset = await readUfg(root);
    expect(dataset).toMatchObject({ name: 'cotton', root, classes: 3, classNames: ['class 1', 'class 2', 'class 3'] });
    expect(dataset.train.samples).toHaveLength(6);
    expect(dataset.train.samples[2]).toEqual({
      file: at('images', '2_1_train.png'),
      name: '2_1_train.png',
      label: 1,
      line: 3,
    });
    expect(Object.keys(dataset.tests)).toEqual(['test']);
    expect(dataset.maskOf).toBeUndefined();
  });

  it('tolerates CRLF, a byte order mark and blank lines, and the fingerprint does not see them', async () => {
    const before = await readUfg(root);
    const text = await fs.readFile(at('anno/train.txt'), 'utf8');
    await fs.writeFile(at('anno/train.txt'), '\ufeff\r\n' + text.replaceAll('\n', '\r\n\r\n'));
    const after = await readUfg(root);
    expect(after.train.samples.map((sample) => sample.name)).toEqual(before.train.samples.map((sample) => sample.name));
    expect(after.fingerprint).toBe(before.fingerprint);
  });

  it('names the data, not the path, with its fingerprint', async () => {
    const before = await readUfg(root);
    await fs.cp(root, path.join(base, 'copy'), { recursive: true });
    expect((await readUfg(path.join(base, 'copy'))).fingerprint).toBe(before.fingerprint);
    await writeFiles(root, { 'images/1_1_test.png': await flatPng([1, 2, 3], 64) });
    expect((await readUfg(root)).fingerprint).not.toBe(before.fingerprint);
  });

  it('reads classes.txt, further test splits and masks, and never val.txt', async () => {
    await writeFiles(root, {
      'classes.txt': '1 ak\n2 ala idris\n3 dimnit\n',
      'anno/test_large.txt': '1_1_test.png 1\n',
      'anno/val.txt': 'nonsense\n',
      'anno/test.txt.bak': 'nonsense\n',
      'masks/1_1_test.png': await flatPng([255, 255, 255]),
    });
    const dataset = await readUfg(root, { name: 'mine' });
    expect(dataset.name).toBe('mine');
    expect(dataset.classNames).toEqual(['ak', 'ala idris', 'dimnit']);
    expect(Object.keys(dataset.tests)).toEqual(['test', 'test_large']);
    const masks = dataset.tests['test']?.samples.map((sample) => dataset.maskOf?.(sample));
    expect(masks).toEqual([at('masks', '1_1_test.png'), undefined, undefined]);
  });

  it('finds images in images_pytorch/ and images_nts/, and takes the folder that holds them', async () => {
    for (const folder of ['images_nts', 'images_pytorch']) {
      await fs.rename(at('images'), at(folder));
      await fs.mkdir(at('images'));
      expect((await readUfg(root)).train.samples[0]?.file).toBe(at(folder, '1_1_train.png'));
      await fs.rmdir(at('images'));
      await fs.rename(at(folder), at('images'));
    }
  });

  it('accepts a root that is a link, links inside it, and images in folders', async () => {
    await fs.symlink(root, path.join(base, 'link'));
    await fs.mkdir(at('images', 'a b'));
    await fs.rename(at('images', '1_1_test.png'), at('images', 'a b', 'x y.png'));
    await fs.symlink(path.join('a b', 'x y.png'), at('images', '1_1_test.png'));
    const dataset = await readUfg(path.join(base, 'link'));
    expect(dataset.name).toBe('link');
    expect(dataset.root).toBe(root);
  });

  it('counts progress and stops at a signal', async () => {
    const seen: number[] = [];
    await readUfg(root, { onProgress: (done, total) => seen.push(done / total) });
    expect(seen.at(-1)).toBe(1);
    await expect(readUfg(root, { signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow('stop');
  });
});

describe('readUfg on bad data', () => {
  it('a missing folder, a folder without anno/, a folder of datasets', async () => {
    expect((await problemsOf(path.join(base, 'none')))[0]).toMatch(
      /none: there is no such folder; allowed: a folder with anno/,
    );
    expect((await problemsOf(base))[0]).toMatch(
      /^anno\/: there is no such folder; .*give one of the folders in it: cotton/,
    );
    await fs.rename(at('anno'), at('annotations'));
    expect((await problemsOf())[0]).toMatch(/give the folder that holds anno/);
  });

  it('a missing annotation, a folder in its place, zero bytes, only blank lines, bytes that are not UTF-8', async () => {
    await fs.rm(at('anno/test.txt'));
    expect(await problemsOf()).toEqual([expect.stringMatching(/^anno\/test.txt: the file is missing/)]);
    await fs.mkdir(at('anno/test.txt'));
    expect((await problemsOf())[0]).toMatch(/^anno\/test.txt: a folder .* stands where a file should be/);
    await fs.rmdir(at('anno/test.txt'));
    await fs.writeFile(at('anno/test.txt'), '');
    expect((await problemsOf())[0]).toMatch(/^anno\/test.txt: the file has zero bytes/);
    await fs.writeFile(at('anno/test.txt'), '\n\n');
    expect((await problemsOf())[0]).toMatch(/^anno\/test.txt: the split is empty/);
    await fs.writeFile(at('anno/test.txt'), Buffer.from([0xff, 0xfe, 0x61, 0]));
    expect((await problemsOf())[0]).toMatch(/^anno\/test.txt: the bytes are not UTF-8/);
  });

  it('no folder of images, or one that is a link to elsewhere', async () => {
    await fs.rename(at('images'), path.join(base, 'elsewhere'));
    expect((await problemsOf())[0]).toMatch(/^images\/: the dataset has no folder of images; .*images_nts/);
    await fs.symlink(path.join(base, 'elsewhere'), at('images'));
    expect((await problemsOf())[0]).toMatch(/^images\/: the folder is a link that leaves the dataset/);
  });

  it('images that are missing, empty, folders, or links that leave the dataset: all at once, each with its line', async () => {
    await fs.rm(at('images/1_1_train.png'));
    await fs.writeFile(at('images/1_2_train.png'), '');
    await fs.rm(at('images/2_1_train.png'));
    await fs.mkdir(at('images/2_1_train.png'));
    await fs.rename(at('images/1_1_test.png'), path.join(base, 'outside.png'));
    await fs.symlink(path.join(base, 'outside.png'), at('images/1_1_test.png'));
    expect(await problemsOf()).toEqual([
      expect.stringMatching(/^anno\/train.txt:1: the image "images\/1_1_train.png" is missing/),
      expect.stringMatching(/^anno\/train.txt:2: the image "images\/1_2_train.png" has zero bytes/),
      expect.stringMatching(/^anno\/train.txt:3: the image "images\/2_1_train.png" is a folder/),
      expect.stringMatching(/^anno\/test.txt:1: the image "images\/1_1_test.png" is a link that leaves the folder/),
    ]);
  });

  it('names that leave the folder', async () => {
    await append('anno/train.txt', `../anno/test.txt 1\n${at('images', '1_1_train.png')} 1\n`);
    expect(await problemsOf()).toEqual([
      expect.stringMatching(/^anno\/train.txt:7: .* leaves the folder of the dataset by ".."/),
      expect.stringMatching(/^anno\/train.txt:8: .* is an absolute path/),
    ]);
  });

  it('labels out of range, counted from 0, not whole, or with a gap', async () => {
    await append('anno/test.txt', '1_1_test.png 4\n');
    expect((await problemsOf())[0]).toMatch(/^anno\/test.txt:4: the label 4; allowed: 1..3; /);
    await writeDataset(root, 3, [2, 1]);
    const text = await fs.readFile(at('anno/train.txt'), 'utf8');
    await fs.writeFile(at('anno/train.txt'), text.replace(/1$/gm, '0'));
    const zero = await problemsOf();
    expect(zero[0]).toMatch(/^anno\/train.txt:1: the label 0; allowed: 1..3; to mend it: labels are counted from 1/);
    await fs.writeFile(at('anno/train.txt'), text.replace(/3$/gm, '500'));
    expect((await problemsOf()).at(-1)).toMatch(
      /^anno\/train.txt: the largest label is 500 \(line 5\), but no training image has label 3, 4, .*, \.\.\.;/,
    );
    await fs.writeFile(at('anno/train.txt'), text.replace(/3$/gm, 'three'));
    expect(await problemsOf()).toHaveLength(2);
  });

  it('a classes.txt that does not fit', async () => {
    await writeFiles(root, { 'classes.txt': '1 a\n2 b\n' });
    expect((await problemsOf())[0]).toMatch(/:5: the label 3; allowed: 1..2/);
    await writeFiles(root, { 'classes.txt': '1 a\n2 b\n3 c\n4 d\n' });
    expect((await problemsOf())[0]).toMatch(/classes.txt names 4, but no training image has label 4/);
    await writeFiles(root, { 'classes.txt': '1 a\n2 b\n2 c\n' });
    expect((await problemsOf())[0]).toMatch(/^classes.txt:3: the label 2 again/);
    await writeFiles(root, { 'classes.txt': '' });
    expect((await problemsOf())[0]).toMatch(/^classes.txt: the file has zero bytes/);
  });

  it('a repeated line, a training image in the test split, also under another name', async () => {
    await append('anno/train.txt', '1_1_train.png 2\n');
    expect((await problemsOf())[0]).toMatch(/^anno\/train.txt:7: the image "1_1_train.png" again \(first in line 1\)/);
    await writeDataset(root, 3, [2, 1]);
    await append('anno/test.txt', '2_2_train.png 2\nalias.png 1\n');
    await fs.symlink('1_2_train.png', at('images/alias.png'));
    expect(await problemsOf()).toEqual([
      expect.stringMatching(/^anno\/test.txt:4: .*is also a training image \(anno\/train.txt:4\)/),
      expect.stringMatching(/^anno\/test.txt:5: .*is also a training image \(anno\/train.txt:2\)/),
    ]);
  });

  it('shows 20 problems and counts the rest', async () => {
    await append('anno/train.txt', Array.from({ length: 30 }, (_, index) => `gone${index}.png 1\n`).join(''));
    const error = (await readUfg(root).catch((reason: unknown) => reason)) as DatasetError;
    expect(error.problems).toHaveLength(30);
    expect(error.message.split('\n')).toHaveLength(22);
    expect(error.message).toMatch(/30 problems\n[^]*gone19[^]*\.\.\. and 10 more/);
  });
});
