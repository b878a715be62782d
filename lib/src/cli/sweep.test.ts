/** Sweeps as a person calls them: planned, run here, submitted (to stand-ins of Slurm's commands), stopped, collected. */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkpointFile } from '../ablation/record';
import { readRecords } from '../ablation/runs';
import { readStatus } from '../ablation/status';
import { temporaryFolder, writeDataset } from '../data/testing';
import { projectPaths } from '../project';
import { readManifest } from '../sweep/files';
import { fakeCalls, writeFakeSlurm } from '../testing/fake-slurm';
import { runRecord } from '../testing/records';
import { drawStripes } from '../testing/stripes';

const main = path.join(projectPaths().root, 'lib', 'dist', 'cli', 'main.js');
let folder: string;
let dataset: string;
let slurm: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  [dataset, slurm] = [path.join(folder, 'stripes'), path.join(folder, 'slurm')];
  await drawStripes(dataset);
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const environment = (home: string) => ({
  ...process.env,
  ...{ CSDNET_HOME: path.join(folder, home), PATH: `${slurm}:${process.env.PATH}` },
});
const csdnet = (home: string, ...args: string[]) =>
  spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', env: environment(home), cwd: folder });
const recipe = (epochs = '3') => ['--table', 'keys', '--dataset', dataset, '--preset', 'tiny', '--seeds', '2', '--epochs', epochs]; // prettier-ignore
const at = (name: string): string => path.join(folder, name);
/** All that configs decide; times and versions left out. */
const decided = (home: string) =>
  readRecords(path.join(folder, home, 'data', 'runs')).map(({ provenance: _, ...rest }) => rest);

