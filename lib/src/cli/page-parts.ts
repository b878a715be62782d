/** What a report of a table takes from the folders of its runs and from the dataset: the worst mistakes, and a map of the features. */
import { confusedPairs, confusionCounts } from '../metrics';
import { readOutputs, readPredictions } from '../ablation/outputs';
import type { PredictedImage } from '../ablation/outputs';
import { summedConfusion } from '../ablation/present';
import { scoredImages } from '../ablation/protocol-present';
import type { RunRecord } from '../ablation/record';
import type { TableResults, VariantResult } from '../ablation/results';
import { seenDataset } from '../ablation/seen';
import { encodeThumbnail } from '../data';
import type { Dataset, Sample } from '../data';
import { embeddingScatter } from '../plots';
import type { LinkedConfusion } from '../report';
import type { FeatureMap, Missing, Mistake, Mistakes } from '../report/page';

/** How many mistakes are shown. */
const SHOWN = 18;
/** Side of their pictures in pixels. */
const SIDE = 128;
/** How many images a map has at the most. */
const MAPPED = 4000;
/** Classes that keep their colour on a map of many. */
const COLOURED = 7;

export interface PartsOptions {
  readonly results: TableResults;
  readonly dataset: Dataset;
  /** Folder of the runs. */
  readonly runs: string;
  /** Whether pictures of the dataset may stand in the page. */
  readonly images: boolean;
}

const fullOf = ({ table, variants }: TableResults): VariantResult | undefined =>
  variants.find(({ name }) => name === table.full);

/** What a reader found of a run. */
interface FoundRun<T> {
  readonly id: string;
  readonly seed: number;
  readonly found: T;
  /**
   * The images as the run saw them: with a fold of the training images in the place of the test images where it was scored on one. Undefined
   * where the run saw other images than the dataset has (another stage): its positions and names would mean the wrong ones.
   */
  readonly seen: Dataset | undefined;
}

/** The first run of the full model that a reader finds something of, those that saw this very dataset before all others. */
function firstOf<T>(
  { results, dataset, runs }: PartsOptions,
  read: (runs: string, id: string, split: string) => T | undefined,
): FoundRun<T> | undefined {
  const records = fullOf(results)?.records ?? [];
  const sawThis = (record: RunRecord): boolean => record.dataset.fingerprint === dataset.fingerprint;
  for (const record of [...records.filter(sawThis), ...records.filter((one) => !sawThis(one))]) {
    const found = read(runs, record.id, results.split);
    if (found === undefined) continue;
    const seen = sawThis(record) ? seenDataset(dataset, record.config) : undefined;
    return { id: record.id, seed: record.config.seed, found, seen };
  }
  return undefined;
}

/** Said where the images of a run are not at hand. */
const elsewhereText = (id: string, { dataset }: PartsOptions): string =>
  `Run ${id}, the one that kept them, saw other images than ${dataset.name} has as it was read (its fingerprint is another)`;

/** The picture of a sample; undefined where it cannot be read: a report is not held up by one file. */
async function pictureOf(sample: Sample | undefined, side = SIDE): Promise<string | undefined> {
  if (!sample) return undefined;
  try {
    return `data:image/jpeg;base64,${(await encodeThumbnail(sample.file, side)).toString('base64')}`;
  } catch {
    return undefined;
  }
}

/**
 * @param place the mistake's place in the list: neighbours show different training images
 * @param seen the images as the run saw them; undefined where they are not at hand
 */
async function mistakeOf(
  row: PredictedImage,
  place: number,
  { seen, images, results }: Pick<PartsOptions, 'images' | 'results'> & { readonly seen: Dataset | undefined },
): Promise<Mistake> {
  const { name, label, className, predicted, predictedName, probability, trueProbability } = row;
  const sample = images ? seen?.tests[results.split]?.samples.find((one) => one.name === name) : undefined;
  const trained = (images ? seen?.train.samples.filter((one) => one.label === predicted) : undefined) ?? [];
  const [truth, called] = seen ? [seen.classNames[label]!, seen.classNames[predicted]!] : [className, predictedName];
  return {
    ...{ name, probability, trueProbability, truth, called },
    ...{ picture: await pictureOf(sample), calledPicture: await pictureOf(trained[place % trained.length]) },
  };
}

/** What a run was wrong about, the surest first. */
const wrongOf = (rows: readonly PredictedImage[]): readonly PredictedImage[] =>
  rows
    .filter(({ label, predicted }) => label !== predicted)
    .sort((a, b) => b.probability - a.probability || (a.name < b.name ? -1 : 1));

/** The test images that the full model's first run was wrong about and surest of. */
export async function worstMistakes(options: PartsOptions): Promise<Mistakes | Missing> {
  const run = firstOf(options, readPredictions);
  if (!run)
    return {
      missing:
        'The predictions of single images are not there: runs keep them in data/runs/<run>/predictions-<split>.csv, and none of the full model ' +
        'has them. Do its first seed again (--fresh) to get them.',
    };
  const wrong = wrongOf(run.found);
  const from = { ...options, seen: run.seen };
  const items = await Promise.all(wrong.slice(0, SHOWN).map((row, i) => mistakeOf(row, i, from)));
  const note = options.images && !run.seen ? `${elsewhereText(run.id, options)}: no pictures are shown.` : undefined;
  return { items, wrong: wrong.length, images: run.found.length, run: run.id, note };
}

