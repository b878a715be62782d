/** The layouts that people make themselves: file names, class folders, CSV. */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeDataset, writeFiles } from '../testing';
import { folderFiles, pictures } from '../testing/layouts';
import { rows, useSet } from '../testing/reading';
import { parseName } from './file-names';
import { classOrder, numberClasses } from './naming';
import { parseTable } from './table';

let root: string;
const { write, read, problems } = useSet((made) => (root = made));

describe('Ultra-FGVC by file names', () => {
  it('is the same dataset with its lists and without them', async () => {
    await writeDataset(root, 12, [3, 2]);
    const listed = await read();
    await fs.rm(path.join(root, 'anno'), { recursive: true });
    const named = await read();
    expect(named.layout).toBe('ultra-fgvc-names');
    expect(named.fingerprint).toBe(listed.fingerprint);
    expect(named.notes?.[0]).toMatch(/no lists in anno/);
  });

  it('finds the images in the folder itself, and classes with names', async () => {
    await write(pictures(['lime_1_train.png', 'lime_2_test.png', 'big oak_10_train.png', 'big oak_2_test.png']));
    await writeFiles(root, { 'readme.txt': 'x' });
    expect(await read()).toMatchObject({ classNames: ['big oak', 'lime'] });
    expect((await read()).notes).toContain('1 other files in ./ were left out');
  });

  it('does not hide that one of the lists is missing', async () => {
    await writeDataset(root, 2, [1, 1]);
    await fs.rm(path.join(root, 'anno', 'test.txt'));
    expect((await problems())[0]).toMatch(/^anno\/test.txt: it is missing, while anno\/train.txt, images are there/);
  });

  it('parses names, whatever stands before', () => {
    expect(parseName('12_3_train.png')).toEqual({ className: '12', k: 3, split: 'train' });
    expect(parseName('a_b_07_TEST.PNG')).toEqual({ className: 'a_b', k: 7, split: 'test' });
    for (const name of ['12_train.png', '12_3_val.png', '12_3_train.txt', '_train.png'])
      expect(parseName(name)).toBeUndefined();
    fc.assert(
      fc.property(
        fc.stringMatching(/^[\w .-]{1,8}$/),
        fc.nat(999),
        fc.constantFrom('train', 'test'),
        (className, k, split) => {
          expect(parseName(`${className}_${k}_${split}.png`)).toEqual({ className, k, split });
        },
      ),
    );
  });
});

describe('class folders', () => {
  it.each([
    ['test', undefined],
    ['val', ['there is no test/: val/ is the test split']],
  ])('with %s/', async (test, notes) => {
    await write(folderFiles('', test));
    const dataset = await read();
    expect(dataset).toMatchObject({ layout: 'folders', classNames: ['lime', 'oak leaf'] });
    expect(rows(dataset.train)).toEqual(['train/lime/1.jpg 0', 'train/lime/2.jpg 0', 'train/oak leaf/1.jpg 1', 'train/oak leaf/2.jpg 1']); // prettier-ignore
    expect(Object.keys(dataset.tests)).toEqual(['test']);
    expect(dataset.notes).toEqual(notes);
  });

  it('leaves val/ out where there is a test/, and files that are no images', async () => {
    await write(folderFiles());
    await write(pictures(['val/lime/9.jpg']));
    await writeFiles(root, { 'train/lime/Thumbs.db': 'x' });
    expect((await read()).notes).toEqual(['val/ was left out', '1 files or folders that are no images were left out']);
  });

  it('tells a class without a training image, and an image of zero bytes', async () => {
    await write(folderFiles());
    await write(pictures(['test/ash/1.jpg']));
    expect(await problems()).toEqual([expect.stringMatching(/no training image has label 1 \(ash\)/)]);
    await write(pictures(['train/ash/1.jpg']));
    await writeFiles(root, { 'train/ash/2.jpg': '' });
    expect(await problems()).toEqual([expect.stringMatching(/^train\/: the image "train\/ash\/2.jpg" has zero bytes/)]);
  });
});

