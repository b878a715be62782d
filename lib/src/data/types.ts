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
  /** How the folder is laid out ('ultra-fgvc', 'cub', 'csv', ...); absent where it was not read from a folder. */
  readonly layout?: string | undefined;
  /** What a reader of results must know: a split that was drawn, files that were left out, another layout that would fit. */
  readonly notes?: readonly string[] | undefined;
  /** Path of the ground-truth mask of a sample, where the dataset has one. */
  readonly maskOf?: ((sample: Sample) => string | undefined) | undefined;
}

/** What is known of a split's images beside their pixels. */
export interface ImageList {
  readonly count: number;
  /** Side in pixels. */
  readonly size: number;
  /** [count] classes, counted from 0. */
  readonly labels: Int32Array;
  /** [count] names as in the annotation. */
  readonly names: readonly string[];
}

/** Decoded images of one split, all in memory. */
export interface Images extends ImageList {
  /** [count, size, size, 3] RGB, row-major, 0..255. */
  readonly data: Uint8Array;
}

/** Some images of a split: `data` [batch, size, size, 3] RGB 0..255, `labels` [batch] counted from 0. */
export interface Batch {
  readonly data: Uint8Array;
  readonly labels: Int32Array;
}

/** Images of one split that are decoded as they are read, for splits larger than the memory. */
export interface ImageStream extends ImageList {
  /**
   * The images at `indices` (repeats allowed), the same bytes as `decodeSplit` gives.
   *
   * @throws DatasetError naming every image of the batch that cannot be decoded; RangeError where an index is not 0..count-1 or the batch
   * does not fit the memory; the signal's reason
   */
  read(indices: ArrayLike<number>, signal?: AbortSignal): Promise<Batch>;
}

/** Where batches come from. `readBatch` reads either form; both give the same bytes. */
export type ImageSource = Images | ImageStream;

/** Called as work goes on: `done` of `total` items are finished. */
export type Progress = (done: number, total: number) => void;