/** Of how many classes and wrong images a matrix shows the images: each picture of 64 px takes 2 KB of the page. */
const LINKED = { classes: 100, wrong: 400, training: 2, side: 64 } as const;

/**
 * The full model's confusion in its first run, with the images behind the cells; undefined where they are too many, not to be shown, or not
 * those of the dataset (`worstMistakes` says so).
 */
export async function linkedConfusion(options: PartsOptions): Promise<LinkedConfusion | undefined> {
  const { dataset, images, results } = options;
  const run = images && dataset.classes <= LINKED.classes ? firstOf(options, readPredictions) : undefined;
  const seen = run?.seen;
  if (!run || !seen) return undefined;
  const samples = new Map(seen.tests[results.split]?.samples.map((sample) => [sample.name, sample]));
  const all = wrongOf(run.found);
  const wrong = all.slice(0, LINKED.wrong);
  const pictures: string[] = [];
  const add = async (sample: Sample | undefined): Promise<number[]> => {
    const picture = await pictureOf(sample, LINKED.side);
    return picture === undefined ? [] : [pictures.push(picture) - 1];
  };
  const guesses: LinkedConfusion['guesses'][number][] = [];
  for (const { name, label, predicted, probability, trueProbability } of wrong)
    for (const picture of await add(samples.get(name)))
      guesses.push({ picture, truth: label, predicted, probabilities: [trueProbability, probability] });
  const training: number[][] = dataset.classNames.map(() => []);
  for (const sample of seen.train.samples) {
    const own = training[sample.label]!;
    if (own.length < LINKED.training) own.push(...(await add(sample)));
  }
  const [predictions, labels] = [run.found.map((row) => row.predicted), run.found.map((row) => row.label)];
  const counts = confusionCounts(predictions, labels, dataset.classes);
  const some =
    wrong.length < all.length ? `; pictures of the ${wrong.length} surest of ${all.length} wrong images` : '';
  return {
    title: `Run ${run.id}, seed ${run.seed}${some}`,
    scored: results.validation === 'none' ? 'test' : 'validation',
    names: dataset.classNames,
    counts,
    pictures,
    guesses,
    training,
  };
}

/** Classes that are coloured: all where they are few, else those that are mixed up most. */
function coloured(results: TableResults): readonly number[] | undefined {
  const full = fullOf(results)!;
  const { classes } = full.records[0]!.dataset;
  if (classes <= 2 * COLOURED) return undefined;
  const pairs = confusedPairs(summedConfusion(full, results.split), classes).flatMap(({ trueClass, predicted }) => [
    trueClass,
    predicted,
  ]);
  return [...new Set(pairs)].slice(0, COLOURED);
}

/** A map of the full model's features of the test images, by UMAP. */
export async function featureMap(options: PartsOptions): Promise<FeatureMap | Missing> {
  const { results, dataset } = options;
  const run = firstOf(options, readOutputs);
  if (run && !run.seen) return { missing: `${elsewhereText(run.id, options)}: there is no map of its features.` };
  const samples = run?.seen?.tests[results.split]?.samples ?? [];
  if (!run || run.found.features.length !== samples.length * run.found.featureSize || samples.length < 5)
    return {
      missing:
        `The features of the ${scoredImages(results)} are not there: ` +
        'reproduce keeps them for the first seed of the full model, in ' +
        'data/runs/<run>/outputs-<split>.safetensors. Do that run again (--fresh) to get this map.',
    };
  const { features, featureSize: size } = run.found;
  const step = Math.ceil(samples.length / MAPPED);
  const rows = samples.map((_, i) => i).filter((i) => i % step === 0);
  const values = new Float32Array(rows.length * size);
  rows.forEach((row, i) => values.set(features.subarray(row * size, (row + 1) * size), i * size));
  // TensorFlow is loaded here: a report without features starts without.
  const { umap } = await import('../embed');
  const neighbours = Math.min(15, rows.length - 1);
  const near = Math.min(15, Math.floor(rows.length / 2) - 1);
  const map = await umap({ values, size }, { neighbours, metric: 'cosine', trustworthiness: Math.max(1, near) });
  const points = rows.map((row, i) => ({
    ...{ x: map.coordinates[2 * i]!, y: map.coordinates[2 * i + 1]! },
    label: samples[row]!.label,
  }));
  const highlight = coloured(results);
  const figure = embeddingScatter(points, {
    ...{ names: dataset.classNames, title: `Features of the ${scoredImages(results)}`, run: run.id },
    ...(highlight ? { highlight } : {}),
  });
  const part = step > 1 ? `every ${step}th of ${samples.length}` : `all ${samples.length}`;
  const colours = highlight ? ` The ${highlight.length} classes that are mixed up most have colours.` : '';
  return {
    figure,
    note:
      `UMAP of ${part} ${scoredImages(results)} in run ${run.id} (${fullOf(results)!.name}, seed ${run.seed}): ${neighbours} neighbours, cosine; trustworthiness ` +
      `${(map.trustworthiness ?? 0).toFixed(3)}.${colours}`,
  };
}
