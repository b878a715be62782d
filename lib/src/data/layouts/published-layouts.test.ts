/** Each published layout from a few drawn images: what is read, and what is said of annotations that are wrong. */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeFiles } from '../testing';
import { aircraftFiles, carsFiles, carsInOneFiles, cubFiles, dogsFiles, folderFiles, nabirdsFiles, plantFiles, PLANT_CLASSES } from '../testing/layouts'; // prettier-ignore
import { writeMat } from '../testing/mat';
import { rows, useSet } from '../testing/reading';
import type { Split } from '../types';
import { parseIds } from './cub';
import { drawHalves } from './plant-pathology';

let root: string;
const { write, read, problems } = useSet((made) => (root = made));
const edit = async (name: string, change: (text: string) => string): Promise<void> =>
  fs.writeFile(path.join(root, name), change(await fs.readFile(path.join(root, name), 'utf8')));

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
    expect(dataset.notes).toBeUndefined();
  });

  it('is known by its ids where hierarchy.txt is missing', async () => {
    const { 'hierarchy.txt': _, ...files } = await nabirdsFiles();
    await write(files);
    expect(await read()).toMatchObject({ layout: 'nabirds', classes: 2 });
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
