/** What the benchmark and a worker process say to each other: one line of JSON each way, one question at a time. */
import type { InputWork, Work } from './work';
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
  | { readonly call: 'peak' }
  /** How far a map of the rows in `file` can be trusted: x and y of each row. */
  | {
      readonly call: 'trust';
      readonly file: string;
      /** Numbers a row. */
      readonly size: number;
      readonly coordinates: readonly number[];
    }
  /** Read images beside steps of so many milliseconds, a few times. */
  | {
      readonly call: 'wait';
      readonly work: InputWork;
      readonly file: string;
      readonly step: number;
      readonly passes: number;
    }
  /** Make ready for the steps of the soak, which `time` does. */
  | { readonly call: 'soak' }
  /** What the process holds now, after what it does not need was collected. */
  | { readonly call: 'usage' };

/** What an iteration computed. */
export interface Outcome {
  /** Losses, logits, coordinates or the number of images. */
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
  /** How good the result is, where two engines need not give the same numbers: the trustworthiness of a map. */
  readonly quality?: number;
}

/** Milliseconds of each iteration. */
export interface Timed {
  readonly milliseconds: readonly number[];
}

/** Bytes; null where the system does not say. */
export interface Peak {
  readonly bytes: number | null;
}

/** Trustworthiness of a map, 0..1. */
export interface Trust {
  readonly value: number;
}

/** Share of the time that steps waited, one number a pass. */
export interface Waited {
  readonly shares: readonly number[];
}

export interface Usage {
  readonly tensors: number;
  /** Bytes resident; null where the system does not say. */
  readonly resident: number | null;
}

export type Answer =
  Prepared | Timed | Peak | Trust | Waited | Usage | { readonly done: true } | { readonly error: string };