describe('CSV', () => {
  it('train.csv and test.csv, whatever the columns are called, images beside or below', async () => {
    await write(pictures(['images/a 1.jpg', 'images/a2.jpg', 'images/b1.jpg', 'images/b2.jpg']));
    await writeFiles(root, {
      'train.csv': '\ufeffID;Filename;Class\r\n1;"a 1.jpg";oak\r\n2;b1.jpg;ash\r\n',
      'test.csv': 'species,image\noak,a2.jpg\nash,b2.jpg\n',
    });
    const dataset = await read();
    expect(dataset).toMatchObject({ layout: 'csv', classNames: ['ash', 'oak'] });
    expect(rows(dataset.train)).toEqual(['images/a 1.jpg 1', 'images/b1.jpg 0']);
    expect(dataset.train.samples[0]!.line).toBe(2);
  });

  it('one CSV with a split column; numbers as labels run by size; names without an ending', async () => {
    const names = ['a', 'b', 'c', 'd'];
    await write(pictures(names.map((name) => `${name}.png`)));
    await writeFiles(root, {
      'labels.csv': 'image_id,label,split\na,10,train\nb,9,Training\nc,9,test\nd,10,test\ne,1,val\n',
    });
    const dataset = await read();
    expect(dataset).toMatchObject({
      classNames: ['class 9', 'class 10'],
      notes: ['1 validation images were left out'],
    });
    expect(rows(dataset.train)).toEqual(['a.png 1', 'b.png 0']);
  });

  it('tells rows that cannot be used, a file that is no CSV, and columns that are missing', async () => {
    await write(pictures(['a.png', 'b.png']));
    await writeFiles(root, { 'all.csv': 'image,label,split\na.png,1,train\nb.png,1,holdout\n,1,test\nb.png,,test\n' });
    expect(await problems()).toEqual([
      expect.stringMatching(/^all.csv:3: the split "holdout"; allowed: train, test or val/),
      expect.stringMatching(/^all.csv:4: no image/),
      expect.stringMatching(/^all.csv:5: no label/),
    ]);
    await fs.rm(path.join(root, 'all.csv'));
    await writeFiles(root, { 'train.csv': 'image,label\na.png,1\n', 'test.csv': 'image\nb.png\n' });
    expect((await problems())[0]).toMatch(/^a column for the label in test.csv \(.*\): it is missing, while train.csv/);
    expect(parseTable('a,b\n1,2,3\n', 'x.csv')).toMatchObject({ problem: expect.stringMatching(/^x.csv: it cannot be read as CSV \(/) }); // prettier-ignore
  });

  it('takes val.csv where there is no test.csv, and says so', async () => {
    await write(pictures(['a.png', 'b.png']));
    await writeFiles(root, { 'train.csv': 'image,label\na.png,1\n', 'val.csv': 'image,label\nb.png,1\n' });
    expect((await read()).notes).toEqual(['there is no test.csv: val.csv is the test split']);
  });

  it('tells a name that leaves the folder', async () => {
    await write(pictures(['a.png']));
    await writeFiles(root, { 'train.csv': 'image,label\na.png,1\n', 'test.csv': 'image,label\n../b.png,1\n' });
    expect(await problems()).toEqual([
      expect.stringMatching(/^test.csv:2: the image name "..\/b.png" leaves the folder/),
    ]);
  });

  it('keeps quoted fields as they are', () => {
    const field = fc
      .string({ minLength: 1, maxLength: 8, unit: 'grapheme-ascii' })
      .filter((text) => text === text.trim() && text !== '');
    fc.assert(
      fc.property(fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 8 }), (fields) => {
        const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
        const text = ['image,label', ...fields.map((row) => row.map(quote).join(','))].join('\n');
        const table = parseTable(text, 'x.csv');
        expect('rows' in table && table.rows.map((row) => row.fields)).toEqual(fields);
      }),
    );
  });
});

it('numbers classes by size where they are numbers, else by code points', () => {
  expect(classOrder(['10', '9', '1', '9'])).toEqual(['1', '9', '10']);
  expect(classOrder(['b', 'B', 'ä', '10', '9'])).toEqual(['10', '9', 'B', 'b', 'ä']);
  const lists = [{ split: 'train', at: 'x', entries: [{ name: 'a', className: 'q', line: 3 }] }];
  expect(numberClasses(lists, 'y', ['p']).problems).toEqual([expect.stringMatching(/^x:3: the class "q" of "a" is unknown/)]); // prettier-ignore
});
