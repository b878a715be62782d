/** A look at the pixels of a dataset before anything is trained: sizes, greyscale, and images that are there twice. */
import { sha256 } from './fingerprint';
import { decodeWithSize, reasonOf } from './pixels';
import { mapLimit } from './pool';
import { countPerClass, splitsOf } from './splits';
import type { Dataset, Progress, Sample } from './types';

/** An image by its split and name. */
export interface ImageName {
  readonly split: string;
  readonly name: string;
  /** Class, counted from 0. */
  readonly label: number;
}

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
  readonly reason?: string;
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

async function see({ file, name, label }: Sample, split: string): Promise<Seen> {
  const image = { split, name, label };
  try {
    const { data, width, height } = await decodeWithSize(file, { size: COMPARED, fit: 'stretch' });
    return { image, width, height, grey: isGrey(data), pixels: sha256([Buffer.from(data).toString('base64')]) };
  } catch (error) {
    return { image, reason: reasonOf(error), width: 0, height: 0, grey: false, pixels: '' };
  }
}

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
  const samples = splits.flatMap(({ name, samples: own }) => own.map((sample) => ({ sample, split: name })));
  const first = await mapLimit(samples, ({ sample, split }) => see(sample, split), { limit: AT_A_TIME, ...options });
  // libvips keeps one list of messages for all its threads: only an image that is read alone gets its own reason.
  const seen: Seen[] = [];
  for (const [i, one] of first.entries())
    seen.push(one.reason === undefined ? one : await see(samples[i]!.sample, samples[i]!.split));
  const good = seen.filter(({ reason }) => reason === undefined);
  const groups = new Map<string, ImageName[]>();
  for (const { image, pixels } of good) {
    const group = groups.get(pixels);
    if (group === undefined) groups.set(pixels, [image]);
    else group.push(image);
  }
  const sides = good.map(({ width, height }) => [Math.min(width, height), Math.max(width, height)] as const);
  return {
    ...{ images: samples.length, classes: dataset.classes },
    perClass: Object.fromEntries(splits.map((split) => [split.name, [...countPerClass(split, dataset.classes)]])),
    side: spread(sides.map(([short]) => short)),
    aspect: spread(sides.map(([short, long]) => long / short)),
    greyscale: good.filter(({ grey }) => grey).map(({ image }) => image),
    duplicates: [...groups.values()].filter((group) => group.length > 1),
    unreadable: seen.flatMap(({ image, reason }) => (reason === undefined ? [] : [{ image, reason }])),
  };
}
