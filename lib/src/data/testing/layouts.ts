/** Each published layout in small: two or three classes, a few drawn images, the annotations as they are published. */
import { flatPng, writeFiles } from '../testing';
import { writeMat, type MatOptions, type Writable } from './mat';

/** Files of a folder, by path. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

let drawn = 0;

/** Images, each of a colour that no other has. */
export async function pictures(names: readonly string[]): Promise<Files> {
  const files: Record<string, Uint8Array> = {};
  for (const name of names) {
    drawn++;
    files[name] = await flatPng([drawn % 256, Math.floor(drawn / 256) % 256, 200]);
  }
  return files;
}

const below = (folder: string, names: readonly string[]): readonly string[] => names.map((name) => `${folder}/${name}`);

/** Two classes of birds; the images 1, 2, 4, 5 are trained on, 3 and 6 tested. */
export async function cubFiles(): Promise<Files> {
  const images = [1, 2, 3].flatMap((k) => [`001.Black_footed_Albatross/a_${k}.jpg`, `002.Laysan_Albatross/l_${k}.jpg`]).sort(); // prettier-ignore
  const lines = (text: (name: string, i: number) => string): string =>
    images.map((name, i) => `${i + 1} ${text(name, i)}\n`).join('');
  return {
    ...(await pictures(below('images', images))),
    'images.txt': lines((name) => name),
    'image_class_labels.txt': lines((name) => `${Number(name.slice(0, 3))}`),
    'train_test_split.txt': lines((_, i) => (i % 3 === 2 ? '0' : '1')),
    'classes.txt': '1 001.Black_footed_Albatross\n2 002.Laysan_Albatross\n',
  };
}

/** Two classes with the ids 295 and 817, in a hierarchy of four. */
export async function nabirdsFiles(): Promise<Files> {
  const images = [295, 817].flatMap((label) =>
    [1, 2, 3].map((k) => ({
      label,
      k,
      id: `${label}a${k}b7-9b1c-4a51`,
      name: `0${label}/${label}a${k}b79b1c4a51.jpg`,
    })),
  );
  const lines = (text: (image: (typeof images)[number]) => string): string =>
    images.map((image) => `${image.id} ${text(image)}\n`).join('');
  return {
    ...(await pictures(images.map(({ name }) => `images/${name}`))),
    'images.txt': lines(({ name }) => name),
    'image_class_labels.txt': lines(({ label }) => `${label}`),
    'train_test_split.txt': lines(({ k }) => (k < 3 ? '1' : '0')),
    'classes.txt': '0 Birds\n1 Ducks, Geese, and Swans\n295 American Black Duck\n817 Oak Titmouse\n',
    'hierarchy.txt': '295 1\n817 0\n1 0\n',
  };
}

/** Two breeds; two training images and one test image each. */
export async function dogsFiles(options: MatOptions & { lists?: string; images?: string } = {}): Promise<Files> {
  const { lists = 'lists/', images = 'Images' } = options;
  const side = (k: readonly number[]) => ['n02085620-Chihuahua', 'n02085782-Japanese_spaniel'].flatMap((breed) => k.map((n) => `${breed}/${breed.slice(0, 9)}_${n}.jpg`)); // prettier-ignore
  const list = (names: readonly string[]): Uint8Array =>
    writeMat(
      {
        file_list: { cells: names.map((text) => ({ text })) },
        labels: { numbers: names.map((name) => (name.includes('Chihuahua') ? 1 : 2)), dims: [names.length, 1] },
      },
      options,
    );
  return {
    ...(await pictures(below(images, [...side([1, 2]), ...side([3])]))),
    [`${lists}train_list.mat`]: list(side([1, 2])),
    [`${lists}test_list.mat`]: list(side([3])),
  };
}

const CARS = ['AM General Hummer SUV 2000', 'Acura RL Sedan 2012'];