describe('csdnet sweep', () => {
  it('plans, runs here and collects what reproduce makes; a second call does nothing', () => {
    const planned = csdnet('local', 'sweep', 'plan', ...recipe(), '--out', 'a.jsonl');
    expect(planned.status, planned.stderr).toBe(0);
    const { runs } = readManifest(at('a.jsonl'));
    expect(planned.stderr).toContain(`${runs.length} runs, 0 of them done.`);
    expect(csdnet('local', 'sweep', 'status', 'a.jsonl').stdout).toContain(`${runs.length} runs: open ${runs.length}`);
    const run = csdnet('local', 'sweep', 'run', 'a.jsonl', '--jobs', '2');
    expect(run.status, run.stderr).toBe(0);
    expect(csdnet('local', 'sweep', 'status', 'a.jsonl').stdout).toContain(`: done ${runs.length}`);
    expect(csdnet('local', 'sweep', 'run', 'a.jsonl').stderr).toBe('Nothing to do: every run is done.\n');
    const collected = csdnet('local', 'sweep', 'collect', 'a.jsonl', '--results', 'r.json');
    expect(collected.status, collected.stderr).toBe(0);
    expect(collected.stdout).toBe(csdnet('local', 'reproduce', ...recipe(), '--finished').stdout);
    expect(fs.existsSync(at('r.json'))).toBe(true);
  }, 240_000);

  it('plans every fold, and a run that two tables share once', () => {
    const planned = csdnet('folds', 'sweep', 'plan', ...recipe(), '--table', 'modules,keys', '--select', 'folds:3', '--out', 'f.jsonl'); // prettier-ignore
    expect(planned.status, planned.stderr).toBe(0);
    const { runs } = readManifest(at('f.jsonl'));
    // 9 rows and 4, of which the full model is in both; 2 seeds; 3 folds.
    expect(runs).toHaveLength((9 + 4 - 1) * 2 * 3);
    expect(runs.filter(({ label }) => label.endsWith(', fold 3 of 3'))).toHaveLength(runs.length / 3);
    expect(runs.filter(({ keepOutputs }) => keepOutputs).every(({ config }) => config.seed === 1)).toBe(true);
  });

  it('says what is wrong in a sentence', () => {
    expect(csdnet('local', 'sweep', 'run', 'none.jsonl').stderr).toContain('There is no manifest none.jsonl');
    expect(csdnet('local', 'sweep', 'run', 'a.jsonl', '--on', 'moon').stderr).toMatch(
      /Allowed choices are local, slurm/,
    );
    expect(csdnet('local', 'sweep', 'task', 'a.jsonl', '--index', '99').stderr).toMatch(/there is no task 99/);
    fs.cpSync(dataset, at('other'), { recursive: true });
    csdnet('changed', 'sweep', 'plan', ...recipe(), '--dataset', at('other'), '--out', 'c.jsonl');
    fs.appendFileSync(path.join(at('other'), 'images', '1_0_train.png'), 'x');
    expect(csdnet('changed', 'sweep', 'run', 'c.jsonl').stderr).toMatch(/the data in .*other are others here/);
    expect(csdnet('changed', 'sweep', 'collect', 'c.jsonl').stderr).toMatch(/Plan the sweep again/);
    const absent = csdnet('local', 'sweep', 'run', 'a.jsonl', '--on', 'slurm');
    if (spawnSync('squeue').error) expect(absent.stderr).toMatch(/squeue is not on this machine/);
  }, 60_000);

  it('submits arrays below the limit, once, and cancels its own jobs alone', () => {
    writeFakeSlurm(slurm);
    csdnet('queue', 'sweep', 'plan', ...recipe(), '--out', 'q.jsonl');
    csdnet('queue', 'sweep', 'plan', ...recipe('4'), '--out', 'other.jsonl');
    const { runs } = readManifest(at('q.jsonl'));
    const first = csdnet('queue', 'sweep', 'run', 'q.jsonl', '--on', 'slurm', '--jobs', '2', '--gres', 'gpu:1');
    expect(first.status, first.stderr).toBe(0);
    const arrays = Math.ceil(runs.length / 3);
    const calls = fakeCalls(slurm);
    expect(calls).toHaveLength(arrays);
    calls.slice(1).forEach((call, i) => expect(call).toContain(`--dependency=afterany:${101 + i}`));
    const script = fs.readFileSync(path.join(at('q.logs'), 'job-0.sh'), 'utf8');
    expect(script).toMatch(/--array=0-2%2\n[^]*--gres=gpu:1\n/);
    expect(script).toContain(`CSDNET_HOME=${path.join(folder, 'queue')}`);
    expect(csdnet('queue', 'sweep', 'status', 'q.jsonl').stdout).toContain(`: queued ${runs.length}`);
    expect(csdnet('queue', 'sweep', 'run', 'q.jsonl', '--on', 'slurm').stderr).toMatch(/^Nothing to submit/);
    expect(csdnet('queue', 'sweep', 'run', 'q.jsonl', '--on', 'slurm', '--runs-a-task', '2').stderr).toMatch(
      /in the queue with 1 runs a task, 2 are asked for/,
    );
    expect(csdnet('queue', 'sweep', 'run', 'other.jsonl', '--on', 'slurm', '--runs-a-task', '2').status).toBe(0);
    expect(csdnet('queue', 'sweep', 'cancel', 'q.jsonl').status).toBe(0);
    const mine = Array.from({ length: arrays }, (_, i) => 101 + i).join(' ');
    expect(fakeCalls(slurm).filter((call) => call.startsWith('scancel'))).toEqual([`scancel ${mine}`]);
    expect(csdnet('queue', 'sweep', 'status', 'q.jsonl').stdout).toContain(`: open ${runs.length}`);
    expect(csdnet('queue', 'sweep', 'status', 'other.jsonl').stdout).toContain(`: queued ${runs.length}`);
    expect(csdnet('queue', 'sweep', 'plan', ...recipe(), '--out', 'q.jsonl').stderr).toMatch(/was submitted before/);
  }, 60_000);

  /** A task of the submitted array, run by bash as slurmd would. */
  const task = (home: string, state = 'RUNNING') =>
    spawn('bash', [path.join(at('s.logs'), 'job-0.sh')], {
      env: { ...environment(home), SLURM_ARRAY_JOB_ID: '7', SLURM_ARRAY_TASK_ID: '0', FAKE_STATE: state },
      stdio: 'ignore',
    });
  const ended = (child: ReturnType<typeof task>) => new Promise((resolve) => child.on('close', resolve));

  it('a task that is told to stop asks to be queued again, and ends with the bytes of one that never was', async () => {
    const long = recipe('40');
    csdnet('stopped', 'sweep', 'plan', ...long, '--out', 's.jsonl');
    csdnet('stopped', 'sweep', 'run', 's.jsonl', '--on', 'slurm', '--checkpoint', '0');
    const { id } = readManifest(at('s.jsonl')).runs[0]!;
    const runs = path.join(folder, 'stopped', 'data', 'runs');
    /** Starts the task, and does something to it (or its worker) once there is an epoch to go on from. @returns its exit status */
    const disturb = async (how: (child: ChildProcess, worker: number) => unknown, state?: string): Promise<unknown> => {
      const child = task('stopped', state);
      const worker = (): number | undefined => readStatus(runs, id)?.pid ?? undefined;
      const ready = (): boolean => worker() !== undefined && fs.existsSync(checkpointFile(runs, id));
      for (let i = 0; i < 2000 && !ready(); i++) await sleep(10);
      how(child, worker()!);
      return ended(child);
    };
    const requeues = () => fakeCalls(slurm).filter((call) => call.startsWith('requeue'));
    expect(await disturb((child) => child.kill('SIGTERM'))).toBe(75);
    expect(requeues()).toEqual(['requeue 7_0']);
    // One that was cancelled is not to come back.
    expect(await disturb((child) => child.kill('SIGTERM'), 'COMPLETING')).toBe(75);
    expect(requeues()).toEqual(['requeue 7_0']);
    // A worker that was killed, by a machine short of memory.
    expect(await disturb((_, worker) => process.kill(worker, 'SIGKILL'))).toBe(75);
    expect(requeues()).toEqual(['requeue 7_0', 'requeue 7_0']);
    expect(fs.existsSync(checkpointFile(runs, id))).toBe(true);
    expect(await ended(task('stopped'))).toBe(0);
    csdnet('whole', 'sweep', 'plan', ...long, '--out', 'w.jsonl');
    expect(csdnet('whole', 'sweep', 'task', 'w.jsonl', '--index', '0').status).toBe(0);
    expect(decided('stopped')).toEqual(decided('whole'));
  }, 240_000);

  it('plans and collects a thousand runs', async () => {
    await writeDataset(at('two'), 2, [2, 5]);
    const begin = performance.now();
    const many = ['--dataset', at('two'), '--preset', 'tiny', '--seeds', '112', '--out', 'many.jsonl'];
    const planned = csdnet('many', 'sweep', 'plan', ...many);
    const planning = performance.now() - begin;
    expect(planned.status, planned.stderr).toBe(0);
    const { runs } = readManifest(at('many.jsonl'));
    expect(runs).toHaveLength(9 * 112);
    for (const { id, config } of runs) {
      const own = path.join(folder, 'many', 'data', 'runs', id);
      fs.mkdirSync(own, { recursive: true });
      const record = { ...runRecord(config, 0.5 + (config.seed % 5) / 10), id };
      fs.writeFileSync(path.join(own, 'record.json'), JSON.stringify(record));
    }
    const middle = performance.now();
    const collected = csdnet('many', 'sweep', 'collect', 'many.jsonl');
    const collecting = performance.now() - middle;
    expect(collected.status, collected.stderr).toBe(0);
    expect(collected.stderr).toContain('1008 of 1008 runs are done.');
    console.log(
      `1,008 runs: planned in ${(planning / 1000).toFixed(1)} s, collected in ${(collecting / 1000).toFixed(1)} s`,
    );
  }, 120_000);
});
