/** A look at the pixels of a dataset before anything is trained: sizes, greyscale, and images that are there twice. */
import { groupBy } from '../core/group';
import { decodeEach } from './decode-each';
import { sha256 } from './fingerprint';
import { countPerClass, splitsOf } from './splits';
import type { Dataset, Progress } from './types';

/** An image by its split and name. */
export interface ImageName {
  readonly split: string;
  readonly name: string;
  /** Class, counted from 0. */
  readonly label: number;
}

/** 'train: images/1.png' */
export const imageText = ({ split, name }: ImageName): string => `${split}: ${name}`;

/** Whether some images are trained on and tested. */
export const onBothSides = (images: readonly ImageName[]): boolean =>
  new Set(images.map(({ split }) => split === 'train')).size > 1;

export const underTwoClasses = (images: readonly ImageName[]): boolean =>
  new Set(images.map(({ label }) => label)).size > 1;

/** Smallest, middle and largest of some numbers. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export interface Audit {
  readonly images: number;
  readonly classes: number;
  /** Images of each class, by split. */
  readonly perClass: Readonly<Record<string, readonly number[]>>;
  /** Shorter side in pixels, as stored. */
  readonly side: Spread;
  /** Longer side / shorter side. */
  readonly aspect: Spread;
  /** Images without colour. */
  readonly greyscale: readonly ImageName[];
  /** Images that show the same pixels, whatever their names, two or more each. */
  readonly duplicates: readonly (readonly ImageName[])[];
  /** Images that cannot be decoded, with the reason. */
  readonly unreadable: readonly { readonly image: ImageName; readonly reason: string }[];
}

/** Side in pixels at which two images are compared. */
const COMPARED = 64;
const AT_A_TIME = 4;

interface Seen {
  readonly image: ImageName;
  readonly width: number;
  readonly height: number;
  readonly grey: boolean;
  readonly pixels: string;
}

const isGrey = (data: Uint8Array): boolean => {
  for (let i = 0; i < data.length; i += 3) {
    if (Math.abs(data[i]! - data[i + 1]!) > 2 || Math.abs(data[i]! - data[i + 2]!) > 2) return false;
  }
  return true;
};

function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return { min: at(0), median: at(0.5), max: at(1) };
}

/**
 * Reads every image of every split once.
 *
 * Two images are duplicates where they have the same pixels at 64 x 64, so a copy under another name or in another lossless format is found; one
 * that was cut, turned or compressed again is not. Test splits may share images by design; what is reported is for a person to judge.
 */
export async function auditDataset(
  dataset: Dataset,
  options: { readonly signal?: AbortSignal; readonly onProgress?: Progress } = {},
): Promise<Audit> {
  const splits = splitsOf(dataset);
  const images = splits.flatMap(({ name: split, samples }) =>
    samples.map(({ name, label }): ImageName => ({ split, name, label })),
  );
  const seen = new Array<Seen | undefined>(images.length).fill(undefined);
  const failed = await decodeEach(
    splits.flatMap(({ samples }) => samples.map(({ file }) => file)),
    {
      ...{ size: COMPARED, fit: 'stretch', concurrency: AT_A_TIME, ...options },
      use: (at, data, stored) => {
        const pixels = sha256([Buffer.from(data).toString('base64')]);
        seen[at] = { image: images[at]!, ...stored, grey: isGrey(data), pixels };
      },
    },
  );
  const good = seen.filter((one) => one !== undefined);
  const groups = [...groupBy(good, ({ pixels }) => pixels).values()].map((own) => own.map(({ image }) => image));
  const sides = good.map(({ width, height }) => [Math.min(width, height), Math.max(width, height)] as const);
  return {
    ...{ images: images.length, classes: dataset.classes },
    perClass: Object.fromEntries(splits.map((split) => [split.name, [...countPerClass(split, dataset.classes)]])),
    side: spread(sides.map(([short]) => short)),
    aspect: spread(sides.map(([short, long]) => long / short)),
    greyscale: good.filter(({ grey }) => grey).map(({ image }) => image),
    duplicates: groups.filter((group) => group.length > 1),
    unreadable: [...failed].map(([at, reason]) => ({ image: images[at]!, reason })),
  };
}
