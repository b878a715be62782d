/** One image of a dataset, with the class it belongs to. */
export interface Sample {
  /** Absolute path of the image. */
  readonly file: string;
  /** The name as the annotation writes it, relative to the folder of images. */
  readonly name: string;
  /** Class, counted from 0 (the annotation counts from 1). */
  readonly label: number;
  /** Line of the annotation, counted from 1; absent where the sample has no annotation. */
  readonly line?: number | undefined;
}

/** A named list of samples in the order of the annotation. */
export interface Split {
  /** 'train', 'test', 'test_large', 'validation', ... */
  readonly name: string;
  readonly samples: readonly Sample[];
  /** The annotation the samples were read from, relative to the root ('anno/train.txt'), for messages. */
  readonly annotation?: string | undefined;
}

/** A dataset on disk: paths and labels only, no pixels. */
export interface Dataset {
  readonly name: string;
  /** Absolute path of the folder. */
  readonly root: string;
  /** Number of classes C; labels run 0..C-1, and each has at least one training image. */
  readonly classes: number;
  /** [C] names; 'class 1', 'class 2', ... where there is no classes.txt. */
  readonly classNames: readonly string[];
  readonly train: Split;
  /** 'test' and any further test split ('test_large', ...). */
  readonly tests: Readonly<Record<string, Split>>;
  /** SHA-256 (hex) of the names, labels and file sizes of every split: it names the data, not the path. */
  readonly fingerprint: string;
  /** Path of the ground-truth mask of a sample, where the dataset has one. */
  readonly maskOf?: ((sample: Sample) => string | undefined) | undefined;
}

/** Decoded images of one split. */
export interface Images {
  readonly count: number;
  /** Side in pixels. */
  readonly size: number;
  /** [count, size, size, 3] RGB, row-major, 0..255. */
  readonly data: Uint8Array;
  /** [count] classes, counted from 0. */
  readonly labels: Int32Array;
  /** [count] names as in the annotation. */
  readonly names: readonly string[];
}

/** Called as work goes on: `done` of `total` items are finished. */
export type Progress = (done: number, total: number) => void;
