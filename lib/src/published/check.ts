/** The edge where published numbers enter: a person fills the file by hand, so each mistake is named with its place. */
import { z } from 'zod';
import { TABLES } from '../ablation/tables';
import type { Published, PublishedResult } from './types';

export const PUBLISHED_FORMAT = 'csdnet-published/1';

const text = z.string().min(1);
const count = z.number().int().min(1);
const percent = z.number().min(0, 'expected a percent, 0 to 100').max(100, 'expected a percent, 0 to 100');
const side = z.number().int().min(16).max(4096).nullable();

const dataset = z.strictObject({
  ...{ title: text, classes: count, train: count, test: count, folders: z.array(text) },
  fingerprint: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits')
    .optional(),
  parts: z.strictObject({ names: z.array(text).min(2), train: count, test: count }).optional(),
});

const result = z.strictObject({
  ...{ method: text, backbone: text.nullable(), imageSize: side, source: text },
  tag: z.enum(['stated', 'read']),
  decimals: z.number().int().min(0).max(4),
  protocol: z.strictObject({ runs: count.nullable(), epoch: z.enum(['best on test', 'last']).nullable() }),
  counterpart: z.enum(['full', 'reference']).optional(),
  values: z.record(z.string(), percent),
});

const ablation = z.strictObject({
  table: z.enum(Object.keys(TABLES) as [string, ...string[]]),
  status: z.enum(['obtained', 'not obtained']),
  ...{ source: text.nullable(), dataset: text.nullable(), backbone: text.nullable(), imageSize: side },
  rows: z.array(z.strictObject({ name: text, value: percent.nullable() })).min(1),
});

const schema = z.strictObject({
  format: z.literal(PUBLISHED_FORMAT),
  ...{ about: text, howToFill: text },
  datasets: z.record(z.string(), dataset),
  ...{ results: z.array(result), ablations: z.array(ablation) },
});

export class PublishedError extends Error {
  override readonly name = 'PublishedError';
  constructor(
    readonly place: string,
    readonly problems: readonly string[],
  ) {
    super(`${place} cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

/** `results[2].values.cotton80` */
const pathText = (path: readonly PropertyKey[]): string =>
  path.map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i > 0 ? '.' : ''}${String(key)}`)).join('') || 'file';

function givenText(value: unknown, path: readonly PropertyKey[]): string {
  const given = path.reduce<unknown>((part, key) => (part as Record<PropertyKey, unknown> | undefined)?.[key], value);
  return given === undefined || (typeof given === 'object' && given !== null)
    ? ''
    : `; given: ${JSON.stringify(given)}`;
}

const known = ({ datasets }: Published): string => Object.keys(datasets).join(', ');

/** Datasets that are named and not there. */
function strangers(published: Published): string[] {
  const { datasets, results, ablations } = published;
  const named = [
    ...results.flatMap(({ values }, i) => Object.keys(values).map((name) => [name, `results[${i}].values`] as const)),
    ...ablations.flatMap(({ dataset: name }, i) => (name === null ? [] : [[name, `ablations[${i}].dataset`] as const])),
  ];
  return named
    .filter(([name]) => !Object.hasOwn(datasets, name))
    .map(([name, at]) => `${at}: "${name}" is no dataset of this file; choose one of ${known(published)}, or add it`);
}

/** Ablations whose status and content contradict each other. */
function halfFilled({ ablations }: Published): string[] {
  return ablations.flatMap(({ status, rows, source, dataset: name, table }, i) => {
    const at = `ablations[${i}] (${table})`;
    const filled = rows.some(({ value }) => value !== null);
    if (status === 'not obtained')
      return filled ? [`${at}: has values and says "not obtained"; set status to "obtained"`] : [];
    const missing = [...(filled ? [] : ['a value']), ...(source ? [] : ['source']), ...(name ? [] : ['dataset'])];
    return missing.length > 0 ? [`${at}: says "obtained" and lacks ${missing.join(', ')}`] : [];
  });
}

/**
 * Check published numbers that come from a file.
 *
 * @param place what the message calls them
 * @throws PublishedError naming every field that is missing, unknown or out of range, and every dataset that is not in the file
 */
export function checkPublished(value: unknown, place = 'published numbers'): Published {
  const parsed = schema.safeParse(value);
  if (!parsed.success)
    throw new PublishedError(
      place,
      parsed.error.issues.map(({ path, message }) => `${pathText(path)}: ${message}${givenText(value, path)}`),
    );
  const published: Published = parsed.data;
  const problems = [...strangers(published), ...halfFilled(published)];
  if (problems.length > 0) throw new PublishedError(place, problems);
  return published;
}

/** The multiple of 100/n percent that is nearest to a value, and whether it rounds to it. */
function nearest(value: number, n: number, decimals: number) {
  const images = Math.round((value * n) / 100);
  const exact = (100 * images) / n;
  return { images, exact, fits: Math.abs(exact - value) <= 0.5 * 10 ** -decimals + 1e-9 };
}

function oddValue({ method, decimals, values }: PublishedResult, name: string, published: Published): string[] {
  const { title, test, parts } = published.datasets[name]!;
  const { images, exact, fits } = nearest(values[name]!, test, decimals);
  if (fits) return [];
  const why = parts
    ? 'a mean over parts that were rounded first can be so'
    : 'a slip, a mean over runs, or another split';
  return [
    `${method} on ${title}: ${values[name]!.toFixed(decimals)} % is no whole number of ${test} test images ` +
      `(nearest: ${images}, ${exact.toFixed(decimals + 1)} %): ${why}`,
  ];
}

/**
 * Values of single runs that no whole number of test images gives: |100 k / n - value| > half of the last printed digit for every k. Sentences
 * for people; none where all is well.
 *
 * @param keys the datasets to look at; all where left out
 */
export function publishedWarnings(
  published: Published,
  keys: readonly string[] = Object.keys(published.datasets),
): readonly string[] {
  const single = published.results.filter(({ protocol }) => protocol.runs === 1);
  const named = (row: PublishedResult): string[] => Object.keys(row.values).filter((name) => keys.includes(name));
  return single.flatMap((row) => named(row).flatMap((name) => oddValue(row, name, published)));
}
