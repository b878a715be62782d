/** The kinds of work that are measured, as records. */
import type { BackboneConfig } from '../config';

type Backbone = BackboneConfig['kind'];

export interface Network {
  readonly backbone: Backbone;
  /** Side of the images in pixels. */
  readonly side: number;
  readonly batch: number;
  readonly classes: number;
}

/** One training step: forward, backward, clipping, AdamW, read-back of the loss. */
export interface StepWork extends Network {
  readonly kind: 'step';
  /** `frozen` normalises by the stored statistics and trains the affine parameters; `train` normalises by the batch. */
  readonly batchNorm: 'frozen' | 'train';
  /** `baseline` is cross-entropy on one view; `csdnet` has a second view, the contrast over two queues and the distillation. */
  readonly modules: 'baseline' | 'csdnet';
  /** Rows of each of the two queues of `csdnet`, all filled. */
  readonly rows: number;
}

/** Logits of a batch, from bytes to numbers. */
export interface InferenceWork extends Network {
  readonly kind: 'inference';
}

/** The margin contrast of a batch of features against a full queue: forward, gradient of the features, and the batch into the queue. */
export interface QueueWork {
  readonly kind: 'queue';
  readonly rows: number;
  readonly batch: number;
  /** Numbers a row. */
  readonly size: number;
}

/** A map of rows in the plane: neighbours, graph, layout. */
export interface UmapWork {
  readonly kind: 'umap';
  readonly rows: number;
  /** Numbers a row. */
  readonly size: number;
  readonly classes: number;
  /** Length of a row's deviation from the centre of its class, which is of length 1; then the row is brought to length 1. */
  readonly deviation: number;
}

/** One pass over a folder of JPEG images: decoded, cut to a square, resized, in batches of random order. */
export interface InputWork {
  readonly kind: 'input';
  readonly images: number;
  /** Of the files, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Of the squares that they become. */
  readonly side: number;
  readonly batch: number;
}

/** Work that starts from weights, a batch or features: one file of tensors. */
export type TensorWork = StepWork | InferenceWork | QueueWork;
export type Work = TensorWork | UmapWork | InputWork;

/** Images that an iteration of a work turns from one form into another; undefined where that is not what it is measured for. */
export function imagesOf(work: Work): number | undefined {
  if (work.kind === 'inference') return work.batch;
  return work.kind === 'input' ? work.images : undefined;
}
