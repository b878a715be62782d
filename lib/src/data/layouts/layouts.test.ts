/** Each layout from a few drawn images: what is read, and what is said of annotations that are wrong. */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeSplit } from '../decode';
import { DatasetError } from '../errors';
import { readDataset } from '../read';
import { temporaryFolder, writeDataset, writeFiles } from '../testing';
import { aircraftFiles, carsFiles, carsInOneFiles, cubFiles, dogsFiles, folderFiles, nabirdsFiles, pictures, plantFiles, PLANT_CLASSES, writeLayout, type Files } from '../testing/layouts'; // prettier-ignore
import { writeMat } from '../testing/mat';
import type { Dataset, Split } from '../types';
import { parseIds } from './cub';
import { parseName } from './file-names';
import { classOrder, numberClasses } from './naming';
import { drawHalves } from './plant-pathology';
import { parseTable } from './table';

let root: string;
beforeEach(async () => {
  root = path.join(await fs.realpath(await temporaryFolder()), 'set');
  await fs.mkdir(root);
});
afterEach(() => fs.rm(path.dirname(root), { recursive: true, force: true }));

const write = (files: Files | Promise<Files>): Promise<void> => writeLayout(root, files);
const edit = async (name: string, change: (text: string) => string): Promise<void> =>
  fs.writeFile(path.join(root, name), change(await fs.readFile(path.join(root, name), 'utf8')));
const rows = ({ samples }: Split): readonly string[] => samples.map(({ name, label }) => `${name} ${label}`);

/** Reads, and checks that every image can be decoded. */
async function read(): Promise<Dataset> {
  const dataset = await readDataset(root);
  for (const split of [dataset.train, dataset.tests['test']!]) await decodeSplit(split, { size: 4 });
  return dataset;
}

async function problems(): Promise<readonly string[]> {
  const error = await readDataset(root).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DatasetError);
  return (error as DatasetError).problems;
}

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

describe('CUB-200-2011', () => {
  it('joins its four tables', async () => {
    await write(cubFiles());
    const dataset = await read();
    expect(dataset).toMatchObject({ layout: 'cub', classNames: ['Black footed Albatross', 'Laysan Albatross'] });
    expect(rows(dataset.train)).toEqual(['001.Black_footed_Albatross/a_1.jpg 0', '001.Black_footed_Albatross/a_2.jpg 0', '002.Laysan_Albatross/l_1.jpg 1', '002.Laysan_Albatross/l_2.jpg 1']); // prettier-ignore
    expect(dataset.tests['test']!.samples.map(({ line }) => line)).toEqual([3, 6]);
  });

  it('tells tables that do not fit each other', async () => {
    await write(cubFiles());
    await edit('image_class_labels.txt', (text) => text.replace('2 1\n', '').replace('5 2', '5 3') + '9 1\n');
    await edit('train_test_split.txt', (text) => text.replace('1 1\n', '1 yes\n'));
    expect(await problems()).toEqual([
      expect.stringMatching(/^train_test_split.txt:1: "yes"; allowed: 1 \(training\) or 0/),
      expect.stringMatching(/^images.txt:2: the image 2 has no line in image_class_labels.txt/),
      expect.stringMatching(/^image_class_labels.txt:4: the class 3; allowed: one of the 2 ids/),
      expect.stringMatching(/^image_class_labels.txt: 1 ids that images.txt lacks, the first is 9/),
    ]);
  });

  it('tells a repeated id, an empty class, a name that leaves the folder, a missing image and a missing file', async () => {
    await write(cubFiles());
    await edit('images.txt', (text) => `${text}1 again.jpg\nalone\n`);
    expect(await problems()).toEqual([
      expect.stringMatching(/^images.txt:7: the id 1 again/),
      expect.stringMatching(/^images.txt:8: "alone" has one field/),
    ]);
    await write(cubFiles());
    await edit('classes.txt', (text) => `${text}3 003.Sooty_Albatross\n`);
    expect((await problems())[0]).toMatch(/classes.txt names 3, but no training image has label 3 \(Sooty Albatross\)/);
    await write(cubFiles());
    await edit('images.txt', (text) => text.replace('001.Black_footed_Albatross/a_1.jpg', '../../secret.jpg'));
    expect((await problems())[0]).toMatch(/^images.txt:1: the image name "..\/..\/secret.jpg" leaves the folder/);
    await write(cubFiles());
    await fs.rm(path.join(root, 'images/001.Black_footed_Albatross/a_2.jpg'));
    expect((await problems())[0]).toMatch(
      /^images.txt:2: the image "images\/001.Black_footed_Albatross\/a_2.jpg" is missing/,
    );
    await fs.rm(path.join(root, 'classes.txt'));
    expect((await problems())[0]).toMatch(/^classes.txt: it is missing, while .*images are there; allowed: CUB/);
  });

  it('keeps every id of a table', () => {
    const id = fc.stringMatching(/^[\w-]{1,8}$/);
    const rest = fc.stringMatching(/^[\w./-]{1,8}( [\w]{1,4})?$/);
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(id, rest), { selector: ([key]) => key, maxLength: 20 }), (lines) => {
        const { table, problems: found } = parseIds(lines.map((line) => line.join(' ')).join('\r\n'), 'x');
        expect(found).toEqual([]);
        expect([...table].map(([key, value]) => [key, value.rest])).toEqual(lines);
      }),
    );
  });
});

