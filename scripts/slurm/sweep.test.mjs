// Sweeps on a real Slurm of one node: an array of four runs of which one worker is killed, two sweeps side by side, one that is cancelled.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawStripes } from '../../lib/src/testing/stripes';
import { at } from '../setup/stamp.mjs';
import { lacking, startSlurm } from './slurm.mjs';

if (lacking) console.warn(`The test of sweeps on Slurm is skipped: ${lacking}.`);

const main = at('lib', 'dist', 'cli', 'main.js');
const EPOCHS = 40;

describe.skipIf(lacking)(`sweeps on Slurm${lacking ? ` (skipped: ${lacking})` : ''}`, () => {
  let folder;
  let slurm;
  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'csdnet-sweep-'));
    await drawStripes(path.join(folder, 'stripes'));
    slurm = await startSlurm();
  }, 120_000);
  afterAll(async () => {
    await slurm?.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const csdnet = (home, ...args) => {
    const env = { ...slurm.env, CSDNET_HOME: path.join(folder, home) };
    const done = spawnSync(process.execPath, [main, 'sweep', ...args], { encoding: 'utf8', env, cwd: folder });
    expect(done.status, done.stderr).toBe(0);
    return done;
  };
  /** Plan four runs. @returns their ids */
  const plan = (home, epochs) => {
    const recipe = ['--table', 'keys', '--seeds', '1', '--dataset', 'stripes', '--preset', 'tiny'];
    csdnet(home, 'plan', ...recipe, '--epochs', `${epochs}`, '--out', `${home}.jsonl`);
    const lines = fs
      .readFileSync(path.join(folder, `${home}.jsonl`), 'utf8')
      .trim()
      .split('\n');
    return lines.slice(1).map((line) => JSON.parse(line).id);
  };
  const submit = (home) => csdnet(home, 'run', `${home}.jsonl`, '--on', 'slurm', '--checkpoint', '0');
  const status = (home) => csdnet(home, 'status', `${home}.jsonl`).stdout;
  const inRun = (home, id, name) => path.join(folder, home, 'data', 'runs', id, name);
  /** All that the config decides of a run: times and versions left out. */
  const record = (home, id) => {
    const whole = JSON.parse(fs.readFileSync(inRun(home, id, 'record.json'), 'utf8'));
    return { ...whole, provenance: undefined };
  };
  const logs = (home) => {
    const place = path.join(folder, `${home}.logs`);
    const names = fs.readdirSync(place).filter((name) => name.endsWith('.log'));
    return names.map((name) => fs.readFileSync(path.join(place, name), 'utf8')).join('\n');
  };
  const until = async (what, seconds, check) => {
    for (let i = 0; i < seconds * 10; i++) {
      if (check()) return;
      await sleep(100);
    }
    throw new Error(`${what}: not within ${seconds} s`);
  };

  it('a killed worker is queued again and goes on, beside another sweep', async () => {
    const ids = plan('killed', EPOCHS);
    expect(ids).toHaveLength(4);
    plan('beside', EPOCHS + 1);
    submit('killed');
    submit('beside');
    const worker = () => {
      const file = inRun('killed', ids[0], 'status.json');
      return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')).pid : null;
    };
    const ready = () => worker() !== null && fs.existsSync(inRun('killed', ids[0], 'checkpoint'));
    await until('the first run has an epoch to go on from', 120, ready);
    process.kill(worker(), 'SIGKILL');
    await until('the task asks to be queued again', 60, () => logs('killed').includes('Asks to be queued again'));
    const done = () => ['killed', 'beside'].every((home) => status(home).startsWith('4 runs: done 4'));
    await until('both sweeps are done', 420, done);
    plan('whole', EPOCHS);
    csdnet('whole', 'task', 'whole.jsonl', '--index', '0');
    expect(record('killed', ids[0])).toEqual(record('whole', ids[0]));
    csdnet('killed', 'collect', 'killed.jsonl');
  }, 700_000);

  it('a sweep that is cancelled leaves the queue, and does not come back', async () => {
    const [first] = plan('cancelled', 400);
    submit('cancelled');
    await until('the first run is under way', 120, () => fs.existsSync(inRun('cancelled', first, 'checkpoint')));
    csdnet('cancelled', 'cancel', 'cancelled.jsonl');
    const gone = () => spawnSync('squeue', ['--noheader'], { env: slurm.env, encoding: 'utf8' }).stdout.trim() === '';
    await until('the queue is empty', 60, gone);
    expect(logs('cancelled')).not.toContain('Asks to be queued again');
    expect(status('cancelled')).toMatch(/^4 runs: .*(stopped|open)/);
    await sleep(3000);
    expect(gone()).toBe(true);
  }, 300_000);
});
