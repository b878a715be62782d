/** The data sets the generator knows. */

export type LeafSetName = 'leaf80' | 'leaf20';
export type LeafSplit = 'train' | 'test' | 'test_large';

export interface LeafSet {
  readonly name: string;
  readonly families: number;
  readonly perFamily: number;
  readonly classes: number;
  /** Side of the images in pixels. */
  readonly imageSize: number;
  /** Images a class in each split. */
  readonly splits: Readonly<Record<LeafSplit, number>>;
}

const SPLITS = { train: 3, test: 3, test_large: 10 } as const;

/** The layout of each set. `leaf20` is the first five families of `leaf80`, image for image. */
export const LEAF_SETS: Readonly<Record<LeafSetName, LeafSet>> = {
  leaf80: { name: 'leaf80', families: 20, perFamily: 4, classes: 80, imageSize: 256, splits: SPLITS },
  leaf20: { name: 'leaf20', families: 5, perFamily: 4, classes: 20, imageSize: 256, splits: SPLITS },
};

/** Raised with every change of the bytes that a seed gives. */
export const GENERATOR_VERSION = 1;

export const LEAF_SPLITS: readonly LeafSplit[] = ['train', 'test', 'test_large'];
