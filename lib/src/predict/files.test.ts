/** Predictions of files are those of the evaluation: the same images, the same numbers. */
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readOutputs, runConfig } from '../ablation';
import { readPredictions } from '../ablation/outputs';
import type { Dataset } from '../data';
import { predict } from '../metrics';
import { softened } from '../metrics/softened';
import { useStripes } from '../testing/hooks';
import { smallConfig } from '../testing/images';
import * as tf from '../tf';
import type { TrainedModel } from '../train/source';
import { predictFiles } from './files';
import type { FilePrediction } from './files';
import { predictSamples } from './samples';

let root = '';
let dataset: Dataset;
useStripes(3, 20, (made) => ({ root, dataset } = made));

// A part of the test images alone would show that the centre is not what is predicted.
const config = { ...smallConfig(), input: { ...smallConfig().input, testCrop: 0.75 } };
let model: TrainedModel;
let id = '';
const runs = (): string => path.join(root, 'runs');
const testFiles = (): readonly string[] => dataset.tests['test']!.samples.map(({ file }) => file);

beforeAll(async () => {
  const place = { runs: runs(), cache: path.join(root, 'cache') };
  const hooks = {
    keepOutputs: true,
    onTrained: (values: TrainedModel['values']) => void (model = { config, classes: dataset.classes, values }),
  };
  ({ id } = (await runConfig(config, dataset, place, hooks)).record);
});

async function all(files: readonly string[], options = {}): Promise<FilePrediction[]> {
  const found: FilePrediction[] = [];
  for await (const one of predictFiles(model, files, options)) found.push(one);
  return found;
}

const probabilitiesOf = (found: readonly FilePrediction[]) =>
  found.map((one) => ('problem' in one ? one.problem : one.probabilities));

describe('predictFiles', () => {
  it('gives the numbers of the evaluation, over several batches, and leaves no tensor', async () => {
    const before = tf.memory().numTensors;
    const found = await all(testFiles());
    expect(found).toHaveLength(60);
    const { logits } = readOutputs(runs(), id, 'test')!;
    const expected = found.map((_, i) => softened(logits.subarray(3 * i, 3 * i + 3), 1));
    expect(probabilitiesOf(found)).toEqual(expected);
    const rows = readPredictions(runs(), id, 'test')!;
    expect(predict(expected.flat(), 3).map((c, i) => expected[i]![c])).toEqual(
      rows.map(({ probability }) => probability),
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  it('predicts what can be read, in its place, and says why the rest cannot', async () => {
    const [broken, gone] = [path.join(root, 'broken.png'), path.join(root, 'gone.png')];
    fs.writeFileSync(broken, fs.readFileSync(testFiles()[0]!).subarray(0, 200));
    const [a, b] = testFiles() as [string, string];
    const found = await all([broken, a, gone, b]);
    expect(found.map(({ file }) => file)).toEqual([broken, a, gone, b]);
    expect(found[2]).toEqual({ file: gone, problem: 'the file is missing' });
    expect('problem' in found[0]!).toBe(true);
    const alone = await predictSamples(model, dataset.tests['test']!.samples.slice(0, 2));
    alone.forEach(({ probabilities }, i) => {
      const one = found[1 + 2 * i] as { probabilities: readonly number[] };
      one.probabilities.forEach((p, c) => expect(p).toBeCloseTo(probabilities[c]!, 6));
    });
    expect(await all([gone])).toEqual([{ file: gone, problem: 'the file is missing' }]);
  });

  it('shows where the model looks in what it saw', async () => {
    const found = await all(testFiles().slice(0, 9), { looks: true });
    const [seen] = await predictSamples(model, dataset.tests['test']!.samples.slice(0, 1));
    for (const one of found) {
      if ('problem' in one) throw new Error(one.problem);
      expect(one.look!.saliency).toMatchObject({ height: 4, width: 4 });
      expect(Math.max(...Array.from(one.look!.saliency.values))).toBeGreaterThan(0);
    }
    expect((found[0] as { look: { seen: unknown } }).look.seen).toEqual(seen!.seen);
    expect(probabilitiesOf(found)).toEqual(probabilitiesOf(await all(testFiles().slice(0, 9))));
  });

  it('disposes the model where it is left early or stopped', async () => {
    const before = tf.memory().numTensors;
    for await (const one of predictFiles(model, testFiles())) {
      expect(one.file).toBe(testFiles()[0]);
      break;
    }
    expect(tf.memory().numTensors).toBe(before);
    const stop = new AbortController();
    stop.abort(new Error('no longer wanted'));
    await expect(all(testFiles(), { signal: stop.signal })).rejects.toThrow('no longer wanted');
    expect(tf.memory().numTensors).toBe(before);
  });
});
