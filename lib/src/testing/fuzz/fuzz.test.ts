import { describe, expect, it } from 'vitest';
import { createRng } from '../../core/rng';
import { mutate } from './mutate';
import { fuzz } from './run';
import { TARGETS } from './targets';

/** Damaged files in all: CSDNET_FUZZ=20000 is the nightly form; CSDNET_FUZZ_SEED draws others. */
const FILES = Number(process.env.CSDNET_FUZZ ?? 1000);
const SEED = Number(process.env.CSDNET_FUZZ_SEED ?? 1);
const EACH = Math.ceil(FILES / TARGETS.length);

it('damages a file by a seed, and not always in vain', () => {
  const bytes = Buffer.from('{"a": 12, "b": [1, 2, 3]}');
  const many = Array.from({ length: 200 }, (_, i) => mutate(bytes, createRng(1, i)).toString('latin1'));
  expect(mutate(bytes, createRng(1, 7))).toEqual(mutate(bytes, createRng(1, 7)));
  expect(new Set(many).size).toBeGreaterThan(150);
  expect(Math.max(...many.map((text) => text.length))).toBeLessThanOrEqual(2 * bytes.length + 64);
});

describe(`readers of files from outside, ${EACH} damaged files each`, () => {
  it.each(TARGETS.map(({ name }) => name))(
    '%s: read, or refused with an error for people',
    async (target) => {
      const report = await fuzz({ target, seed: SEED, from: 0, to: EACH }, { hang: 5000, memory: 1024 });
      expect(report.faults).toEqual([]);
      expect(report.read + report.refused).toBe(EACH);
      expect(report.refused).toBeGreaterThan(0);
    },
    60_000 + 60 * EACH,
  );
});
