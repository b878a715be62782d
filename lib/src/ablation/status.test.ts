/** Who is at work on a run: with processes that live, die, and sit on other machines. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../data/testing';
import { smallConfig } from '../testing/images';
import { forgetRun, runFolder, statusFile } from './record';
import { claimRun, finishRun, isUnderWay, leaveRun, readStatus } from './status';

const ID = '0123456789ab';
const FACTS = {
  ...{ config: smallConfig(), started: '2026-01-01T00:00:00.000Z' },
  dataset: { name: 'two', fingerprint: 'f', classes: 2, train: 4, tests: { test: 4 } },
};

let runs = '';
let child: ChildProcess;
beforeEach(async () => {
  runs = await temporaryFolder();
  child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
});
afterEach(() => {
  child.kill('SIGKILL');
  fs.rmSync(runs, { recursive: true, force: true });
});

/** A status as another process would have written it. */
async function claimedBy(change: Readonly<Record<string, unknown>>): Promise<void> {
  await claimRun(runs, ID, FACTS);
  fs.writeFileSync(statusFile(runs, ID), JSON.stringify({ ...readStatus(runs, ID), ...change }));
}

it('waits for the process that is at work, and takes the run when that has ended', async () => {
  await claimedBy({ pid: child.pid, born: null });
  expect(isUnderWay(runs, ID)).toBe(true);
  const notes: string[] = [];
  const claim = claimRun(runs, ID, FACTS, { pollMs: 5, onNote: (note) => notes.push(note) });
  expect(notes).toEqual([`Waits: process ${child.pid} is at work on this run.`]);
  child.kill('SIGKILL');
  await claim;
  expect(readStatus(runs, ID)).toMatchObject({ pid: process.pid, left: null, config: FACTS.config });
});

it('stops waiting when it is told to', async () => {
  await claimedBy({ pid: child.pid, born: null });
  const stop = new AbortController();
  const claim = claimRun(runs, ID, FACTS, { pollMs: 60_000, signal: stop.signal });
  stop.abort();
  await expect(claim).rejects.toThrow(/abort/i);
  expect(readStatus(runs, ID)?.pid).toBe(child.pid);
});

it('does not take a process of the same number for one that began at another time', async () => {
  await claimedBy({ pid: child.pid, born: 'long ago' });
  // Only a system that tells when a process began can see this.
  expect(isUnderWay(runs, ID)).toBe(!fs.existsSync(`/proc/${child.pid}/stat`));
});

it('believes another machine as long as its files move, and does not wait for it', async () => {
  await claimedBy({ host: 'another-machine', pid: 1 });
  expect(isUnderWay(runs, ID)).toBe(true);
  const old = new Date(new Date().getTime() - 2 * 24 * 3600 * 1000);
  for (const name of fs.readdirSync(runFolder(runs, ID))) fs.utimesSync(path.join(runFolder(runs, ID), name), old, old);
  expect(isUnderWay(runs, ID)).toBe(false);
  await claimRun(runs, ID, FACTS);
  expect(readStatus(runs, ID)?.pid).toBe(process.pid);
});

it('keeps why a run was left, and nothing of one that is done', async () => {
  await claimRun(runs, ID, FACTS);
  leaveRun(runs, ID, 'the loss is NaN');
  expect(readStatus(runs, ID)).toMatchObject({ pid: null, left: 'the loss is NaN' });
  expect(isUnderWay(runs, ID)).toBe(false);
  finishRun(runs, ID);
  expect(readStatus(runs, ID)).toBeUndefined();
  forgetRun(runs, ID);
  expect(fs.readdirSync(runs)).toEqual([]);
});
