/** The readers that take bytes from outside, each with whole files to damage. */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { readPredictions, writePredictions } from '../../ablation/outputs';
import { predictionsFile, readRecord, recordFile, writeRecord } from '../../ablation/record';
import { mergeSummaries, readSummaries, summaryOf } from '../../ablation/summary';
import { summarizeRuns } from '../../ablation/results';
import { tableNamed } from '../../ablation/tables';
import { readWeights } from '../../backbone/weights/formats';
import { npz, pth, randomTensor, safetensors } from '../../backbone/weights/testing';
import { architectureOf } from '../../backbone';
import { canonicalJson, checkConfig, preset, withFields } from '../../config';
import { createRng } from '../../core/rng';
import { decodeSafetensors } from '../../core/safetensors';
import { decodePixels } from '../../data';
import { nameFault, parseAnnotation, parseClasses } from '../../data/annotation';
import { throwIfAny } from '../../data/errors';
import { parseMat } from '../../data/matlab';
import { readDataset } from '../../data/read';
import { writeFiles } from '../../data/testing';
import { readUfg } from '../../data/ufg';
import { loadModel, saveModel } from '../../export';
import { publishedFile, readPublished } from '../../published';
import matFixture from '../fixtures/mat.json';
import { runRecord } from '../records';
import fixture from '../fixtures/torch-legacy.json';

export interface Target {
  readonly name: string;
  /** Whole files. */
  readonly seeds: (folder: string) => Promise<readonly Buffer[]>;
  /** Reads damaged bytes; `folder` is empty for its files. Throws an error for people, or gives something whole. */
  readonly read: (bytes: Buffer, folder: string) => unknown;
}

const rng = createRng(1, 'fuzz seeds');
const mats = Object.values(matFixture.files).flatMap(({ plain, compressed }) => [plain, compressed].map((file) => Buffer.from(file, 'base64'))); // prettier-ignore
const PREDICTIONS = [0, 1].map((label) => ({
  ...{ name: `${label}, "x".png`, label, className: 'a', predicted: 0, predictedName: 'a' },
  ...{ probability: 0.75, trueProbability: 0.25, right: label === 0 },
}));
const entries = {
  'a.weight': randomTensor(rng, 3, 2),
  'b.bias': randomTensor(rng, 4),
  c: randomTensor(rng, 2, 3, 1, 1),
};
const config = preset('tiny', { training: { epochs: 1 } });

/** What is read through a file. */
async function inFile<T>(folder: string, name: string, bytes: Buffer, read: (file: string) => T): Promise<T> {
  await writeFiles(folder, { [name]: bytes });
  return read(path.join(folder, name));
}

async function drawn(): Promise<Buffer[]> {
  const image = sharp({ create: { width: 24, height: 18, channels: 3, background: '#4a6' } });
  const forms = ['png', 'jpeg', 'webp', 'tiff', 'gif'] as const;
  return Promise.all(forms.map((form) => image.clone().toFormat(form).toBuffer()));
}

async function datasetIn(folder: string, annotation: Buffer, classes: Buffer) {
  await writeFiles(folder, {
    ...{ 'images/a.png': 'x', 'images/b.png': 'x', 'images/c d.png': 'x', 'images/e.png': 'x' },
    ...{ 'anno/train.txt': annotation, 'anno/test.txt': 'c d.png 1\ne.png 2\n', 'classes.txt': classes },
  });
  const dataset = await readUfg(folder);
  const inside = await fs.realpath(folder);
  for (const { file } of dataset.train.samples)
    if (!file.startsWith(inside + path.sep)) throw new TypeError(`${file} lies outside the dataset`);
  return dataset;
}

function modelValues() {
  const architecture = architectureOf(config.backbone, 2, config.input.imageSize);
  return new Map(architecture.parameters.map(({ name, shape }) => [name, randomTensor(rng, ...shape).data]));
}

async function modelFile(folder: string): Promise<Buffer> {
  const file = path.join(folder, 'model.safetensors');
  await saveModel(file, { config, classes: 2, classNames: ['a', 'b'], values: modelValues() });
  return fs.readFile(file);
}

/** The results file of a table with one run of each variant. */
function resultsFile(): Buffer {
  const table = tableNamed('modules');
  const variants = table.variants(config);
  const runs = variants.map(({ name, config: own }) => {
    const record = runRecord(own, 0.5);
    return { id: record.id, variant: name, seed: own.seed, config: own, record };
  });
  const summary = summaryOf('modules', config, summarizeRuns(table, variants, runs)!);
  return Buffer.from(JSON.stringify(mergeSummaries(undefined, summary)));
}

