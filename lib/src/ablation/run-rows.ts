/** Runs as rows of a list: what each changed, what it scored; filters and order. Plain values in and out. */
import { preset, PRESETS, recipeDifferences, recipeFields } from '../config';
import type { Config, PresetName } from '../config';
import { nearestWords } from '../core/nearest';
import { headlineSplit } from './results';
import type { RunEntry, RunState } from './runs';

export interface RunRow {
  readonly id: string;
  readonly state: RunState;
  /** ISO 8601; null where it is not known. */
  readonly date: string | null;
  readonly dataset: string | null;
  readonly seed: number | null;
  /** The preset that the recipe is nearest to. */
  readonly preset: PresetName | null;
  /** How the recipe differs from it, as `field = value`; dataset and seed have columns of their own. */
  readonly change: readonly string[];
  readonly split: string | null;
  /** Share of the split's images classified rightly. */
  readonly accuracy: number | null;
  /** Mean negative log-likelihood in nats. */
  readonly nll: number | null;
  readonly seconds: number | null;
  /** Epochs that are done, and that there are. */
  readonly epochs: readonly [number, number | null];
  /** Why it was left, or what is wrong with it. */
  readonly reason: string | null;
}

/** The preset that a recipe differs from least, and how. */
export function nearestPreset(config: Config): { readonly name: PresetName; readonly change: readonly string[] } {
  const all = (Object.keys(PRESETS) as PresetName[]).map((name) => {
    const base = preset(name, { dataset: { name: config.dataset.name } });
    return { name, change: recipeDifferences(base, { ...config, seed: base.seed }) };
  });
  return all.reduce((best, one) => (one.change.length < best.change.length ? one : best));
}

const configOf = ({ record, status }: RunEntry): Config | undefined => record?.config ?? status?.config;

/** A run as a row. */
export function runRow(entry: RunEntry): RunRow {
  const { id, state, record, status, epochs, reason = null } = entry;
  const config = configOf(entry);
  const near = config && nearestPreset(config);
  const split = record ? headlineSplit(record) : null;
  const { top1 = null, nll = null } = (record && split !== null && record.evaluation[split]) || {};
  return {
    ...{ id, state, reason, split, nll, accuracy: top1 },
    date: record?.provenance.started ?? status?.started ?? null,
    dataset: record?.dataset.name ?? status?.dataset.name ?? null,
    seed: config?.seed ?? null,
    preset: near?.name ?? null,
    change: near?.change ?? [],
    seconds: record?.provenance.seconds ?? null,
    epochs: [epochs, config?.training.epochs ?? null],
  };
}

export interface RunFilter {
  /** A dataset's name, or the folder that it lies in as the run's config has it. */
  readonly dataset?: string | undefined;
  /** The absolute path that `dataset` is where it names a folder. */
  readonly folder?: string | undefined;
  readonly preset?: string | undefined;
  /** `field=value` on the recipe; all must hold. */
  readonly where?: readonly string[];
  /** Runs that began at this time or later. */
  readonly since?: Date | undefined;
  readonly state?: RunState | undefined;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** A value as typed, in the form of `textOf`: 0.20 is 0.2. */
function typed(value: string): string {
  try {
    return textOf(JSON.parse(value));
  } catch {
    return value;
  }
}

/** `field=value` as a question to a recipe. @throws where the field is in none of the recipes */
function condition(where: string, configs: readonly Config[]): (config: Config) => boolean {
  const at = where.indexOf('=');
  if (at < 1) throw new Error(`"${where}": write field=value, such as contrast.margin=0.2`);
  const [field, value] = [where.slice(0, at).trim(), typed(where.slice(at + 1).trim())];
  const known = new Set(configs.flatMap((config) => Object.keys(recipeFields(config))));
  if (known.size > 0 && !known.has(field)) {
    throw new Error(`no run has a field ${field}. Near ones: ${nearestWords(field, [...known]).join(', ')}`);
  }
  return (config) => {
    const fields = recipeFields(config);
    return field in fields && textOf(fields[field]) === value;
  };
}

/** The runs that a filter lets through. @throws where a field of `where` is in no recipe */
export function filterRuns(entries: readonly RunEntry[], filter: RunFilter): readonly RunEntry[] {
  const configs = entries.flatMap((entry) => configOf(entry) ?? []);
  const conditions = (filter.where ?? []).map((where) => condition(where, configs));
  return entries.filter((entry) => {
    const [row, config] = [runRow(entry), configOf(entry)];
    const { dataset, folder = dataset, preset: name, since, state } = filter;
    return (
      (dataset === undefined || dataset === row.dataset || [dataset, folder].includes(config?.dataset.name)) &&
      (name === undefined || name === row.preset) &&
      (since === undefined || (row.date !== null && new Date(row.date) >= since)) &&
      (state === undefined || state === row.state) &&
      conditions.every((holds) => config !== undefined && holds(config))
    );
  });
}

type Order = (a: RunRow, b: RunRow) => number;

const falling =
  (value: (row: RunRow) => number | null): Order =>
  (a, b) =>
    (value(b) ?? -Infinity) - (value(a) ?? -Infinity) || 0;
const rising =
  (value: (row: RunRow) => string): Order =>
  (a, b) =>
    value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0;
const newest: Order = (a, b) => rising(({ date }) => date ?? '')(b, a);

/** Orders of a list, each with the newest first among equals. */
export const RUN_ORDERS = {
  date: newest,
  accuracy: falling(({ accuracy }) => accuracy),
  dataset: rising(({ dataset }) => dataset ?? ''),
  seed: (a, b) => (a.seed ?? 0) - (b.seed ?? 0),
  time: falling(({ seconds }) => seconds),
} as const satisfies Readonly<Record<string, Order>>;

export type RunOrder = keyof typeof RUN_ORDERS;

export const sortRuns = (rows: readonly RunRow[], order: RunOrder): readonly RunRow[] =>
  [...rows].sort((a, b) => RUN_ORDERS[order](a, b) || newest(a, b) || rising(({ id }) => id)(a, b));
