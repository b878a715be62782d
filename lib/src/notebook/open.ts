/** A dataset for a notebook: by name, drawn with a progress bar where it is not there yet. */
import path from 'node:path';
import { EMBEDDED, loadDataset, splitNamed, splitsOf } from '../data';
import type { Dataset, Sample } from '../data';
import { projectPaths } from '../project';
import { liveDisplay } from '../report';
import type { Table } from '../report';
import { interruptible } from './interrupt';
import { counter } from './progress';

/**
 * Loads a dataset by name or path, from the project's data folder. An embedded set (`leaf20`, `leaf80`) is drawn the first time; the stop
 * button ends that cleanly.
 *
 * @throws DatasetError where there is none of that name, listing those there are
 */
export function openDataset(name: string): Promise<Dataset> {
  const drawn = EMBEDDED.some((one) => one === name);
  const onProgress = counter(`${drawn ? 'drawing' : 'looking up'} ${path.basename(name)}`, liveDisplay);
  return interruptible((signal) => loadDataset(name, { dataDir: projectPaths().data, onProgress, signal }));
}

/** What a dataset holds, one row a split. No path is in it. */
export function datasetTable(dataset: Dataset): Table {
  const rows = splitsOf(dataset).map(({ name, samples }) => ({
    split: name,
    images: samples.length,
    perClass: samples.length / dataset.classes,
  }));
  return {
    title: `${dataset.name}: ${dataset.classes} classes`,
    columns: [
      { key: 'split', title: 'Split' },
      { key: 'images', title: 'Images' },
      { key: 'perClass', title: 'Images a class', digits: 1 },
    ],
    rows,
    notes: [],
  };
}

/** The first `each` images of each of some classes of a split, class by class. @throws RangeError where a class has none */
export function pickSamples(dataset: Dataset, split: string, classes: readonly number[], each = 1): readonly Sample[] {
  const { samples } = splitNamed(dataset, split);
  return classes.flatMap((label) => {
    const own = samples.filter((sample) => sample.label === label).slice(0, each);
    if (own.length === 0)
      throw new RangeError(`class ${label} has no image in ${split}: choose from 0 to ${dataset.classes - 1}`);
    return own;
  });
}
