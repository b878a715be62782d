/** Damage as files meet it (cut short, bits turned, parts swapped) and as an attacker makes it (lengths that lie). */
import type { Rng } from '../../core/rng';

/** Values that counts, lengths and offsets go wrong at. */
const EXTREMES = [0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
const NUMBERS = ['-1', '0', '1e308', '1e9', '9007199254740993', '4294967296', 'NaN', 'null', '""', '[]', '{}', 'true'];

type Mutation = (bytes: Buffer, rng: Rng) => Buffer;

const place = (bytes: Buffer, rng: Rng): number => rng.int(Math.max(1, bytes.length));

/** Two places in order. */
function part(bytes: Buffer, rng: Rng): readonly [number, number] {
  const [a, b] = [place(bytes, rng), place(bytes, rng)];
  return [Math.min(a, b), Math.max(a, b)];
}

const cut: Mutation = (bytes, rng) => bytes.subarray(0, place(bytes, rng));

const remove: Mutation = (bytes, rng) => {
  const [from, to] = part(bytes, rng);
  return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
};

const repeat: Mutation = (bytes, rng) => {
  const [from, to] = part(bytes, rng);
  return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
};

const turnBits: Mutation = (bytes, rng) => {
  const out = Buffer.from(bytes);
  for (let left = 1 + rng.int(8); left > 0 && out.length > 0; left--) {
    const at = place(out, rng);
    out[at] = out[at]! ^ (1 << rng.int(8));
  }
  return out;
};

const noise: Mutation = (bytes, rng) => {
  const out = Buffer.from(bytes);
  const [from, to] = part(bytes, rng);
  for (let at = from; at < Math.min(to, from + 64); at++) out[at] = rng.int(256);
  return out;
};

/** A field of 1, 2, 4 or 8 bytes gets an extreme value, in either byte order. */
const lie: Mutation = (bytes, rng) => {
  const width = [1, 2, 4, 8][rng.int(4)]!;
  if (bytes.length < width) return bytes;
  const out = Buffer.from(bytes);
  const field = Buffer.alloc(8);
  field.writeBigUInt64LE(BigInt(EXTREMES[rng.int(EXTREMES.length)]!));
  if (rng.int(4) === 0) field.fill(0xff);
  const value = field.subarray(0, width);
  (rng.int(2) === 0 ? value : value.reverse()).copy(out, rng.int(out.length - width + 1));
  return out;
};

/** A number in a text becomes another, or something else. */
const renumber: Mutation = (bytes, rng) => {
  const text = bytes.toString('latin1');
  const found = [...text.matchAll(/\d+(\.\d+)?/g)];
  if (found.length === 0) return turnBits(bytes, rng);
  const { 0: old, index } = found[rng.int(found.length)]!;
  const put = NUMBERS[rng.int(NUMBERS.length)]!;
  return Buffer.from(text.slice(0, index) + put + text.slice(index + old.length), 'latin1');
};

const MUTATIONS: readonly Mutation[] = [cut, remove, repeat, turnBits, turnBits, noise, lie, lie, renumber];

/** The bytes after one to three kinds of damage, at most twice as long and 64 bytes more. */
export function mutate(bytes: Buffer, rng: Rng): Buffer {
  let out = bytes;
  for (let left = 1 + rng.int(3); left > 0; left--) out = MUTATIONS[rng.int(MUTATIONS.length)]!(out, rng);
  return out.subarray(0, 2 * bytes.length + 64);
}
