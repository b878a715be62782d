import { createHash } from 'node:crypto';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { partOf, removeLeftParts } from '../files';

/*
 * A cache file is 128 bytes of header and then the payload:
 *   0  'CSDNRGB\n'   8 magic
 *   8  version       u32, little-endian
 *  12  count         u32
 *  16  size          u32
 *  20  zero          u32
 *  24  length        u64, bytes of the payload
 *  32  key           32 bytes, what the pixels were made from
 *  64  sha-256       32 bytes, of the payload
 *  96  sha-256       32 bytes, of bytes 0..95
 */
const MAGIC = 'CSDNRGB\n';
const VERSION = 1;
const HEADER = 128;
const CHUNK = 64 * 1024 * 1024;

/** What a cache file claims to hold: `count` images of `size` x `size` x 3 bytes, made from what `key` (hex) names. */
export interface CacheKey {
  readonly key: string;
  readonly count: number;
  readonly size: number;
}

function pathOf(folder: string, { key }: CacheKey): string {
  return path.join(folder, `${key}.rgb`);
}

function digest(data: Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}

function headerOf({ key, count, size }: CacheKey, data: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER);
  header.write(MAGIC, 0, 'latin1');
  header.writeUInt32LE(VERSION, 8);
  header.writeUInt32LE(count, 12);
  header.writeUInt32LE(size, 16);
  header.writeBigUInt64LE(BigInt(data.length), 24);
  header.write(key, 32, 'hex');
  digest(data).copy(header, 64);
  digest(header.subarray(0, 96)).copy(header, 96);
  return header;
}

async function readInto(handle: fs.FileHandle, target: Uint8Array, from: number): Promise<boolean> {
  for (let at = 0; at < target.length;) {
    const { bytesRead } = await handle.read(target, at, Math.min(CHUNK, target.length - at), from + at);
    if (bytesRead === 0) return false;
    at += bytesRead;
  }
  return true;
}

async function writeFrom(handle: fs.FileHandle, source: Uint8Array, signal: AbortSignal | undefined): Promise<void> {
  for (let at = 0; at < source.length;) {
    signal?.throwIfAborted();
    at += (await handle.write(source, at, Math.min(CHUNK, source.length - at))).bytesWritten;
  }
}

async function readChecked(handle: fs.FileHandle, what: CacheKey): Promise<Uint8Array | undefined> {
  const length = what.count * what.size * what.size * 3;
  if ((await handle.stat()).size !== HEADER + length) return undefined;
  const header = Buffer.alloc(HEADER);
  if (!(await readInto(handle, header, 0))) return undefined;
  const data = new Uint8Array(length);
  if (!(await readInto(handle, data, HEADER))) return undefined;
  return headerOf(what, data).equals(header) ? data : undefined;
}

/**
 * The pixels [count, size, size, 3] of a cache file, or undefined where there is none that can be trusted: absent,
 * truncated, longer, another version, made from something else, or with a byte changed. Never throws.
 */
export async function readCache(folder: string, what: CacheKey): Promise<Uint8Array | undefined> {
  const handle = await fs.open(pathOf(folder, what), 'r').catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    return await readChecked(handle, what);
  } catch {
    return undefined;
  } finally {
    await handle.close();
  }
}

/**
 * Writes a cache file beside its place and renames it there, so that no reader ever sees half of it.
 *
 * @throws the error of the file system, or the signal's reason; no part is left behind.
 */
export async function writeCache(
  folder: string,
  what: CacheKey,
  data: Uint8Array,
  signal?: AbortSignal,
): Promise<void> {
  await fs.mkdir(folder, { recursive: true });
  removeLeftParts(folder);
  const part = partOf(pathOf(folder, what));
  try {
    const handle = await fs.open(part, 'wx');
    try {
      await writeFrom(handle, headerOf(what, data), signal);
      await writeFrom(handle, data, signal);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await fs.rename(part, pathOf(folder, what));
  } catch (error) {
    await fs.rm(part, { force: true });
    throw error;
  }
}
