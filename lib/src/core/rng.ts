/**
 * Seeded random numbers: the one source of randomness in lib.
 *
 * An `Rng` is a small deterministic stream (sfc32 seeded through a 32-bit mix). The same seed and the same
 * stream names give the same numbers on every machine. Streams that are forked by name are independent, so that one part
 * of a run (say the augmentation) can draw more numbers without shifting those of another.
 */
export interface Rng {
  /** A number drawn from U[0, 1). */
  uniform(): number;
  /** An integer drawn from {0, ..., n - 1}. Throws where n is not a positive integer. */
  int(n: number): number;
  /** A number drawn from N(0, 1) (Box-Muller, polar form). */
  normal(): number;
  /** An independent stream, named; the parent's own sequence does not move. */
  fork(stream: string | number): Rng;
}

/** FNV-1a over the UTF-16 units of a text, then a finaliser: a 32-bit hash. */
function hashText(text: string, start: number): number {
  let h = start >>> 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix(h);
}

/** The 32-bit finaliser of MurmurHash3: every input bit reaches every output bit. */
function mix(x: number): number {
  let h = x >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function sfc32(key: number): () => number {
  let a = mix(key ^ 0x9e3779b9);
  let b = mix(a + 0x243f6a88);
  let c = mix(b + 0xb7e15162);
  let counter = 1;
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}

/**
 * A random stream from a seed and any number of stream names.
 *
 * @param seed an integer >= 0 (seed 0 is a seed like any other here, unlike in the tfjs initialisers)
 * @throws where the seed is no integer >= 0
 */
export function createRng(seed: number, ...stream: readonly (number | string)[]): Rng {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new Error(`seed ${seed}: expected an integer >= 0, for instance 1`);
  }
  let key = hashText(`seed:${seed}`, 0x811c9dc5);
  for (const name of stream) key = hashText(`${typeof name}:${name}`, key);
  return fromKey(key);
}

/** A fresh array of the items in random order (Fisher-Yates). */
export function shuffled<T>(items: readonly T[], rng: Rng): T[] {
  const out = [...items];
  for (let last = out.length - 1; last > 0; last--) {
    const other = rng.int(last + 1);
    [out[last], out[other]] = [out[other] as T, out[last] as T];
  }
  return out;
}

function fromKey(key: number): Rng {
  const next = sfc32(key);
  const uniform = (): number => ((next() >>> 5) * 67108864 + (next() >>> 6)) / 9007199254740992;
  let spare: number | undefined;
  return {
    uniform,
    int(n) {
      if (!Number.isSafeInteger(n) || n < 1) throw new Error(`int(${n}): expected a positive integer`);
      return Math.floor(uniform() * n);
    },
    normal() {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      let u: number, v: number, s: number;
      do {
        u = 2 * uniform() - 1;
        v = 2 * uniform() - 1;
        s = u * u + v * v;
      } while (s >= 1 || s === 0);
      const scale = Math.sqrt((-2 * Math.log(s)) / s);
      spare = v * scale;
      return u * scale;
    },
    fork: (name) => fromKey(hashText(`${typeof name}:${name}`, key)),
  };
}
