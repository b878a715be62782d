/** What a layout is: how it is known, and how its own files are read. One file a layout lies beside this one. */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import type { NamedClasses } from '../check';
import type { Listed } from '../images';

/** What the files of a layout say, before any image is looked up. Labels count from 1. */
export interface Plan {
  /** The folder, absolute, below which the names of the images lie; or why there is none. */
  readonly place: { readonly folder: string } | { readonly problem: string };
  readonly train: Listed;
  readonly tests: readonly Listed[];
  /** Where classes have names. */
  readonly classes?: NamedClasses | undefined;
  readonly problems: readonly string[];
  /** What a reader of results must know. */
  readonly notes?: readonly string[];
}

/** What of a layout is there. It fits where nothing is missing. */
export interface Examined {
  readonly found: readonly string[];
  readonly missing: readonly string[];
}

export interface Layout {
  /** As the dataset says it was laid out. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** What a folder must hold, for messages. */
  readonly needs: string;
  /** A cheap look: does the folder (a real path) have what is needed? */
  examine(root: string): Promise<Examined>;
  /** Reads the annotations. Never throws for what they hold: that is a problem of the plan. */
  plan(root: string): Promise<Plan>;
}

/** The first of some paths below the root that exists. */
export async function firstOf(root: string, candidates: readonly string[]): Promise<string | undefined> {
  for (const candidate of candidates) {
    const there = await fs.stat(path.join(root, candidate)).catch(() => undefined);
    if (there !== undefined) return candidate;
  }
  return undefined;
}

/** The name of the first candidate that exists, or of the first of all, whose absence is then a problem. */
export const firstOrDefault = async (root: string, candidates: readonly [string, ...string[]]): Promise<string> =>
  (await firstOf(root, candidates)) ?? candidates[0];

/** Looks for files and folders; of each need the first path is its usual name, the others are as good. */
export const needing =
  (...needs: readonly (readonly [string, ...string[]])[]) =>
  async (root: string): Promise<Examined> => {
    const found: string[] = [];
    const missing: string[] = [];
    for (const need of needs) {
      const there = await firstOf(root, need);
      if (there === undefined) missing.push(need[0]);
      else found.push(there);
    }
    return { found, missing };
  };

/** Every base before every name. */
export const below = (bases: readonly string[], name: string): [string, ...string[]] =>
  bases.map((base) => `${base}${name}`) as [string, ...string[]];
