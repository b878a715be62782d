import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOutputs, readPredictions, writeOutputs, writePredictions } from '../ablation/outputs';
import { planRuns } from '../ablation/plan';
import { summarizeRuns } from '../ablation/results';
import type { TableResults } from '../ablation/results';
import { seenDataset } from '../ablation/seen';
import { TABLES } from '../ablation/tables';
import { preset } from '../config';
import { encodeSafetensors } from '../core/safetensors';
import { loadDataset } from '../data';
import type { Dataset } from '../data';
import { temporaryFolder } from '../data/testing';
import type { FeatureMap, Mistakes } from '../report/page';
import { runRecord } from '../testing/records';
import { drawStripes } from '../testing/stripes';
import { featureMap, linkedConfusion, worstMistakes } from './page-parts';
import { commandOf } from './report';
import { configOf } from './recipe';
import type { TableOptions } from './table-task';

let folder: string;
let dataset: Dataset;
let results: TableResults;
/** Id of the second seed of the full model: the first has no files. */
let id: string;
const runs = (): string => path.join(folder, 'runs');

beforeAll(async () => {
  folder = await temporaryFolder();
  await drawStripes(path.join(folder, 'stripes'));
  // With the fingerprint that the records have.
  dataset = { ...(await loadDataset(path.join(folder, 'stripes'), { dataDir: folder })), fingerprint: 'f' };
  const variants = TABLES.modules.variants(preset('tiny'));
  const planned = planRuns(variants, [1, 2], {
    sources: () => ({ dataset: 'f', weights: null }),
    find: () => undefined,
  });
  const done = planned.map((run) => ({ ...run, record: runRecord(run.config, 0.5) }));
  results = summarizeRuns(TABLES.modules, variants, done)!;
  id = results.variants.find(({ name }) => name === TABLES.modules.full)!.records[1]!.id;
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Writes a file into the folder of the full model's second seed. */
function write(name: string, content: string | Uint8Array): void {
  fs.mkdirSync(path.join(runs(), id), { recursive: true });
  fs.writeFileSync(path.join(runs(), id, name), content);
}

const parts = (images = true) => ({ results, dataset, runs: runs(), images });

describe('before a run has its files', () => {
  it('says what is missing, and how to get it', async () => {
    expect(await worstMistakes(parts())).toEqual({ missing: expect.stringMatching(/predictions-<split>\.csv.*--fresh/) as string }); // prettier-ignore
    expect(await featureMap(parts())).toEqual({ missing: expect.stringMatching(/outputs-<split>\.safetensors.*--fresh/) as string }); // prettier-ignore
    expect(readPredictions(runs(), id, 'test')).toBeUndefined();
  });
});

describe('worstMistakes', () => {
  const head = 'name,label,className,predicted,predictedName,probability,trueProbability,right\r\n';
  it('gives the wrong and surest first, with pictures of image and called class', async () => {
    const { samples } = dataset.tests.test!;
    const rows = samples.map(({ name, label }, i) => {
      const wrong = i % 2 === 0;
      return [name, label, '"a, ""b"""', wrong ? (label + 1) % 4 : label, 'x', 0.5 + i / 100, 0.1, !wrong].join(',');
    });
    write('predictions-test.csv', `${head}${rows.join('\r\n')}\r\n`);
    const found = (await worstMistakes(parts())) as Mistakes;
    expect(found).toMatchObject({ wrong: 6, images: 12, run: id });
    expect(found.items.map(({ probability }) => probability)).toEqual([0.6, 0.58, 0.56, 0.54, 0.52, 0.5]);
    expect(found.items[0]).toMatchObject({ name: samples[10]!.name, truth: 'class 4', called: 'class 1' });
    for (const { picture, calledPicture } of found.items) {
      expect(picture).toMatch(/^data:image\/jpeg;base64,/);
      expect(calledPicture).toMatch(/^data:image\/jpeg;base64,/);
    }
    const bare = (await worstMistakes(parts(false))) as Mistakes;
    expect(bare.items.every(({ picture, calledPicture }) => picture === undefined && calledPicture === undefined)).toBe(true); // prettier-ignore
  });

  it('goes on where an image cannot be read', async () => {
    const file = dataset.tests.test!.samples[10]!.file;
    fs.renameSync(file, `${file}.gone`);
    const found = (await worstMistakes(parts())) as Mistakes;
    fs.renameSync(`${file}.gone`, file);
    expect(found.items[0]!.picture).toBeUndefined();
    expect(found.items[1]!.picture).toBeDefined();
  });

  it('refuses a file that is no table of predictions', async () => {
    write('predictions-other.csv', 'name,label\r\na,1\r\n');
    expect(() => readPredictions(runs(), id, 'other')).toThrow(
      /predictions-other\.csv has the columns name,label, expected/,
    );
    write('predictions-other.csv', `${head}a,1,b,?,c,0.5,0.1,false\r\n`);
    expect(() => readPredictions(runs(), id, 'other')).toThrow(
      /predictions-other\.csv: the line of "a" is no prediction/,
    );
  });
});

describe('linkedConfusion', () => {
  it('counts every image and shows those that were called wrongly', async () => {
    const { counts, guesses, pictures, training, names } = (await linkedConfusion(parts()))!;
    expect(counts.flat().reduce((a, b) => a + b, 0)).toBe(12);
    expect(guesses).toHaveLength(6);
    expect(guesses[0]).toMatchObject({ truth: 3, predicted: 0, probabilities: [0.1, 0.6] });
    expect(training.map((own) => own.length)).toEqual([2, 2, 2, 2]);
    expect(pictures).toHaveLength(6 + 8);
    expect(names).toEqual(dataset.classNames);
    expect(await linkedConfusion(parts(false))).toBeUndefined();
  });
});

describe('featureMap', () => {
  it('maps the features of the run that kept them', async () => {
    const data = Float32Array.from({ length: 12 * 3 }, (_, i) => Math.sin(i) + (i % 36 < 18 ? 3 : 0));
    const logits = new Float32Array(12 * 4);
    await writeOutputs({ runs: runs(), id, split: 'test' }, { logits, features: data, featureSize: 3 }, 12);
    const { figure, note } = (await featureMap(parts())) as FeatureMap;
    expect(figure.data.flatMap(({ x }) => x)).toHaveLength(12);
    expect(note).toMatch(new RegExp(`^UMAP of all 12 test images in run ${id} \\(SSDP \\+ DDL \\+ SSDT, seed 2\\)`));
    expect(note).toMatch(/trustworthiness [01]\.\d{3}\.$/);
    write('outputs-none.safetensors', encodeSafetensors({ tensors: new Map(), metadata: {} }));
    expect(() => readOutputs(runs(), id, 'none')).toThrow(/has no logits/);
  });
});

describe('where the run that kept its files saw another dataset', () => {
  it('shows no picture, no matrix and no map, and says why', async () => {
    const given = { ...parts(), dataset: { ...dataset, fingerprint: 'another' } };
    const { items, wrong, note } = (await worstMistakes(given)) as Mistakes;
    expect([wrong, note]).toEqual([6, expect.stringMatching(new RegExp(`^Run ${id}, .* no pictures are shown`))]);
    expect(items[0]).toMatchObject({ truth: 'a, "b"', called: 'x', picture: undefined, calledPicture: undefined });
    expect(await linkedConfusion(given)).toBeUndefined();
    expect(await featureMap(given)).toEqual({ missing: expect.stringMatching(/saw other images/) as string });
    expect(((await worstMistakes({ ...given, images: false })) as Mistakes).note).toBeUndefined();
  });
});

describe('where a fold of the training images was scored', () => {
  it('finds the images of that fold, and calls them validation images', async () => {
    const variants = TABLES.modules.variants(preset('tiny', { dataset: { validation: 'folds:3' } }));
    const sources = () => ({ dataset: 'f', weights: null });
    const done = planRuns(variants, [1], { sources, find: () => undefined }).map((run) => {
      const record = runRecord(run.config, 0.5);
      const { test: validation } = record.evaluation;
      const facts = { ...record.dataset, tests: { validation: 4 } };
      return { ...run, record: { ...record, dataset: facts, evaluation: { validation: validation! } } };
    });
    const chosen = summarizeRuns(TABLES.modules, variants, done)!;
    const { records } = chosen.variants.find(({ name }) => name === TABLES.modules.full)!;
    const { id: first, config } = records[0]!;
    const { samples } = seenDataset(dataset, config).tests.validation!;
    const rows = samples.map(({ name, label }) => ({
      ...{ name, label, className: '', predicted: (label + 1) % 4, predictedName: '', probability: 0.5 },
      ...{ trueProbability: 0.1, right: false },
    }));
    fs.mkdirSync(path.join(runs(), first), { recursive: true });
    await writePredictions({ runs: runs(), id: first, split: 'validation' }, rows);
    const given = { results: chosen, dataset, runs: runs(), images: true };
    const { items, images } = (await worstMistakes(given)) as Mistakes;
    expect(images).toBe(4);
    expect(items.every(({ picture }) => picture !== undefined)).toBe(true);
    expect(await linkedConfusion(given)).toMatchObject({ scored: 'validation', guesses: { length: 4 } });
    expect(await featureMap(given)).toEqual({ missing: expect.stringContaining('The features of the validation images') as string }); // prettier-ignore
  });

  it('maps them', async () => {
    const variants = TABLES.margin.variants(preset('tiny', { dataset: { validation: 'holdout:2' } }));
    const sources = () => ({ dataset: 'f', weights: null });
    const done = planRuns(variants, [1], { sources, find: () => undefined }).map((run) => {
      const record = runRecord(run.config, 0.5);
      return { ...run, record: { ...record, evaluation: { validation: record.evaluation.test! } } };
    });
    const chosen = summarizeRuns(TABLES.margin, variants, done)!;
    const { id: first } = chosen.variants.find(({ name }) => name === TABLES.margin.full)!.records[0]!;
    const features = Float32Array.from({ length: 8 * 3 }, (_, i) => Math.sin(i));
    fs.mkdirSync(path.join(runs(), first), { recursive: true });
    await writeOutputs({ runs: runs(), id: first, split: 'validation' }, { logits: new Float32Array(8 * 4), features, featureSize: 3 }, 8); // prettier-ignore
    const { note } = (await featureMap({ results: chosen, dataset, runs: runs(), images: true })) as FeatureMap;
    expect(note).toMatch(/^UMAP of all 8 validation images in run/);
  });
});

describe('commandOf', () => {
  const command = (given: object, seeds: readonly number[]): string => {
    const options = { preset: 'laptop', dataset: 'leaf80', shots: 'all', set: [], ...given } as unknown as TableOptions;
    const task = {
      word: 'margin',
      options,
      full: configOf(options),
      dataset: { ...dataset, name: 'two leaves' },
    } as const;
    return commandOf(task, seeds);
  };

  it('names what is not the default, and no folder of the machine', () => {
    expect(command({}, [1, 2, 3])).toBe('npm run reproduce -- --table margin --seeds 3');
    const set = ['augment.cropArea=[0.3,1]', 'contrast.margin=0.2', 'augment.flip=true'];
    expect(command({ dataset: '/data/x', shots: 5, epochs: 9, preset: 'tiny', set }, [1, 4])).toBe(
      "npm run reproduce -- --table margin --seeds 1,4 --dataset '/path/to/two leaves' --preset tiny --shots 5 " +
        "--set 'augment.cropArea=[0.3,1]' --epochs 9 --set contrast.margin=0.2",
    );
  });
});
