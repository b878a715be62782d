/** The report on a dataset before anything is trained: what is in it, and whether it can be used. */
import { auditDataset, imageText, onBothSides, underTwoClasses, type Audit, type ImageName } from './audit';
import { countsNote } from './published';
import type { Dataset, Progress } from './types';

/** A dataset with what its pixels showed, and a verdict. Plain: it can be written as JSON. */
export interface Inspection {
  readonly name: string;
  readonly root: string;
  /** How the folder is laid out. */
  readonly layout: string;
  readonly fingerprint: string;
  readonly notes: readonly string[];
  /** How the counts compare with the published ones, where it is a published set. */
  readonly published?: string;
  readonly audit: Audit;
  readonly classNames: readonly string[];
  /** Share of the images that can be read, 0..1. */
  readonly greyscaleShare: number;
  /** Groups of images with the same pixels on both sides of training. */
  readonly leaks: readonly (readonly ImageName[])[];
  /** What makes the dataset unusable, as sentences; empty where it is usable. */
  readonly faults: readonly string[];
  /** What a person should know all the same. */
  readonly warnings: readonly string[];
  readonly usable: boolean;
}

const SHOWN = 5;

/** '3 images cannot be read: a, b, c'; nothing where there is none. */
function told(what: string, items: readonly string[]): readonly string[] {
  if (items.length === 0) return [];
  const more = items.length > SHOWN ? `, and ${items.length - SHOWN} more` : '';
  return [`${what}: ${items.slice(0, SHOWN).join(', ')}${more}`];
}

const group = (images: readonly ImageName[]): string => images.map(imageText).join(' = ');

/** Classes that no test split has an image of. */
function untested({ tests, classes, classNames }: Dataset): readonly string[] {
  const present = new Set(Object.values(tests).flatMap(({ samples }) => samples.map(({ label }) => label)));
  return Array.from({ length: classes }, (_, label) => label)
    .filter((label) => !present.has(label))
    .map((label) => classNames[label]!);
}

function faultsOf(dataset: Dataset, audit: Audit): readonly string[] {
  return [
    ...told(
      audit.unreadable.length === 1 ? 'an image cannot be read' : `${audit.unreadable.length} images cannot be read`,
      audit.unreadable.map(({ image, reason }) => `${imageText(image)} (${reason})`),
    ),
    ...told('the same pixels are trained on and tested', audit.duplicates.filter(onBothSides).map(group)),
    ...told('classes without a test image', untested(dataset)),
  ];
}

function warningsOf(audit: Audit, published: string | undefined): readonly string[] {
  const inside = audit.duplicates.filter((images) => !onBothSides(images));
  const repeats = inside.filter((images) => !underTwoClasses(images));
  return [
    ...(published?.startsWith('differs') ? [published] : []),
    ...told('the same pixels under two classes', inside.filter(underTwoClasses).map(group)),
    ...told('the same pixels twice on one side', repeats.map(group)),
  ];
}

/**
 * Reads every image of a dataset and judges it. Not usable: images that cannot be read, pixels that are trained on and tested, a class that is never
 * tested. (What the annotations have wrong is told when the dataset is read.) Counts that differ from the published ones are a warning: such a
 * dataset works, but its results compare with nothing.
 *
 * @throws the signal's reason
 */
export async function inspectDataset(
  dataset: Dataset,
  options: { readonly signal?: AbortSignal; readonly onProgress?: Progress } = {},
): Promise<Inspection> {
  const audit = await auditDataset(dataset, options);
  const faults = faultsOf(dataset, audit);
  const published = countsNote(dataset);
  const { name, root, fingerprint, classNames } = dataset;
  return {
    ...{ name, root, fingerprint, classNames },
    layout: dataset.layout ?? 'unknown',
    notes: dataset.notes ?? [],
    ...(published === undefined ? {} : { published }),
    audit,
    greyscaleShare: audit.greyscale.length / Math.max(1, audit.images - audit.unreadable.length),
    leaks: audit.duplicates.filter(onBothSides),
    faults,
    warnings: warningsOf(audit, published),
    usable: faults.length === 0,
  };
}
