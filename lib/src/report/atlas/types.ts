/** What an atlas shows: plain values. */

/** An image of the atlas; its thumbnail stands in the page once, whatever the number of frames. */
export interface AtlasItem {
  readonly label: number;
  readonly split: string;
  readonly name: string;
  /** The data URI of a small picture. */
  readonly thumbnail: string;
}

/** A row of the queue: where it lies, and where the same view would lie now. */
export interface AtlasRow {
  /** Which item it is a view of. */
  readonly item: number;
  /** Steps since it came in. */
  readonly age: number;
  readonly at: readonly [x: number, y: number];
  readonly now: readonly [x: number, y: number];
}

/** One variant at one epoch. */
export interface AtlasFrame {
  readonly variant: string;
  readonly epoch: number;
  /** [2 * items]: where each item lies. All frames share one plane. */
  readonly places: ArrayLike<number>;
  readonly rows: readonly AtlasRow[];
  /** Said below the map: its numbers. */
  readonly note: string;
}

export interface Atlas {
  readonly title: string;
  readonly classNames: readonly string[];
  /** Groups of classes, which have the colours. */
  readonly groupNames: readonly string[];
  /** [classes]: the group of each class. */
  readonly groupOf: readonly number[];
  readonly items: readonly AtlasItem[];
  readonly frames: readonly AtlasFrame[];
}

/** Side of the map in the units of its picture. */
export const SIDE = 560;
/** Free space along its edges. */
export const EDGE = 16;
