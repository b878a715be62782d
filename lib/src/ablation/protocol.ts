/** What the runner and its worker processes say to each other. */
import type { Config } from '../config';
import type { Waiting } from '../data';
import type { RunPlace } from './run';

export interface Job {
  readonly id: string;
  readonly config: Config;
  /** Folder that embedded datasets lie in. */
  readonly dataDir: string;
  readonly place: RunPlace;
  /** Where the trained model is kept; without it only the record stays. */
  readonly modelFile?: string | undefined;
  /** Whether logits and features of the test images are kept in the run's folder. */
  readonly keepOutputs?: boolean | undefined;
  /** What a person called, for the record. */
  readonly command?: string | undefined;
}

export type WorkerMessage =
  | { readonly kind: 'step'; readonly step: number; readonly steps: number; readonly loss: number }
  | { readonly kind: 'note'; readonly text: string }
  /** `waiting` is missing where the run was done before. */
  | { readonly kind: 'done'; readonly waiting?: Waiting | undefined }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly text: string };
