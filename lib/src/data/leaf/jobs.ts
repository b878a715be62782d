import { encode } from 'fast-png';
import { cultivars } from './cultivars';
import { subSeed } from './rng';
import { GENERATOR_VERSION, LEAF_SPLITS, type LeafSet, type LeafSplit } from './sets';
import { drawSpecimen } from './specimen';
import { describe, type Cultivar } from './traits';

/** Which files a data set has, and their bytes. Pure: nothing here touches the disk. */

/** One image to draw. */
export interface Job {
  readonly name: string;
  readonly cultivar: Cultivar;
  readonly split: LeafSplit;
  readonly seed: number;
}

const SUFFIX: Readonly<Record<LeafSplit, string>> = { train: 'train', test: 'test', test_large: 'large' };

/** The set's cultivars for a seed. */
export function setCultivars(set: LeafSet, seed: number): readonly Cultivar[] {
  return cultivars(seed, set.families, set.perFamily);
}

/** Every image of a set, split by split, class by class. */
export function jobsOf(set: LeafSet, seed: number): readonly Job[] {
  const all = setCultivars(set, seed);
  return LEAF_SPLITS.flatMap((split) =>
    all.flatMap((cultivar) =>
      Array.from({ length: set.splits[split] }, (_, k) => ({
        name: `${String(cultivar.label).padStart(3, '0')}_${String(k + 1)}_${SUFFIX[split]}.png`,
        cultivar,
        split,
        seed: subSeed(seed, split, cultivar.label, k),
      })),
    ),
  );
}

// Level 2 takes two thirds of the time of the default level and 6 % more bytes.
const ZLIB = { zlib: { level: 2 } } as const;

/** The PNG files of one job: the photograph and its mask. */
export function pngsOf(job: Job, size: number): { readonly image: Uint8Array; readonly mask: Uint8Array } {
  const { rgb, mask } = drawSpecimen(job.cultivar, job.seed, size);
  const shape = { width: size, height: size, depth: 8 } as const;
  return {
    image: encode({ ...shape, channels: 3, data: rgb }, ZLIB),
    mask: encode({ ...shape, channels: 1, data: mask }, ZLIB),
  };
}

/** The text files of a set, by path inside its root. */
export function textsOf(set: LeafSet, seed: number): ReadonlyMap<string, string> {
  const jobs = jobsOf(set, seed);
  const all = setCultivars(set, seed);
  const lines = (items: readonly string[]): string => items.map((item) => `${item}\n`).join('');
  const about = {
    name: set.name,
    generatorVersion: GENERATOR_VERSION,
    seed,
    classes: set.classes,
    families: set.families,
    imageSize: set.imageSize,
    imagesPerClass: set.splits,
    images: jobs.length,
    cultivars: all.map((cultivar) => {
      return {
        label: cultivar.label,
        name: cultivar.name,
        family: cultivar.family,
        differs: cultivar.differs,
        words: describe(cultivar),
      };
    }),
  };
  const annotations = LEAF_SPLITS.map((split): [string, string] => {
    const own = jobs.filter((job) => job.split === split);
    return [`anno/${split}.txt`, lines(own.map((job) => `${job.name} ${String(job.cultivar.label)}`))];
  });
  return new Map([
    ...annotations,
    ['classes.txt', lines(all.map((cultivar) => `${String(cultivar.label)} ${cultivar.name}`))],
    ['dataset.json', `${JSON.stringify(about, null, 2)}\n`],
  ]);
}
