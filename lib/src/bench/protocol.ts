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
  /** The most memory that has been resident since `prepare` was done. */
  | { readonly call: 'peak' };

/** What an iteration computed. */
export interface Outcome {
  /** Losses, or logits. */
  readonly values: readonly number[];
  /** Norm of the gradient, where there is one. */
  readonly norm?: number;
}

export interface Prepared {
  /** What the first iteration computed: forward and backward pass are compared by it. */
  readonly first: Outcome;
  /** What the second one did: the update is compared by its losses. */
  readonly second: Outcome;
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