describe('NABirds', () => {
  it('numbers the classes that have images without a gap', async () => {
    await write(nabirdsFiles());
    const dataset = await read();
    expect(dataset).toMatchObject({
      layout: 'nabirds',
      classes: 2,
      classNames: ['American Black Duck', 'Oak Titmouse'],
    });
    expect(dataset.train.samples.map(({ label }) => label)).toEqual([0, 0, 1, 1]);
    expect(dataset.notes).toEqual([expect.stringMatching(/^read as NABirds; .* as CUB-200-2011/)]);
  });

  it('tells an id that classes.txt lacks', async () => {
    await write(nabirdsFiles());
    await edit('image_class_labels.txt', (text) => text.replace(/ 817\n$/, ' 999\n'));
    expect(await problems()).toEqual([expect.stringMatching(/^image_class_labels.txt:6: the class 999/)]);
  });
});

describe('Stanford Dogs', () => {
  it.each([[{}], [{ lists: '', images: 'images', compressed: true }], [{ images: 'images/Images', little: false }]])(
    'reads its lists: %o',
    async (options) => {
      await write(dogsFiles(options));
      const dataset = await read();
      expect(dataset).toMatchObject({ layout: 'dogs', classNames: ['Chihuahua', 'Japanese spaniel'] });
      expect(rows(dataset.tests['test']!)).toEqual(['n02085620-Chihuahua/n02085620_3.jpg 0', 'n02085782-Japanese_spaniel/n02085782_3.jpg 1']); // prettier-ignore
    },
  );

  it('tells a list that is no MATLAB file, has no labels, too few of them, or a label that is none', async () => {
    await write(dogsFiles());
    const list = (labels: readonly number[]) => ({ file_list: { cells: [{ text: 'a/1.jpg' }, { text: 'a/2.jpg' }] }, labels: { numbers: labels } }); // prettier-ignore
    const cases = [
      [Buffer.from('not a MATLAB file'), /^lists\/train_list.mat: 17 bytes are fewer than the header's 128/],
      [writeMat({ file_list: { cells: [] } }), /there is no variable "labels"; there are file_list/],
      [writeMat(list([1])), /file_list has 2 entries, and labels is no list of as many numbers/],
      [writeMat(list([1, 1.5])), /the label of "a\/2.jpg" is 1.5/],
    ] as const;
    for (const [file, message] of cases) {
      await writeFiles(root, { 'lists/train_list.mat': file });
      expect((await problems())[0]).toMatch(message);
    }
  });
});

describe('Stanford Cars', () => {
  it.each(['devkit/', '', 'car_devkit/devkit/'])('reads its annotations in "%s"', async (base) => {
    await write(carsFiles(base, { compressed: true }));
    const dataset = await read();
    expect(dataset).toMatchObject({
      layout: 'cars',
      classNames: ['AM General Hummer SUV 2000', 'Acura RL Sedan 2012'],
    });
    expect(rows(dataset.train)).toEqual(['cars_train/00001.jpg 1', 'cars_train/00002.jpg 0', 'cars_train/00003.jpg 0', 'cars_train/00004.jpg 1']); // prettier-ignore
    expect(rows(dataset.tests['test']!)).toEqual(['cars_test/00001.jpg 0', 'cars_test/00002.jpg 1']);
  });

  it('reads the form with all images in one folder', async () => {
    await write(carsInOneFiles());
    const dataset = await read();
    expect(dataset).toMatchObject({ layout: 'cars-in-one', classes: 2 });
    expect([dataset.train, dataset.tests['test']!].map(({ samples }) => samples.length)).toEqual([4, 2]);
  });

  it('reads class folders two folders deep, as Kaggle packs them', async () => {
    await write(folderFiles('car_data/car_data/'));
    expect((await read()).train.samples[0]!.name).toBe('car_data/car_data/train/lime/1.jpg');
  });

  it('tells annotations without labels, and a class out of range', async () => {
    await write(carsFiles());
    const annos = (fields: Record<string, { numbers: number[] }>) =>
      writeMat({ annotations: { structs: [{ fname: { text: '00001.jpg' }, ...fields }] } });
    await writeFiles(root, { 'devkit/cars_test_annos_withlabels.mat': annos({}) });
    expect(await problems()).toEqual([
      expect.stringMatching(/annotations\(1\) has no class: these are the annotations without labels/),
    ]);
    await writeFiles(root, { 'devkit/cars_test_annos_withlabels.mat': annos({ class: { numbers: [3] } }) });
    expect(await problems()).toEqual([
      expect.stringMatching(/^devkit\/cars_test_annos_withlabels.mat:1: the label 3; allowed: 1..2/),
    ]);
  });
});

describe('FGVC-Aircraft', () => {
  it.each(['data/', ''])('reads its lists in "%s"', async (base) => {
    await write(aircraftFiles(base));
    const dataset = await read();
    expect(dataset).toMatchObject({ layout: 'aircraft', classNames: ['707-320', 'F/A-18'] });
    expect(dataset.train.samples.map(({ label }) => label)).toEqual([0, 1, 0, 1]);
  });

  it('tells an unknown variant and a line that is none', async () => {
    await write(aircraftFiles());
    await edit('data/images_variant_test.txt', (text) => `${text}0056979 A380\nnothing\n`);
    expect(await problems()).toEqual([
      expect.stringMatching(/^data\/images_variant_test.txt:4: "nothing" is not a number and a variant/),
      expect.stringMatching(/^data\/images_variant_test.txt:3: the class "A380" of "0056979.jpg" is unknown/),
    ]);
  });
});

describe('Plant Pathology 2020', () => {
  it('draws half of each class, always the same, and says so', async () => {
    await write(plantFiles());
    const [dataset, again] = [await read(), await read()];
    expect(dataset).toMatchObject({ layout: 'plant-pathology-2020', classNames: PLANT_CLASSES });
    const counts = (split: Split) => [0, 1, 2, 3].map((c) => split.samples.filter(({ label }) => label === c).length);
    expect(counts(dataset.train)).toEqual([1, 2, 2, 3]);
    expect(counts(dataset.tests['test']!)).toEqual([1, 1, 2, 2]);
    expect(again.fingerprint).toBe(dataset.fingerprint);
    expect(dataset.notes?.join()).toMatch(/drawn from train.csv, half of each class to train .*seed 1/);
  });

  it('draws each class by itself: more images of one change nothing for the others', () => {
    const entries = Array.from({ length: 30 }, (_, i) => ({ name: `${i}`, className: PLANT_CLASSES[i % 3]! }));
    const chosen = (from: typeof entries) => [...drawHalves(from)].filter(({ className }) => className !== 'scab').map(({ name }) => name).sort(); // prettier-ignore
    expect(chosen([...entries, { name: 'x', className: 'scab' }])).toEqual(chosen(entries));
  });

  it('tells a row with two classes or none', async () => {
    await write(plantFiles());
    await edit('train.csv', (text) =>
      text.replace('Train_0,1,0,0,0', 'Train_0,1,1,0,0').replace('Train_1,1', 'Train_1,0'),
    );
    expect(await problems()).toEqual([
      expect.stringMatching(/^train.csv:2: "Train_0" has 1, 1, 0, 0/),
      expect.stringMatching(/^train.csv:3: "Train_1" has 0, 0, 0, 0/),
    ]);
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
