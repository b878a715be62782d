/** Reading what a person typed: each reader says what was given and what is allowed. */
import { InvalidArgumentError, Option } from 'commander';
import { isValidation, VALIDATION_HELP } from '../config';
import type { Validation } from '../config';
import { quoted } from '../sweep/script';

/** `3` means seeds 1, 2, 3; `1,4,7` means just those. */
export function readSeeds(text: string): readonly number[] {
  const numbers = text.split(',').map((part) => Number(part.trim()));
  if (numbers.some((n) => !Number.isSafeInteger(n) || n < 1)) {
    throw new InvalidArgumentError('give a number of seeds (3) or a list of seeds (1,4,7), all at least 1.');
  }
  const seeds = text.includes(',') ? numbers : Array.from({ length: numbers[0]! }, (_, i) => i + 1);
  if (new Set(seeds).size < seeds.length) throw new InvalidArgumentError('each seed may stand in the list once.');
  return seeds;
}

/** `3` for seeds 1, 2 and 3; else the list: what `readSeeds` reads back. */
export const seedsOption = (seeds: readonly number[]): string =>
  seeds.every((seed, i) => seed === i + 1) ? String(seeds.length) : seeds.join(',');

export function readCount(text: string): number {
  const n = Number(text);
  if (!Number.isSafeInteger(n) || n < 1) throw new InvalidArgumentError('give a whole number from 1.');
  return n;
}

/** Whole numbers from 0. */
export function readIndex(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('give a whole number from 0.');
  return Number(text);
}

const CHECKPOINT_SECONDS = 20;

/** `--checkpoint`: what a killed run loses at the most, beside the epoch that it is in. */
export const checkpointOption = (): Option =>
  new Option('--checkpoint <seconds>', 'seconds between two checkpoints of a run, at the end of an epoch')
    .argParser(readIndex)
    .default(CHECKPOINT_SECONDS);

/** `folds:5`, `holdout:1`: which part of the training images is scored. */
export function readValidation(text: string): Validation {
  if (!isValidation(text)) throw new InvalidArgumentError(`write ${VALIDATION_HELP}.`);
  return text;
}

/** `all`, or a number of images. */
export const readShots = (text: string): number | 'all' => (text === 'all' ? 'all' : readCount(text));

/** Ctrl-C and SIGTERM, as a signal that long work looks at. */
export function stopOnSignals(): AbortSignal {
  const stop = new AbortController();
  process.on('SIGINT', () => stop.abort());
  process.on('SIGTERM', () => stop.abort());
  return stop.signal;
}

/** Collects `field=value` options. What the fields are and what they may be, the config says. */
export function readAssignment(text: string, before: readonly string[]): readonly string[] {
  if (!/^[^=\s]+\s*=/.test(text)) throw new InvalidArgumentError('write field=value, such as contrast.margin=0.2.');
  return [...before, text];
}

const AGES = { m: 60, h: 3600, d: 86_400, w: 604_800 } as const;

/** A day (2026-11-25), a time (2026-11-25T14:00), or an age (30m, 12h, 7d, 2w), as the time that it names. */
export function readSince(text: string): Date {
  const age = /^(\d+)([mhdw])$/.exec(text);
  if (age) return new Date(new Date().getTime() - 1000 * Number(age[1]) * AGES[age[2] as keyof typeof AGES]);
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? new Date(text) : new Date(NaN);
  if (Number.isNaN(time.getTime()))
    throw new InvalidArgumentError('give a day (2026-11-25), a time (2026-11-25T14:00) or an age (30m, 12h, 7d, 2w).');
  return time;
}

/** 75 -> "1 min 15 s". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${rest} s` : `${rest} s`;
}

/** What was called, as a person would call it again: words with spaces or signs of the shell are quoted. */
export const calledCommand = (args: readonly string[] = process.argv.slice(2)): string =>
  ['npm run csdnet --', ...args.map(quoted)].join(' ');
