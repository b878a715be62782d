import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, hashOf } from './hash';
import { PRESETS } from './presets';

/** The same value with the keys of every record in another order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, shuffled(item)]),
  );
}

/** Another value of the same type. */
function changed(leaf: unknown): unknown {
  if (typeof leaf === 'number') return leaf + 1;
  return typeof leaf === 'boolean' ? !leaf : `${String(leaf)}!`;
}

/** Every copy of a value in which one leaf is another. */
function* variations(value: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) {
    yield changed(value);
    return;
  }
  for (const key of Object.keys(value)) {
    for (const item of variations((value as Record<string, unknown>)[key])) {
      const copy = structuredClone(value) as Record<string, unknown>;
      copy[key] = item;
      yield copy;
    }
  }
}

describe('hashOf', () => {
  it('is twelve hex digits that do not depend on the order of keys', () => {
    for (const { config } of Object.values(PRESETS)) {
      expect(hashOf(config)).toMatch(/^[0-9a-f]{12}$/);
      expect(hashOf(shuffled(config))).toBe(hashOf(config));
      expect(hashOf(structuredClone(config))).toBe(hashOf(config));
    }
  });

  it('does not depend on the order of keys in any JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(hashOf(shuffled(value))).toBe(hashOf(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { seed: 1 },
    );
  });

  it('changes with every single field of a config', () => {
    const all = [...variations(PRESETS.tiny.config)];
    expect(all.length).toBeGreaterThan(40);
    const hashes = new Set([PRESETS.tiny.config, ...all].map(hashOf));
    expect(hashes.size).toBe(all.length + 1);
  });

  it('keeps the order of lists', () => {
    expect(hashOf([1, 2])).not.toBe(hashOf([2, 1]));
  });
});
