/** Seeded randomness from 32-bit integer arithmetic only: the same stream on every machine. */

/** One stream of random numbers: each call gives the next, uniform in [0, 1). */
export type Rng = () => number;

/** Mixes one more 32-bit word into a hash (the finaliser of MurmurHash3). */
export function mix(hash: number, word: number): number {
  let h = Math.imul(hash ^ word, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A 32-bit seed from a seed and the names of a purpose, so that streams for different purposes never shift each other. */
export function subSeed(seed: number, ...keys: readonly (number | string)[]): number {
  let h = mix(0x243f6a88, seed | 0);
  for (const key of keys) {
    if (typeof key === 'number') h = mix(h, key | 0);
    else for (let i = 0; i < key.length; i++) h = mix(h, key.charCodeAt(i) + 0x10000);
    h = mix(h, 0x51ed270b);
  }
  return h;
}

/** The sfc32 generator (Doty-Humphrey), seeded from one purpose: `stream(seed, 'pose')`. */
export function stream(seed: number, ...keys: readonly (number | string)[]): Rng {
  const start = subSeed(seed, ...keys);
  let a = mix(start, 1) | 0;
  let b = mix(start, 2) | 0;
  let c = mix(start, 3) | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 4294967296;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}

/** Uniform in [low, high). */
export function between(rng: Rng, low: number, high: number): number {
  return low + (high - low) * rng();
}

/** Nearly normal, mean 0, sd 1, never beyond 3.5 (sum of four uniforms). */
export function bell(rng: Rng): number {
  return (rng() + rng() + rng() + rng() - 2) * 1.7320508075688772;
}

/** Whole number in [0, count). */
export function below(rng: Rng, count: number): number {
  return Math.floor(rng() * count);
}

/** True with the given probability. */
export function chance(rng: Rng, probability: number): boolean {
  return rng() < probability;
}

/** A shuffled copy (Fisher-Yates). */
export function shuffled<T>(rng: Rng, items: readonly T[]): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = below(rng, i + 1);
    const held = out[i] as T;
    out[i] = out[j] as T;
    out[j] = held;
  }
  return out;
}
