/** Who is at work on a run: with processes that live, die, and sit on other machines. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../data/testing';
import { smallConfig } from '../testing/images';
import { partOf, thisProcess } from '../files';
import type { LockOwner } from '../files';
import { bornOf } from '../files/process-id';
import { checkpointFile, forgetRun, lockFile, runFolder, statusFile } from './record';
import { claimRun, isUnderWay, readStatus, tidyRun } from './status';

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

/** The claim of another process: the child's, or one of another machine. */
function claimedBy(change: Partial<LockOwner>): void {
  fs.mkdirSync(runFolder(runs, ID), { recursive: true });
  const born = 'born' in change ? change.born! : bornOf(change.pid!);
  const owner = { ...thisProcess(), since: FACTS.started, token: '0123456789abcdef', ...change, born };
  fs.writeFileSync(lockFile(runs, ID), JSON.stringify(owner));
  fs.writeFileSync(statusFile(runs, ID), JSON.stringify({ ...FACTS, ...owner, left: null }));
}

it('waits for the process that is at work, says which, and takes the run when that has ended', async () => {
  claimedBy({ pid: child.pid! });
  expect(isUnderWay(runs, ID)).toBe(true);
  const notes: string[] = [];
  const claim = claimRun(runs, ID, FACTS, { pollMs: 5, onNote: (note) => notes.push(note) });
  expect(notes).toEqual([`Waits: process ${child.pid} is at work on this run since ${FACTS.started}.`]);
  child.kill('SIGKILL');
  (await claim).leave('stopped');
  expect(readStatus(runs, ID)).toMatchObject({ pid: null, left: 'stopped', config: FACTS.config });
});

it('stops waiting when it is told to', async () => {
  claimedBy({ pid: child.pid! });
  const stop = new AbortController();
  const claim = claimRun(runs, ID, FACTS, { pollMs: 60_000, signal: stop.signal });
  stop.abort();
  await expect(claim).rejects.toThrow(/abort/i);
  expect(readStatus(runs, ID)?.pid).toBe(child.pid);
});

it('does not take a process of the same number for one that began at another time', () => {
  claimedBy({ pid: child.pid!, born: 'long ago' });
  // Only a system that tells when a process began can see this.
  expect(isUnderWay(runs, ID)).toBe(!fs.existsSync(`/proc/${child.pid}/stat`));
});

it('believes another machine as long as its files move, whichever way its clock is off', () => {
  claimedBy({ host: 'another-machine', pid: 1 });
  expect(isUnderWay(runs, ID)).toBe(true);
  for (const days of [-2, 2]) {
    const then = new Date(new Date().getTime() + days * 24 * 3600 * 1000);
    for (const name of fs.readdirSync(runFolder(runs, ID)))
      fs.utimesSync(path.join(runFolder(runs, ID), name), then, then);
    expect(isUnderWay(runs, ID)).toBe(false);
  }
});

it('takes over from another machine that gives no sign of life, by its own clock alone', async () => {
  claimedBy({ host: 'another-machine', pid: 1 });
  fs.utimesSync(lockFile(runs, ID), 9e9, 9e9);
  const notes: string[] = [];
  const wait = { pollMs: 5, silenceMs: 50, onNote: (note: string) => notes.push(note) };
  const claim = await claimRun(runs, ID, FACTS, wait);
  expect(notes[0]).toMatch(/process 1 of another-machine is at work .* taken over where that gives no sign of life/);
  expect(readStatus(runs, ID)?.pid).toBe(process.pid);
  claim.leave('stopped');
});

it('keeps why a run was left, and nothing of one that is done but its record', async () => {
  (await claimRun(runs, ID, FACTS)).leave('the loss is NaN');
  expect(readStatus(runs, ID)).toMatchObject({ pid: null, left: 'the loss is NaN' });
  expect(isUnderWay(runs, ID)).toBe(false);
  expect(fs.readdirSync(runFolder(runs, ID))).toEqual(['status.json']);
  const claim = await claimRun(runs, ID, FACTS);
  fs.writeFileSync(checkpointFile(runs, ID), 'half');
  claim.finish();
  expect(fs.readdirSync(runFolder(runs, ID))).toEqual([]);
  forgetRun(runs, ID);
  expect(fs.readdirSync(runs)).toEqual([]);
});

it('removes what a process left that was killed after its record, and leaves alone what another is at', () => {
  claimedBy({ pid: child.pid! });
  fs.writeFileSync(partOf(checkpointFile(runs, ID)), 'half');
  tidyRun(runs, ID);
  expect(fs.readdirSync(runFolder(runs, ID))).toHaveLength(3);
  claimedBy({ pid: child.pid!, born: 'long ago' });
  tidyRun(runs, ID);
  expect(fs.readdirSync(runFolder(runs, ID))).toEqual([]);
});
