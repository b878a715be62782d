/** The splits of a dataset, and how many images each has of every class. */
import type { Dataset, Split } from './types';

/** All splits of a dataset, the training split first. */
export const splitsOf = ({ train, tests }: Dataset): readonly Split[] => [train, ...Object.values(tests)];

/** The split of that name. @throws RangeError listing the names there are */
export function splitNamed(dataset: Dataset, name: string): Split {
  const found = splitsOf(dataset).find((split) => split.name === name);
  if (found) return found;
  throw new RangeError(
    `split "${name}": choose one of ${splitsOf(dataset)
      .map((split) => split.name)
      .join(', ')}`,
  );
}

/** Images of each class, [classes]; a class without any image counts 0. */
export function countPerClass(split: Pick<Split, 'samples'>, classes: number): Int32Array {
  const counts = new Int32Array(classes);
  for (const { label } of split.samples) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}
