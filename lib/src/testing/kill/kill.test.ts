/**
 * Killed at any moment: real programs that end by SIGKILL, at chosen calls of the file system and at random times, and are called again. What they
 * leave must be what one leaves that was never killed, to the byte, with nothing beside it.
 *
 * CSDNET_KILLS=100 is the nightly form: 100 kills at random times, and a kill at every call and in the middle of every write.
 */
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRng } from '../../core/rng';
import { temporaryFolder } from '../../data/testing';
import type { How } from './fault';
import { makePrograms } from './programs';
import type { Programs } from './programs';
import { differences, everyKill, trial, wholeRun } from './trials';
import type { Whole } from './trials';
import type { Trouble } from './program';

const KILLS = Number(process.env.CSDNET_KILLS ?? 0);
const SEED = Number(process.env.CSDNET_KILLS_SEED ?? 1);
/** Milliseconds that a trial may take on a slow machine, in the form with many. */
const EACH = 60_000;

let folder = '';
let programs: Programs;
beforeAll(async () => {
  folder = await temporaryFolder();
  programs = await makePrograms(folder);
}, 120_000);
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const wholes = new Map<string, Promise<Whole>>();
const wholeOf = (name: keyof Programs): Promise<Whole> => {
  if (!wholes.has(name)) wholes.set(name, wholeRun(programs[name], path.join(folder, `whole-${name}`)));
  return wholes.get(name)!;
};
const at = (match: string, how: How, who: 'self' | 'all' = 'all'): Trouble => ({ fault: { at: 1, match, how, who } });

/** A program in one trouble after the other. @returns how many of its calls were killed */
async function survive(name: keyof Programs, troubles: readonly Trouble[]): Promise<number> {
  const whole = await wholeOf(name);
  const { outcomes, contents } = await trial(programs[name], path.join(folder, 'home'), troubles);
  expect(differences(whole.contents, contents), JSON.stringify(troubles)).toEqual([]);
  return outcomes.filter(({ status }) => status !== 0).length;
}

describe('a program that is killed again and again', () => {
  it('while it trains one model: in the middle of each of its files', async () => {
    const troubles = [
      ...[at('write .*\\.rgb', 'half'), at('link .*lock', 'kill'), at('write .*status\\.json', 'half')],
      ...[at('write .*metrics\\.csv', 'half'), at('append .*metrics\\.csv', 'half'), at('rename .*checkpoint', 'kill')],
      ...[at('write .*checkpoint', 'half'), at('append .*tfevents', 'half'), at('write model\\.safetensors', 'half')],
      ...[at('write .*predictions', 'half'), at('write .*record\\.json', 'half'), at('rename .*record\\.json', 'kill')],
      ...[at('remove .*status\\.json', 'kill'), at('write model\\.md', 'half')],
    ];
    expect(await survive('train', troubles)).toBe(troubles.length);
  }, 180_000);

  it('while it makes a table by two processes: as a whole, a worker alone, and in the middle of a table and of the numbers', async () => {
    const troubles = [
      ...[at('write .*checkpoint', 'half'), at('write .*checkpoint', 'half', 'self'), at('write .*\\.tex', 'half')],
      ...[at('write results\\.json\\.\\w+-', 'half'), at('write .*\\.svg', 'half')],
    ];
    expect(await survive('tableByTwo', troubles)).toBe(5);
  }, 180_000);
});

describe.skipIf(KILLS === 0)(`${KILLS} kills at random times (CSDNET_KILLS), seed ${SEED}`, () => {
  const names = ['train', 'table', 'tableByTwo', 'sweep'] as const;
  it.each(names)(
    '%s',
    async (name) => {
      const [rng, { milliseconds }] = [createRng(SEED, name), await wholeOf(name)];
      let killed = 0;
      for (let i = 0; i < KILLS / names.length; i++)
        killed += await survive(name, [{ killAfter: rng.uniform() * milliseconds }]);
      console.log(`${name}: ${killed} of ${Math.ceil(KILLS / names.length)} calls were killed before their end`);
      expect(killed).toBeGreaterThan(0);
    },
    EACH * KILLS,
  );
});

describe.skipIf(KILLS === 0)('a kill at every call of the file system, and in the middle of every write', () => {
  it.each([
    ['train', 'all'],
    ['train', 'self'],
    ['publish', 'all'],
  ] as const)(
    '%s, %s',
    async (name, who) => {
      const kills = everyKill(await wholeOf(name));
      for (const kill of kills) await survive(name, [{ fault: { ...kill, who } }]);
      console.log(`${name}, ${who}: ${kills.length} kills at ${(await wholeOf(name)).calls.length} calls`);
      expect(kills.length).toBeGreaterThan(60);
    },
    EACH * 300,
  );
});
