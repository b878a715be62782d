/** Locks: between processes that race, die while they hold one, or sit on other machines. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../data/testing';
import { projectPaths } from '../project';
import { lockOwner, takeLock, tryLock, withLock } from './lock';
import type { LockOwner } from './lock';
import { thisProcess } from './process-id';

let folder = '';
const file = (): string => path.join(folder, 'lock');
beforeEach(async () => (folder = await temporaryFolder()));
afterEach(() => {
  vi.restoreAllMocks();
  fs.rmSync(folder, { recursive: true, force: true });
});

const TOKEN = '0123456789abcdef';
/** A process that ended: no number is so high. */
const ENDED = { pid: 2 ** 22 + 1, born: '1' };
function heldBy(change: Partial<LockOwner>, at = file(), token = TOKEN): void {
  fs.writeFileSync(at, JSON.stringify({ ...thisProcess(), since: 'then', token, ...change }));
}

const racer = path.join(projectPaths().root, 'lib', 'dist', 'testing', 'kill', 'racer.js');
const race = (...args: readonly (string | number)[]) =>
  new Promise<{ code: number | null; signal: string | null; stderr: string }>((resolve) => {
    const child = spawn(process.execPath, [racer, file(), path.join(folder, 'log'), ...args.map(String)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    child.on('close', (code, signal) => resolve({ code, signal, stderr }));
  });
const lines = (): number => fs.readFileSync(path.join(folder, 'log'), 'utf8').trimEnd().split('\n').length;

describe('processes that start at the same instant', () => {
  it('are never two at a time, and no turn is lost: 8 processes, 25 turns each', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => race(25)));
    expect(all.map(({ code, stderr }) => [code, stderr])).toEqual(Array(8).fill([0, '']));
    expect(lines()).toBe(8 * 25);
    expect(fs.readdirSync(folder)).toEqual(['log']);
  });

  it('are never two at a time where most of them are killed while they hold the lock', async () => {
    const kills = [1, 2, 3, 4, 5, 6, 7, 0];
    const all = await Promise.all(kills.map((kill) => race(10, kill)));
    expect(all.map(({ stderr }) => stderr)).toEqual(Array(8).fill(''));
    expect(all.filter(({ signal }) => signal === 'SIGKILL')).toHaveLength(7);
    expect(lines()).toBe(1 + 2 + 3 + 4 + 5 + 6 + 7 + 10);
    // The last of them may have been killed: it left its lock, and nothing else.
    tryLock(file())!.release();
    expect(fs.readdirSync(folder)).toEqual(['log']);
  });
});

describe('a lock', () => {
  it('names its owner, keeps others out, and is gone when it is given back', () => {
    const lock = tryLock(file())!;
    expect(lockOwner(file())).toMatchObject({ ...thisProcess(), token: lock.owner.token });
    expect(tryLock(file())).toBeUndefined();
    lock.release();
    expect(fs.readdirSync(folder)).toEqual([]);
    lock.release();
  });

  it('of a process that ended is taken over at once; so is one whose number is used again', () => {
    for (const gone of [ENDED, { pid: process.pid, born: 'long ago' }]) {
      heldBy(gone);
      const lock = tryLock(file());
      // Only a system that tells when a process began can see the second.
      expect(lock !== undefined).toBe(gone === ENDED || fs.existsSync('/proc/self/stat'));
      lock?.release();
    }
  });

  it('of another machine is waited for, and taken over when it gives no sign of life, whatever its clock says', async () => {
    heldBy({ host: 'another-machine', pid: 1 });
    fs.utimesSync(file(), 9e9, 9e9);
    const told: unknown[] = [];
    let signs = 0;
    const alive = setInterval(() => signs++ < 5 && fs.utimesSync(file(), 9e9 - signs, 9e9 - signs), 100);
    const lock = await takeLock(file(), { pollMs: 5, silenceMs: 400, onWait: (owner) => told.push(owner?.host) });
    clearInterval(alive);
    expect(told).toEqual(['another-machine']);
    expect(signs).toBeGreaterThanOrEqual(5);
    lock.release();
  });

  it("that cannot be read is somebody's until it has given no sign of life", async () => {
    fs.writeFileSync(file(), '{"half');
    expect(tryLock(file())).toBeUndefined();
    const told: unknown[] = [];
    (await takeLock(file(), { pollMs: 5, silenceMs: 50, onWait: (owner) => told.push(owner) })).release();
    expect(told).toEqual([undefined]);
  });

  it('is taken over where the one that took it over before was killed on the way', () => {
    heldBy(ENDED);
    heldBy(ENDED, `${file()}.${TOKEN}.guard`, 'fedcba9876543210');
    const lock = tryLock(file())!;
    expect(lockOwner(file())?.token).toBe(lock.owner.token);
    expect(fs.readdirSync(folder)).toEqual(['lock']);
    lock.release();
  });

  it('works on a file system without links', () => {
    vi.spyOn(fs, 'linkSync').mockImplementation(() => {
      throw Object.assign(new Error('no links'), { code: 'EPERM' });
    });
    const lock = tryLock(file())!;
    expect(lockOwner(file())?.token).toBe(lock.owner.token);
    expect(tryLock(file())).toBeUndefined();
    lock.release();
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it('that was taken over is not given back by the one that had it', () => {
    const lock = tryLock(file())!;
    heldBy({ host: 'another-machine' });
    lock.release();
    expect(lockOwner(file())?.token).toBe(TOKEN);
  });

  it('is waited for within a process too, until the signal says to stop', async () => {
    const [order, target] = [[] as string[], path.join(folder, 'results.json')];
    const first = withLock(target, async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      order.push('first');
    });
    await withLock(target, () => order.push('second'), { pollMs: 5 });
    await first;
    expect(order).toEqual(['first', 'second']);
    heldBy({});
    const stop = new AbortController();
    const waiting = takeLock(file(), { signal: stop.signal });
    stop.abort();
    await expect(waiting).rejects.toThrow(/abort/i);
  });
});
