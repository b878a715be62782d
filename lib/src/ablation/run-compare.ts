/** Finished runs beside each other: what their recipes differ in, and what they scored on the same images. */
import { recipeDifferences } from '../config';
import { mcnemar, pairedOutcomes } from '../metrics';
import type { ImageAnswer } from './outputs';
import type { RunRecord } from './record';

/** Two runs on the images of one test split. */
export interface SplitPair {
  readonly split: string;
  /** Shares of images classified rightly, of the first run and of the other. */
  readonly accuracies: readonly [number, number];
  /** Image by image; or why this cannot be had. */
  readonly images:
    | {
        readonly count: number;
        /** Images that only the first run has right, and that only the other has. */
        readonly onlyFirst: number;
        readonly onlyOther: number;
        /** McNemar's exact p value of "both are equally good". */
        readonly p: number;
      }
    | { readonly missing: string };
}

export interface RunComparison {
  readonly id: string;
  /** How the recipe differs from the first run's, as `field = value`. */
  readonly changes: readonly string[];
  readonly splits: readonly SplitPair[];
}

/** What a run had right on a split, image by image, where that is known. */
export type Answers = (record: RunRecord, split: string) => readonly ImageAnswer[] | undefined;

function byImage(
  [first, other]: readonly [RunRecord, RunRecord],
  split: string,
  answers: Answers,
): SplitPair['images'] {
  if (first.dataset.fingerprint !== other.dataset.fingerprint) return { missing: 'the test images are not the same' };
  const [a, b] = [answers(first, split), answers(other, split)];
  const without = [a ? [] : first.id, b ? [] : other.id].flat();
  if (!a || !b) return { missing: `neither a predictions file nor the dataset: ${without.join(', ')}` };
  if (a.length !== b.length || a.some(({ name, label }, i) => name !== b[i]!.name || label !== b[i]!.label))
    return { missing: 'the test images are not the same' };
  const found = pairedOutcomes(
    a.map(({ right }) => right),
    b.map(({ right }) => right),
  );
  const { onlyFirst, onlySecond: onlyOther } = found;
  return { count: a.length, onlyFirst, onlyOther, p: mcnemar(onlyFirst, onlyOther) };
}

/** Each further run beside the first, on the test splits that both have. */
export function compareRuns([first, ...others]: readonly RunRecord[], answers: Answers): readonly RunComparison[] {
  if (!first) return [];
  return others.map((other) => ({
    id: other.id,
    changes: recipeDifferences(first.config, other.config),
    splits: Object.keys(first.evaluation)
      .filter((split) => split in other.evaluation)
      .map((split) => ({
        split,
        accuracies: [first.evaluation[split]!.top1, other.evaluation[split]!.top1],
        images: byImage([first, other], split, answers),
      })),
  }));
}
