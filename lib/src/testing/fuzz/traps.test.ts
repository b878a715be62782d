/** The promises about bad input: no file, however made, takes the memory, hangs, runs, or leads out of its folder. */
import { fork } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CANARY, TRAPS } from './traps';
import type { Trap } from './traps';
import type { TrapReport } from './trap-process';

/** MB that reading may take. 120 megapixels, the largest image that is decoded, are 360. */
const MEMORY = 512;
/** Milliseconds until a reader counts as hung. */
const HANG = 30_000;
/** Errors of the language itself: nobody chose their words. */
const INTERNAL = /^(TypeError|ReferenceError|SyntaxError|EvalError|URIError)$/;
const ENGINE = /Maximum call stack|Invalid (array|string) length|Array buffer allocation/;

/** Compiled: the child is a process without a test runner. */
const PROCESS = path.resolve(__dirname, '..', '..', '..', 'dist', 'testing', 'fuzz', 'trap-process.js');

function sprung(name: string, folder: string): Promise<TrapReport> {
  return new Promise((resolve, reject) => {
    const child = fork(PROCESS, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], timeout: HANG, killSignal: 'SIGKILL' });
    let stderr = '';
    child.stderr!.on('data', (text: Buffer) => (stderr = (stderr + text.toString()).slice(-2000)));
    child.on('error', reject);
    child.on('message', resolve);
    child.on('close', (code, signal) => reject(new Error(`the reader ended (${signal ?? code}): ${stderr}`)));
    child.send({ name, folder });
  });
}

async function check({ name, make, refusal }: Trap): Promise<void> {
  const parent = fs.mkdtempSync(path.join(os.tmpdir(), 'csdnet-trap-'));
  const folder = path.join(parent, 'in', 'here');
  try {
    fs.mkdirSync(folder, { recursive: true });
    make(folder);
    const { error, grownMb, seconds } = await sprung(name, folder);
    if (process.env.CSDNET_SHOW_TRAPS) console.log(`${name} | ${seconds.toFixed(2)} s | ${grownMb.toFixed(0)} MB | ${error?.message.slice(0, 150)}`); // prettier-ignore
    if (refusal === undefined) expect(error).toBeUndefined();
    else expect(error?.message).toMatch(refusal);
    expect(error?.name ?? '').not.toMatch(INTERNAL);
    expect(error?.message ?? '').not.toMatch(ENGINE);
    expect(grownMb).toBeLessThan(MEMORY);
    expect(fs.existsSync(path.join(folder, CANARY))).toBe(false);
    // Nothing was unpacked or written beside the folder.
    expect(fs.readdirSync(path.dirname(folder))).toEqual(['here']);
  } finally {
    fs.rmSync(parent, { recursive: true, force: true });
  }
}

describe.each(Object.entries(TRAPS))('%s', (_, traps) => {
  it.each(traps.map((trap) => [trap.name, trap] as const))('%s', (__, trap) => check(trap), 120_000);
});