const car = (label: number, fields: Readonly<Record<string, Writable>>): Readonly<Record<string, Writable>> => ({
  bbox_x1: { numbers: [1] },
  class: { numbers: [label] },
  ...fields,
});

/** Two models of cars; two training images and one test image each, whose names repeat on both sides. */
export async function carsFiles(base = 'devkit/', options: MatOptions = {}): Promise<Files> {
  const annos = (labels: readonly number[]): Uint8Array =>
    writeMat({ annotations: { structs: labels.map((label, i) => car(label, { fname: { text: `0000${i + 1}.jpg` } })) } }, options); // prettier-ignore
  return {
    ...(await pictures([...below('cars_train', ['00001.jpg', '00002.jpg', '00003.jpg', '00004.jpg']), ...below('cars_test', ['00001.jpg', '00002.jpg'])])), // prettier-ignore
    [`${base}cars_train_annos.mat`]: annos([2, 1, 1, 2]),
    [`${base}cars_test_annos_withlabels.mat`]: annos([1, 2]),
    [`${base}cars_meta.mat`]: writeMat({ class_names: { cells: CARS.map((text) => ({ text })) } }, options),
  };
}

/** The same in the other published form: all images in car_ims/. */
export async function carsInOneFiles(): Promise<Files> {
  const names = [1, 2, 3, 4, 5, 6].map((n) => `car_ims/00000${n}.jpg`);
  const structs = names.map((text, i) =>
    car((i % 2) + 1, { relative_im_path: { text }, test: { numbers: [i > 3 ? 1 : 0] } }),
  );
  const variables = { annotations: { structs }, class_names: { cells: CARS.map((text) => ({ text })) } };
  return { ...(await pictures(names)), 'cars_annos.mat': writeMat(variables, { compressed: true }) };
}

/** Two variants, one with a slash in its name; two training images and one test image each. */
export async function aircraftFiles(base = 'data/'): Promise<Files> {
  return {
    ...(await pictures(below(`${base}images`, ['1025794', '1340192', '0056978', '0698580', '0450014', '1042824'].map((id) => `${id}.jpg`)))), // prettier-ignore
    [`${base}images_variant_trainval.txt`]: '1025794 707-320\n1340192 F/A-18\n0056978 707-320\n0698580 F/A-18\n',
    [`${base}images_variant_test.txt`]: '0450014 707-320\n1042824 F/A-18\n',
    [`${base}variants.txt`]: '707-320\nF/A-18\n',
  };
}

export const PLANT_CLASSES = ['healthy', 'multiple_diseases', 'rust', 'scab'] as const;

/** Four classes of 2, 3, 4 and 5 images. */
export async function plantFiles(): Promise<Files> {
  const labels = PLANT_CLASSES.flatMap((_, label) => Array.from({ length: label + 2 }, () => label));
  const row = (label: number, i: number) =>
    `Train_${i},${PLANT_CLASSES.map((_, c) => (c === label ? 1 : 0)).join(',')}\n`;
  return {
    ...(await pictures([...labels.map((_, i) => `images/Train_${i}.jpg`), 'images/Test_0.jpg'])),
    'train.csv': `image_id,${PLANT_CLASSES.join(',')}\n${labels.map(row).join('')}`,
    'test.csv': 'image_id\nTest_0\n',
    'sample_submission.csv': `image_id,${PLANT_CLASSES.join(',')}\nTest_0,0.25,0.25,0.25,0.25\n`,
  };
}

/** Class folders: two training images and one test image each of oak and lime. */
export async function folderFiles(base = '', test = 'test'): Promise<Files> {
  const names = ['oak leaf', 'lime'].flatMap((name) => [
    `train/${name}/1.jpg`,
    `train/${name}/2.jpg`,
    `${test}/${name}/3.jpg`,
  ]);
  return pictures(names.map((name) => `${base}${name}`));
}

/** Writes a layout below a root. */
export const writeLayout = async (root: string, files: Files | Promise<Files>): Promise<void> =>
  writeFiles(root, await files);