export const TARGETS: readonly Target[] = [
  {
    name: 'images',
    seeds: drawn,
    read: (bytes, folder) => inFile(folder, 'image', bytes, (file) => decodePixels(file, { size: 16, fit: 'cover' })),
  },
  {
    name: 'annotations',
    seeds: async () => [Buffer.from('a.png 1\nb.png 2\n'), Buffer.from('\ufeffa.png\t1\r\nb.png  2\r\n')],
    read: (bytes, folder) => datasetIn(folder, bytes, Buffer.from('1 first\n2 second\n')),
  },
  {
    name: 'class names',
    seeds: async () => [Buffer.from('1 first\n2 the second\n')],
    read: (bytes, folder) => datasetIn(folder, Buffer.from('a.png 1\nb.png 2\n'), bytes),
  },
  {
    name: 'annotation lines',
    seeds: async () => [Buffer.from('folder/a b.png 1\n../x.png 2\n/etc/passwd 3\nC:\\x.png 4\n')],
    read: (bytes) => {
      const text = bytes.toString('latin1');
      const { entries: lines, problems } = parseAnnotation(text, 'train.txt');
      const escaped = lines.find(({ name }) => nameFault(name) !== undefined);
      if (escaped) throw new TypeError(`"${escaped.name}" was taken`);
      throwIfAny('lines', [...problems, ...parseClasses(text, 'classes.txt').problems]);
    },
  },
  { name: 'MATLAB files', seeds: async () => mats, read: (bytes) => parseMat(bytes) },
  {
    name: 'CSV datasets',
    seeds: async () => [Buffer.from('image,label\na.png,first\nb.png,"the ""second"""\nc d.png,first\n')],
    read: async (bytes, folder) => {
      const images = { 'a.png': 'x', 'b.png': 'x', 'c d.png': 'x' };
      await writeFiles(folder, { ...images, 'test.csv': 'image,label\nc d.png,first\n' });
      return inFile(folder, 'train.csv', bytes, () => readDataset(folder));
    },
  },
  {
    name: 'published numbers',
    seeds: async () => [await fs.readFile(publishedFile())],
    read: (bytes, folder) => inFile(folder, 'published.json', bytes, readPublished),
  },
  {
    name: 'predictions files',
    seeds: async (folder) => {
      const place = predictionsFile(folder, 'run', 'test');
      await fs.mkdir(path.dirname(place), { recursive: true });
      await writePredictions({ runs: folder, id: 'run', split: 'test' }, PREDICTIONS);
      return [await fs.readFile(place)];
    },
    read: (bytes, folder) =>
      inFile(folder, path.relative(folder, predictionsFile(folder, 'run', 'test')), bytes, () =>
        readPredictions(folder, 'run', 'test'),
      ),
  },
  { name: 'npz', seeds: async () => [npz(entries), npz(entries, 6)], read: readWeights },
  {
    name: 'torch files',
    seeds: async () => [pth(entries), Buffer.from(fixture.good, 'base64')],
    read: readWeights,
  },
  { name: 'safetensors', seeds: async () => [safetensors(entries)], read: readWeights },
  { name: 'checkpoint files', seeds: async () => [safetensors(entries)], read: (bytes) => decodeSafetensors(bytes) },
  {
    name: 'model files',
    seeds: async (folder) => [await modelFile(folder)],
    read: (bytes, folder) => inFile(folder, 'model.safetensors', bytes, loadModel),
  },
  {
    name: 'run records',
    seeds: async (folder) => {
      const record = runRecord(config, 0.5);
      await writeRecord(folder, record);
      return [await fs.readFile(recordFile(folder, record.id))];
    },
    read: (bytes, folder) => {
      const { id } = runRecord(config, 0.5);
      return inFile(path.dirname(recordFile(folder, id)), path.basename(recordFile(folder, id)), bytes, () =>
        readRecord(folder, id),
      );
    },
  },
  {
    name: 'results files',
    seeds: async () => [resultsFile()],
    read: (bytes, folder) => inFile(folder, 'results.json', bytes, readSummaries),
  },
  {
    name: 'configs',
    seeds: async () => [Buffer.from(canonicalJson(preset('laptop'))), Buffer.from(canonicalJson(config))],
    read: (bytes) => {
      const text = bytes.toString('utf8');
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {
        // Refused, as every reader of a config refuses it before it asks for the config.
        throw new Error(`no JSON, and so no config: ${text.slice(0, 40)}`);
      }
      return checkConfig(value);
    },
  },
  {
    name: 'assignments',
    seeds: async () => [
      Buffer.from('contrast.margin=0.2'),
      Buffer.from('augment.cropArea=[0.5,1]'),
      Buffer.from('view.kind=keep'),
    ],
    read: (bytes) => checkConfig(withFields(config, [bytes.toString('latin1')])),
  },
];
