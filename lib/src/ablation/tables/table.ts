/** What a table is, and the usual kind: one switch of the full model at several values. */
import { contradictions, hashOf } from '../../config';
import type { Config } from '../../config';
import type { RunRecord } from '../record';
import type { Variant } from '../variant';

/** What there is to train on. */
export interface TrainingImages {
  readonly classes: number;
  /** Images of the smallest class. */
  readonly perClass: number;
  /** Of all classes. */
  readonly images: number;
}

/** A figure of accuracy against a number that the rows differ in. */
export interface CurveOfRows {
  readonly xTitle: string;
  readonly x: (record: RunRecord) => number;
  /** The line that a row is a point of, by the row's name. */
  readonly lineOf: (name: string) => string;
}

export interface AblationTable {
  readonly title: string;
  readonly question: string;
  /** Name of the variant that the others are compared with. */
  readonly reference: string;
  /** Name of the variant that spends the same work without the paper's ideas, where the table has one. */
  readonly control?: string;
  /** Name of the full model. */
  readonly full: string;
  /** What the rows are compared with, in words, where rows have references of their own. */
  readonly compared?: { readonly reference: string; readonly control?: string };
  /** The table has this figure as well. */
  readonly curve?: CurveOfRows;
  /** The rows; a table that depends on the number of training images is told of it where the dataset is known. */
  readonly variants: (full: Config, images?: TrainingImages) => readonly Variant[];
}

/** The row that a sweep compares with: the preset as it is. */
const DEFAULT = 'default';

interface Row {
  readonly name: string;
  readonly config: Config;
}

interface Sweep {
  readonly title: string;
  readonly question: string;
  readonly rows: (full: Config) => readonly Row[];
}

/**
 * The full model with one switch at several values. The row that is the full model itself is named `default`; where none is, it gets a row of its
 * own. Rows that the full model's other switches make impossible (attention without a transformer) are left out.
 */
export function sweep({ title, question, rows }: Sweep): AblationTable {
  return {
    ...{ title, question, reference: DEFAULT, full: DEFAULT },
    variants: (full) => {
      const own = hashOf(full);
      const possible = rows(full).filter(({ config }) => contradictions(config).length === 0);
      const named = possible.map(({ name, config }) =>
        hashOf(config) === own
          ? { name: DEFAULT, why: `the preset's own: ${name}`, config: full }
          : { name, why: name, config },
      );
      const listed = named.some(({ name }) => name === DEFAULT);
      return listed ? named : [{ name: DEFAULT, why: "the preset's own", config: full }, ...named];
    },
  };
}

/** A sweep's rows from a list of values. */
export const values =
  <T>(list: readonly T[], name: (value: T) => string, apply: (full: Config, value: T) => Config) =>
  (full: Config): readonly Row[] =>
    list.map((value) => ({ name: name(value), config: apply(full, value) }));

/** Makes tables whose rows are changes of one part of the config, by name. */
export const sweepOf =
  <C>(apply: (full: Config, change: C) => Config) =>
  (title: string, question: string, rows: Readonly<Record<string, C>>): AblationTable =>
    sweep({
      ...{ title, question },
      rows: values(
        Object.entries(rows),
        ([name]) => name,
        (full, [, change]) => apply(full, change),
      ),
    });
