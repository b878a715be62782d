/**
 * Loaded by `node --require` into every process of a program under test (NODE_OPTIONS): counts its calls that change files below a folder, and hits
 * one of them. See fault.ts.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { LINE, VARIABLE } from './fault';
import type { Fault } from './fault';

type Call = (...args: never[]) => unknown;
type Data = string | NodeJS.ArrayBufferView;

const fault = JSON.parse(process.env[VARIABLE] ?? 'null') as Fault | null;
const original = { ...fs, promises: { ...fs.promises } };
/** Files that are open for writing. */
const open = new Map<number, string>();
/** A call of Node's own that is made of other calls counts once. */
let depth = 0;
let broken = false;
const counted = new RegExp(fault?.match ?? '');

const inside = (file: unknown): file is string =>
  typeof file === 'string' && path.resolve(file).startsWith(`${fault!.root}${path.sep}`);
const fileOf = (target: unknown): string | undefined =>
  typeof target === 'number' ? open.get(target) : inside(target) ? target : undefined;

/** Counts a call of all processes together. @returns its number */
function count(name: string, file: string): number {
  const line = `${process.pid} ${name} ${path.relative(fault!.root, file)}`.slice(0, LINE - 1).padEnd(LINE - 1);
  const fd = original.openSync(fault!.trace, 'a');
  original.writeSync(fd, `${line}\n`);
  const { size } = original.fstatSync(fd);
  original.closeSync(fd);
  return size / LINE;
}

function end(): never {
  process.kill(fault!.who === 'all' ? 0 : process.pid, 'SIGKILL');
  for (;;); // The signal is on its way.
}

/** Half of what a call would have written. */
function writeHalf(target: string | number, data: Data, flag: string): void {
  const bytes =
    typeof data === 'string' ? Buffer.from(data) : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const fd = typeof target === 'number' ? target : original.openSync(target, flag);
  original.writeSync(fd, bytes, 0, Math.floor(bytes.length / 2));
}

/** A full disk still lets files be removed and renamed. */
const fails = (name: string): boolean => broken && !(fault!.how === 'ENOSPC' && ['rename', 'remove'].includes(name));

/** To be called in the place of a call: does what the fault says, or nothing. */
function hit(name: string, file: string, half?: () => void): void {
  if (!broken && !counted.test(`${name} ${path.relative(fault!.root, file)}`)) return;
  const number = count(name, file);
  const { at, how } = fault!;
  const now = number === at;
  if (now && how === 'half') half?.();
  if (now && (how === 'kill' || how === 'half')) end();
  if (how === 'kill' || how === 'half') return;
  broken ||= how !== 'once' && at > 0 && number >= at;
  const code = how === 'once' ? 'ENOSPC' : how;
  if (fails(name) || (now && how === 'once'))
    throw Object.assign(new Error(`${code}: made by a test, ${name}`), { code, syscall: name });
}

function wrapSync(key: keyof typeof fs, name: string, place = 0): void {
  const call = fs[key] as Call;
  const wrapped = (...args: unknown[]): unknown => {
    const file = depth === 0 ? fileOf(args[place]) : undefined;
    if (file !== undefined)
      hit(name, file, () => writeHalf(args[0] as string | number, args[1] as Data, name === 'append' ? 'a' : 'w'));
    depth++;
    try {
      return call(...(args as never[]));
    } finally {
      depth--;
    }
  };
  Object.assign(fs, { [key]: wrapped });
}

function wrapPromise(key: keyof typeof fs.promises, name: string, place = 0): void {
  const call = fs.promises[key] as unknown as (...args: unknown[]) => Promise<unknown>;
  const wrapped = async (...args: unknown[]): Promise<unknown> => {
    const file = args[place];
    if (inside(file)) hit(name, file, () => writeHalf(args[0] as string, args[1] as Data, 'w'));
    return call(...args);
  };
  Object.assign(fs.promises, { [key]: wrapped });
}

type Handle = fs.promises.FileHandle;

function wrapHandle(handle: Handle, file: string): Handle {
  for (const [key, name] of [
    ['write', 'write'],
    ['writeFile', 'write'],
    ['sync', 'sync'],
  ] as const) {
    const call = handle[key].bind(handle) as (...args: unknown[]) => Promise<unknown>;
    const wrapped = async (...args: unknown[]): Promise<unknown> => {
      hit(name, file, () => key !== 'sync' && writeHalf(handle.fd, args[0] as Data, 'w'));
      return call(...args);
    };
    Object.assign(handle, { [key]: wrapped });
  }
  return handle;
}

function wrapOpen(): void {
  const writes = (flags: unknown): boolean => typeof flags === 'string' && /[wa+]/.test(flags);
  fs.openSync = ((file: string, flags?: string, mode?: number) => {
    const counts = depth === 0 && inside(file) && writes(flags);
    if (counts) hit('open', file);
    const fd = original.openSync(file, flags ?? 'r', mode);
    if (counts) open.set(fd, file);
    return fd;
  }) as typeof fs.openSync;
  fs.closeSync = (fd) => {
    open.delete(fd);
    original.closeSync(fd);
  };
  fs.promises.open = async (file, flags, mode) => {
    if (!inside(file) || !writes(flags)) return original.promises.open(file, flags, mode);
    hit('open', file);
    return wrapHandle(await original.promises.open(file, flags, mode), file);
  };
}

if (fault) {
  wrapOpen();
  for (const [key, name] of [
    ['writeFileSync', 'write'],
    ['writeSync', 'write'],
    ['appendFileSync', 'append'],
    ['fsyncSync', 'sync'],
    ['mkdirSync', 'mkdir'],
    ['unlinkSync', 'remove'],
    ['rmSync', 'remove'],
  ] as const)
    wrapSync(key, name);
  for (const [key, name] of [
    ['renameSync', 'rename'],
    ['linkSync', 'link'],
  ] as const)
    wrapSync(key, name, 1);
  for (const [key, name] of [
    ['mkdir', 'mkdir'],
    ['rm', 'remove'],
    ['unlink', 'remove'],
    ['writeFile', 'write'],
  ] as const)
    wrapPromise(key, name);
  wrapPromise('rename', 'rename', 1);
  syncBuiltinESMExports();
}
