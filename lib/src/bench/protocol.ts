/** What the benchmark and a worker process say to each other: one line of JSON each way, one question at a time. */
import type { Work } from './cases';
import type { Recipe } from './recipe';

export type Request =
  /** Write the file that both engines start from. */
  | { readonly call: 'author'; readonly work: Work; readonly file: string }
  /** Make ready, and do the first iterations. */
  | {
      readonly call: 'prepare';
      readonly work: Work;
      readonly file: string;
      readonly recipe: Recipe;
      readonly threads: number;
    }
  /** Do so many iterations. */
  | { readonly call: 'time'; readonly iterations: number }
  /** The most memory that was resident since `prepare`. */
  | { readonly call: 'peak' };

export interface Prepared {
  /** Numbers of the first iterations that the other engine must get too. */
  readonly first: readonly number[];
  /** The engine and its version. */
  readonly engine: string;
}

/** Milliseconds of each iteration. */
export interface Timed {
  readonly milliseconds: readonly number[];
}

/** Bytes; null where the system does not say. */
export interface Peak {
  readonly bytes: number | null;
}

export type Answer = Prepared | Timed | Peak | { readonly done: true } | { readonly error: string };
