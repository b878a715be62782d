/** What a run leaves in its folder, done at once or in parts. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Dataset } from '../data';
import { mean } from '../metrics';
import { useStripes } from '../testing/hooks';
import { readEvents } from '../testing/events';
import { smallConfig } from '../testing/images';
import { answersOf, readOutputs, readPredictions } from './outputs';
import { checkpointFile, readRecord, runFolder, statusFile } from './record';
import { runConfig } from './run';
import type { RunHooks } from './run';
import { readRun } from './runs';

let root = '';
let dataset: Dataset;
useStripes(3, 4, (made) => ({ root, dataset } = made));

const config = smallConfig({ training: { epochs: 4 } });
const at = (name: string) => ({ runs: path.join(root, name, 'runs'), cache: path.join(root, 'cache') });
const run = (name: string, hooks: RunHooks = {}) => runConfig(config, dataset, at(name), hooks);

const linesOf = (runs: string, id: string): string[][] =>
  fs
    .readFileSync(path.join(runFolder(runs, id), 'metrics.csv'), 'utf8')
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','));
const eventsOf = (runs: string, id: string) => {
  const files = fs.readdirSync(runFolder(runs, id)).filter((name) => name.startsWith('events.out.tfevents.'));
  expect(files).toHaveLength(1);
  return readEvents(fs.readFileSync(path.join(runFolder(runs, id), files[0]!)));
};

it('holds record, metrics, predictions and events, and the outputs where they are asked for', async () => {
  const { runs } = at('whole');
  const { record, outputs } = await run('whole', { keepOutputs: true, command: 'csdnet train' });
  const names = fs.readdirSync(runFolder(runs, record.id)).map((name) => name.replace(/^(events)\..*/, '$1'));
  const parts = ['metrics.csv', 'outputs-test.safetensors', 'predictions-test.csv', 'record.json'];
  expect(names.sort()).toEqual(['events', ...parts]);
  expect(readRecord(runs, record.id)).toEqual(JSON.parse(JSON.stringify(record)));
  expect(record.provenance).toMatchObject({ command: 'csdnet train', lock: expect.stringMatching(/^[0-9a-f]{12}$/) });

  const rows = readPredictions(runs, record.id, 'test')!;
  const { top1, predictions, nll, images } = record.evaluation['test']!;
  expect(rows.map(({ predicted }) => predicted)).toEqual(predictions);
  expect(rows.map(({ name }) => name)).toEqual(dataset.tests['test']!.samples.map(({ name }) => name));
  expect(mean(rows.map(({ right }) => Number(right)))).toBe(top1);
  expect(mean(rows.map(({ trueProbability }) => -Math.log(trueProbability)))).toBeCloseTo(nll, 6);
  expect(rows.every(({ className, label }) => className === dataset.classNames[label])).toBe(true);

  const answers = answersOf(record, 'test', dataset)!;
  expect(answers).toEqual(rows.map(({ name, label, right }) => ({ name, label, right })));
  expect(answersOf(record, 'validation', dataset)).toBeUndefined();
  expect(answersOf(record, 'test', { ...dataset, fingerprint: 'another' })).toBeUndefined();

  expect(readOutputs(runs, record.id, 'test')).toEqual(outputs!['test']);
  expect(outputs!['test']!.logits).toHaveLength(images * dataset.classes);
  expect(readOutputs(runs, record.id, 'validation')).toBeUndefined();
  expect(readPredictions(runs, record.id, 'validation')).toBeUndefined();

  const [head, ...lines] = linesOf(runs, record.id);
  expect(head).toEqual(
    'epoch,time,loss,loss_classify,loss_contrast,loss_distill,trainAccuracy,gradientNorm,rate'.split(','),
  );
  const column = (name: string) => lines.map((cells) => Number(cells[head!.indexOf(name)]));
  expect(column('epoch')).toEqual([1, 2, 3, 4]);
  expect(column('loss')).toEqual(record.epochs.map(({ loss }) => loss));
  expect(column('loss_distill')).toEqual(record.epochs.map(({ terms }) => terms['distill']));
  const { scalars } = eventsOf(runs, record.id);
  expect(scalars['loss/total']).toEqual(record.epochs.map(({ epoch, loss }) => [epoch, Math.fround(loss)]));
  expect(scalars['accuracy/test']).toEqual([[4, Math.fround(top1)]]);
});

