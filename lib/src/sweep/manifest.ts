/** The manifest of a sweep: a head line, then one run a line, as JSON. */
import { z } from 'zod';
import { checkConfig, hashOf } from '../config';
import type { Config } from '../config';

export const MANIFEST_FORMAT = 'csdnet-sweep/1';

const options = z.strictObject({
  /** Names of tables with commas between, or `all`. */
  table: z.string().min(1),
  seeds: z.array(z.number().int().min(1)).min(1),
  preset: z.string(),
  dataset: z.string(),
  shots: z.union([z.literal('all'), z.number().int().min(1)]),
  epochs: z.number().int().min(1).optional(),
  set: z.array(z.string()),
  select: z.string().optional(),
  bestOnTest: z.boolean(),
  threads: z.number().int().min(1),
});

const head = z.strictObject({
  format: z.literal(MANIFEST_FORMAT),
  csdnet: z.string(),
  commit: z.string().nullable(),
  created: z.string(),
  /** Lines that follow: a file that was cut short is noticed. */
  runs: z.number().int().min(1),
  options,
});

const run = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{12}$/),
  label: z.string(),
  /** Name or folder, and fingerprint of the data. */
  dataset: z.strictObject({ place: z.string(), fingerprint: z.string() }),
  keepOutputs: z.boolean(),
  config: z.unknown().transform((value): Config => checkConfig(value)),
});

/** What was asked for: the options of `csdnet reproduce`. */
export type SweepOptions = Readonly<z.infer<typeof options>>;
export type SweepHead = Readonly<z.infer<typeof head>>;

export interface SweepRun {
  /** The run's name: a hash of its config, data and first weights. */
  readonly id: string;
  readonly label: string;
  readonly dataset: { readonly place: string; readonly fingerprint: string };
  readonly keepOutputs: boolean;
  readonly config: Config;
}

export interface Manifest {
  readonly head: SweepHead;
  readonly runs: readonly SweepRun[];
}

/** Every run once, in the order of first sight: tables share rows. One of two asks for outputs: the run keeps them. */
export function distinctRuns(runs: readonly SweepRun[]): readonly SweepRun[] {
  const found = new Map<string, SweepRun>();
  for (const one of runs) {
    const before = found.get(one.id);
    found.set(one.id, before ? { ...before, keepOutputs: before.keepOutputs || one.keepOutputs } : one);
  }
  return [...found.values()];
}

export const manifestText = ({ head: first, runs }: Manifest): string =>
  [first, ...runs].map((line) => `${JSON.stringify(line)}\n`).join('');

/** The name of a sweep in the queue: a hash of its runs. */
export const sweepName = ({ runs }: Manifest): string => `csdnet-${hashOf(runs.map(({ id }) => id))}`;

/** One line read. @throws an Error that names the line and what is wrong with it */
function parsed<T>(schema: z.ZodType<T>, text: string, at: string): T {
  try {
    const { success, data, error } = schema.safeParse(JSON.parse(text));
    if (success) return data;
    throw new Error(error.issues.map(({ path, message }) => `${path.join('.') || 'line'}: ${message}`).join('; '));
  } catch (error) {
    const { message } = error as Error;
    const what = error instanceof SyntaxError ? `no JSON (${message})` : message;
    throw new Error(`${at}: ${what}; make the manifest again with csdnet sweep plan`, { cause: error });
  }
}

/**
 * Read a manifest.
 *
 * @param name the file's name, for messages
 * @throws where a line is none of a manifest, a run stands twice, or lines are missing; the message names the line
 */
export function parseManifest(text: string, name: string): Manifest {
  const [first = '', ...rest] = text.replace(/\n$/, '').split('\n');
  const top = parsed(head, first, `${name}:1`);
  const runs = rest.map((line, i) => parsed(run, line, `${name}:${i + 2}`));
  const ids = new Set<string>();
  runs.forEach(({ id }, i) => {
    if (ids.has(id)) throw new Error(`${name}:${i + 2}: run ${id} stands twice; each may stand once`);
    ids.add(id);
  });
  if (runs.length !== top.runs)
    throw new Error(
      `${name} holds ${runs.length} runs, its head says ${top.runs}: lines are missing or were added; make it again with csdnet sweep plan`,
    );
  return { head: top, runs };
}
