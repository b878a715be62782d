/** The nine datasets on paper: images by their published counts, without a file, to plan runs on. */
import type { Stage } from '../ablation/plan';
import { PUBLISHED, STAGES } from '../data';
import type { Dataset, PublishedCounts } from '../data';
import type { TableData } from './table-data';

/**
 * The sets that are reckoned with: the five subsets of Ultra-FGVC and four common fine-grained sets. The paper speaks of nine datasets; which
 * they are is our reading of second-hand sources.
 */
export const NINE = [
  ...['Cotton80', 'SoyLocal', 'SoyGlobal', 'SoyGene', 'SoyAgeing'],
  ...['CUB-200-2011', 'Stanford Dogs', 'Stanford Cars', 'FGVC-Aircraft'],
] as const;

const published = (title: string): PublishedCounts => {
  const found = PUBLISHED.find((one) => one.title === title);
  if (!found) throw new RangeError(`no counts of ${title} are known: ${PUBLISHED.map((one) => one.title).join(', ')}`);
  return found;
};

/** Images of a split, the classes in turn: as evenly spread as their number allows. */
const split = (name: string, images: number, classes: number) => ({
  name,
  samples: Array.from({ length: images }, (_, i) => ({ file: '', name: `${name} ${i}`, label: i % classes })),
});

function datasetOf({ title, classes, train, test }: PublishedCounts): Dataset {
  return {
    ...{ name: title, root: title, classes, fingerprint: `on paper: ${title}` },
    classNames: Array.from({ length: classes }, (_, c) => `class ${c + 1}`),
    train: split('train', train, classes),
    tests: { test: split('test', test, classes) },
  };
}

/** A set as a table is trained on it; SoyAgeing's stages apart. @throws RangeError where its counts are not known */
export function onPaper(title: string): TableData {
  if (title !== 'SoyAgeing') return { dataset: datasetOf(published(title)) };
  const stages = STAGES.map((stage): Stage => {
    const name = `SoyAgeing ${stage}`;
    return { name, of: title, dataset: datasetOf(published(name)) };
  });
  return { dataset: { ...stages[0]!.dataset, name: title }, stages };
}