it('has every epoch once where the run was stopped and went on, and says meanwhile that it was left', async () => {
  const [{ runs }, stop] = [at('parts'), new AbortController()];
  // The first epoch alone is in the checkpoint, as after a kill between two checkpoints.
  const early = path.join(root, 'early');
  const onEpoch: RunHooks['onEpoch'] = ({ epoch }) => {
    const [id] = fs.readdirSync(runs);
    if (epoch === 1) fs.copyFileSync(checkpointFile(runs, id!), early);
    if (epoch === 3) stop.abort(new Error('stopped by a test'));
  };
  const everyEpoch = { ...at('parts'), checkpointSeconds: 0 };
  await expect(runConfig(config, dataset, everyEpoch, { signal: stop.signal, onEpoch })).rejects.toThrow(
    'stopped by a test',
  );
  const id = fs.readdirSync(runs)[0]!;
  expect(readRun(runs, id)).toMatchObject({ state: 'stopped', epochs: 3, reason: 'stopped', status: { pid: null } });
  const before = linesOf(runs, id);
  expect(before).toHaveLength(1 + 3);
  fs.copyFileSync(early, checkpointFile(runs, id));

  const notes: string[] = [];
  const { record } = await run('parts', { onNote: (note) => notes.push(note) });
  expect(notes).toEqual(['Resumed after epoch 1.']);
  const whole = readRecord(at('whole').runs, id)!;
  expect(record).toEqual({ ...whole, provenance: record.provenance });
  const after = linesOf(runs, id);
  expect(after.map(([epoch]) => epoch)).toEqual(['epoch', '1', '2', '3', '4']);
  expect(after[1]).toEqual(before[1]);
  const { scalars, heads } = eventsOf(runs, id);
  expect(scalars['loss/total']!.map(([step]) => step)).toEqual([1, 2, 3, 4]);
  expect(heads).toBe(1);
  expect(fs.existsSync(statusFile(runs, id))).toBe(false);
  expect(fs.existsSync(checkpointFile(runs, id))).toBe(false);
});

it('is no run that is done before its record is whole, and is told where the record is broken', async () => {
  const { runs } = at('whole');
  const id = fs.readdirSync(runs)[0]!;
  const other = at('half').runs;
  fs.cpSync(runFolder(runs, id), runFolder(other, id), { recursive: true });
  // What an atomic write leaves that was killed halfway.
  fs.renameSync(path.join(runFolder(other, id), 'record.json'), path.join(runFolder(other, id), 'record.json.123'));
  expect(readRecord(other, id)).toBeUndefined();
  expect(readRun(other, id)).toMatchObject({ state: 'broken', reason: 'neither a record nor a checkpoint' });
  fs.writeFileSync(path.join(runFolder(other, id), 'record.json'), '{"format": "csdnet-run/2"');
  expect(() => readRecord(other, id)).toThrow(/record\.json is no JSON .*remove it, and the run is done again/);
  expect(readRun(other, id)).toMatchObject({ state: 'broken', reason: expect.stringContaining('is no JSON') });
});

it('takes over a record and a checkpoint from where they lay before runs had folders', async () => {
  const { runs } = at('whole');
  const id = fs.readdirSync(runs)[0]!;
  const { runs: old } = at('old');
  fs.mkdirSync(old, { recursive: true });
  fs.copyFileSync(path.join(runFolder(runs, id), 'record.json'), path.join(old, `${id}.json`));
  const steps: number[] = [];
  const { record } = await run('old', { onStep: ({ step }) => steps.push(step) });
  expect(record).toEqual(readRecord(runs, id));
  expect(steps).toEqual([]);
  expect(fs.readdirSync(old)).toEqual([id]);

  const { runs: left } = at('left');
  fs.mkdirSync(left, { recursive: true });
  fs.copyFileSync(path.join(root, 'early'), path.join(left, `${id}.checkpoint`));
  expect(readRun(left, id)).toMatchObject({ state: 'stopped', reason: 'only a checkpoint' });
  const notes: string[] = [];
  await run('left', { onNote: (note) => notes.push(note) });
  expect(notes).toEqual(['Resumed after epoch 1.']);
  expect(fs.readdirSync(left)).toEqual([id]);
});
