/** The pure parts of a sweep: manifest, arrays, script, queue, states. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashOf, preset } from '../config';
import { projectPaths } from '../project';
import { arrayChunks, arraySpec, linesOfTask, tasksOf } from './array';
import { distinctRuns, MANIFEST_FORMAT, manifestText, parseManifest, sweepName } from './manifest';
import type { Manifest, SweepOptions, SweepRun } from './manifest';
import { parseJobId, parseMaxArraySize, parseQueue } from './queue';
import { jobScript } from './script';
import { countsText, queuedLines, submittedLines, sweepState, worthRequeue } from './state';
import type { Submission } from './state';

const runOf = (seed: number): SweepRun => ({
  ...{
    id: hashOf(seed),
    label: `modules: DDL, seed ${seed}`,
    keepOutputs: seed === 1,
    config: preset('tiny', { seed }),
  },
  dataset: { place: 'leaf20', fingerprint: 'f' },
});
const options: SweepOptions = {
  ...{ table: 'modules', seeds: [1, 2], preset: 'tiny', dataset: 'leaf20', set: ['contrast.margin=0.2'] },
  ...{ shots: 'all', bestOnTest: false, threads: 1 },
};
const manifestOf = (runs: readonly SweepRun[]): Manifest => ({
  head: {
    ...{ format: MANIFEST_FORMAT, csdnet: '0.1.0', commit: null, created: '2026-01-01T00:00:00.000Z' },
    ...{ runs: runs.length, options },
  },
  runs,
});

describe('manifest', () => {
  it('is read back as it was written, for any seeds', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 2 ** 31 - 1 }), { minLength: 1, maxLength: 8 }), (seeds) => {
        const manifest = manifestOf(seeds.map(runOf));
        expect(parseManifest(manifestText(manifest), 'm')).toEqual(manifest);
      }),
      { numRuns: 30 },
    );
  });

  it('holds a run of two tables once, with its outputs where one asks for them', () => {
    const again = { ...runOf(2), label: 'keys: default', keepOutputs: true };
    expect(distinctRuns([runOf(2), runOf(3), again])).toEqual([{ ...runOf(2), keepOutputs: true }, runOf(3)]);
    expect(sweepName(manifestOf([runOf(1)]))).not.toBe(sweepName(manifestOf([runOf(2)])));
  });

  it('says in which line it is wrong', () => {
    const lines = manifestText(manifestOf([runOf(1), runOf(2)])).split('\n');
    const broken = (i: number, line: string): string => lines.map((old, k) => (k === i ? line : old)).join('\n');
    const cases: readonly (readonly [string, RegExp])[] = [
      ['', /^m:1: no JSON/],
      [broken(0, '{"format":"csdnet-sweep/9"}'), /^m:1: format: /],
      [broken(2, lines[2]!.slice(0, -9)), /^m:3: no JSON/],
      [broken(2, lines[1]!), /^m:3: run \w+ stands twice/],
      [broken(1, JSON.stringify({ ...runOf(1), id: '../../x' })), /^m:2: id: /],
      [broken(1, JSON.stringify({ ...runOf(1), config: { seed: 0 } })), /^m:2: [^]*seed/],
      [lines.slice(0, 2).join('\n'), /holds 1 runs, its head says 2/],
    ];
    for (const [text, what] of cases) expect(() => parseManifest(text, 'm')).toThrow(what);
  });
});

describe('arrays', () => {
  it('put every task with an open run into one array, with indices below the limit', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(4999), { minLength: 1 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 1001 }),
        (lines, perTask, limit) => {
          const chunks = arrayChunks(tasksOf(lines, perTask), limit);
          for (const { indices } of chunks) {
            expect(Math.max(...indices)).toBeLessThan(limit);
            expect([...new Set(indices)].sort((a, b) => a - b)).toEqual(indices);
          }
          const tasks = chunks.flatMap(({ offset, indices }) => indices.map((index) => offset + index));
          const covered = new Set(tasks.flatMap((task) => linesOfTask(task, perTask, 5000)));
          expect(lines.filter((line) => !covered.has(line))).toEqual([]);
          expect(new Set(tasks).size).toBe(tasks.length);
        },
      ),
    );
    expect(arrayChunks(tasksOf([0, 999, 1000, 1001, 2500], 1), 1001).map(({ offset }) => offset)).toEqual([0, 1001, 2002]); // prettier-ignore
  });

  it('are written as Slurm reads them', () => {
    expect(arraySpec([0, 1, 2, 3], 2)).toBe('0-3%2');
    expect(arraySpec([0, 2, 3, 9])).toBe('0,2-3,9');
    expect(linesOfTask(2, 4, 10)).toEqual([8, 9]);
    expect(linesOfTask(3, 4, 10)).toEqual([]);
  });
});

const template = fs.readFileSync(path.join(projectPaths().root, 'scripts', 'slurm', 'job.sh'), 'utf8');
const facts = {
  ...{ name: 'csdnet-1', array: '0-3%2', log: '/shared/my logs/%A_%a.log', cpus: 2 },
  resources: { gres: 'gpu:1', time: '04:00:00' },
  command: ['node', '/a b/main.js', "it's", '--index', '$SLURM_ARRAY_TASK_ID'],
};

describe('the job script', () => {
  it('asks for what is given, leaves the rest to the cluster, and quotes words', () => {
    const script = jobScript(template, facts);
    const asked = script.split('\n').filter((line) => line.startsWith('#SBATCH'));
    expect(asked).toEqual([
      '#SBATCH --job-name=csdnet-1',
      '#SBATCH --array=0-3%2',
      '#SBATCH --output="/shared/my logs/%A_%a.log"',
      '#SBATCH --open-mode=append',
      '#SBATCH --cpus-per-task=2',
      '#SBATCH --gres=gpu:1',
      '#SBATCH --time=04:00:00',
      '#SBATCH --signal=B:TERM@120',
      '#SBATCH --requeue',
    ]);
    expect(script).toContain(`node '/a b/main.js' 'it'\\''s' --index "$SLURM_ARRAY_TASK_ID" &`);
    expect(spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' }).stderr).toBe('');
  });

  it('refuses a template without its places, and an option of two lines', () => {
    expect(() => jobScript('#!/bin/bash\n{{directives}}\n', facts)).toThrow(/holds {{command}} 0 times/);
    expect(() => jobScript(`\n${template}`, facts)).toThrow(/begin with #!/);
    const resources = { partition: 'a\n#SBATCH --nodes=9' };
    expect(() => jobScript(template, { ...facts, resources })).toThrow(/is one line/);
  });
});

describe('what Slurm prints', () => {
  it('is read', () => {
    expect(parseQueue('12|0|RUNNING|csdnet-1\n12|7|PENDING|csdnet-1\n13|N/A|COMPLETING|other job\n\n')).toEqual([
      { job: '12', index: 0, state: 'RUNNING', name: 'csdnet-1' },
      { job: '12', index: 7, state: 'PENDING', name: 'csdnet-1' },
      { job: '13', index: null, state: 'COMPLETING', name: 'other job' },
    ]);
    expect(parseQueue('')).toEqual([]);
    expect(() => parseQueue('slurm_load_jobs error')).toThrow(/squeue printed "slurm_load_jobs error"/);
    expect(parseMaxArraySize('MaxArraySize            = 501\nMaxDBDMsgs = 20024\n')).toBe(501);
    expect(parseMaxArraySize('')).toBe(1001);
    expect(parseJobId('sbatch: note\n42;cluster\n')).toBe('42');
    expect(() => parseJobId('')).toThrow(/no number of a job/);
  });
});

describe('states', () => {
  const submission: Submission = { job: '12', name: 'a', offset: 4, perTask: 2, indices: [0, 1], submitted: '' };
  it('map tasks to lines, of this sweep alone', () => {
    const queue = parseQueue('12|0|RUNNING|a\n12|1|PENDING|a\n12|0|RUNNING|b\n13|0|RUNNING|a\n');
    const found = queuedLines([submission], queue, 11);
    expect([...found]).toEqual([[8, 'RUNNING'], [9, 'RUNNING'], [10, 'PENDING']]); // prettier-ignore
    expect([...submittedLines([submission], 11)]).toEqual([8, 9, 10]);
  });

  it('believe files first, and a queue that knows nothing of a run against files of another machine', () => {
    const here = { elsewhere: false } as const;
    const none = { known: true, task: undefined, submitted: true } as const;
    expect(sweepState({ ...here, state: 'done' }, { ...none, task: 'RUNNING' })).toBe('done');
    expect(sweepState({ ...here, state: 'under way' }, none)).toBe('under way');
    expect(sweepState({ elsewhere: true, state: 'under way' }, none)).toBe('stopped');
    expect(sweepState({ elsewhere: true, state: 'under way' }, { ...none, known: false })).toBe('under way');
    expect(sweepState({ elsewhere: true, state: 'under way' }, { ...none, submitted: false })).toBe('under way');
    expect(sweepState({ ...here, state: 'stopped' }, { ...none, task: 'PENDING' })).toBe('queued');
    expect(sweepState({ ...here, state: 'open' }, none)).toBe('open');
    expect(countsText(['open', 'done', 'done'])).toBe('done 2, open 1');
  });

  it('end a task that gains nothing', () => {
    expect([worthRequeue(true, 99), worthRequeue(false, 2), worthRequeue(false, 3)]).toEqual([true, true, false]);
  });
});
