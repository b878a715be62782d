/**
 * A run is data: everything that decides its numbers stands in one readonly record, and nothing else decides them.
 * Names follow the paper's modules: `view` is SSDP, the `contrast` term is DDL, the `distill` term is SSDT.
 */

import type { Validation } from './validation';

/** Which images, and how many of them. */
export interface DatasetConfig {
  /** `leaf80`, `leaf20`, or the path of a folder in the published layout. */
  readonly name: string;
  /** Training images kept for each class, drawn by the run's seed; `all` keeps every one. */
  readonly trainPerClass: number | 'all';
  /** Test splits to evaluate at the end; the first one present is the headline. */
  readonly testSplits: readonly string[];
  /** What a run that chooses between recipes is scored on: a part of the training images, and no test image is read. */
  readonly validation: Validation;
}

/** From a file to the tensor that the backbone sees. */
export interface InputConfig {
  /** Side in pixels of the square source that every view is cut from. */
  readonly sourceSize: number;
  /** Side in pixels of the view that the backbone sees. */
  readonly imageSize: number;
  /** `cover` cuts the centre square, `stretch` changes the aspect. */
  readonly fit: 'cover' | 'stretch';
  /** Side of the centre square that evaluation sees, as a share of the source's side; 1 is the whole image. */
  readonly testCrop: number;
}

export interface BackboneConfig {
  /** `vit-tiny`, `vit-small` and `vit-base` have patches of 16 px. */
  readonly kind: 'convnet' | 'efficientnet-lite0' | 'resnet50' | 'vit-tiny' | 'vit-small' | 'vit-base';
  readonly weights: 'random' | 'imagenet';
  /**
   * How pixels are scaled: `own` as the backbone's public weights were trained; `imagenet` by ImageNet's mean and standard deviation, as TransFG
   * and its peers do it to a ViT whose weights were trained otherwise.
   */
  readonly pixels: 'own' | 'imagenet';
  /** `frozen` keeps the running statistics of the weight file; `train` normalises by the batch and updates them. */
  readonly batchNorm: 'frozen' | 'train';
  /** Layers whose maps have at most this stride in pixels keep their weights; 0 trains everything. */
  readonly frozenStride: 0 | 2 | 4 | 8 | 16 | 32;
}

/** Ordinary augmentation, drawn anew for every image and every epoch. */
export interface AugmentConfig {
  /** Area of the random crop as a share of the source, drawn from U(min, max). */
  readonly cropArea: readonly [number, number];
  /** Mirror left and right with probability 1/2. */
  readonly flip: boolean;
  /** Brightness gain drawn from U(1 - b, 1 + b). */
  readonly brightness: number;
}

/** What a config must know of a backbone before there is one. */
export const BACKBONES: Readonly<
  Record<
    BackboneConfig['kind'],
    {
      /** Strides in pixels of the feature maps it gives. */
      readonly strides: readonly (8 | 16 | 32)[];
      /** Side in pixels that the image's side must be a multiple of. */
      readonly multiple: number;
      readonly transformer: boolean;
      /** Whether a file with ImageNet weights is read for it. */
      readonly pretrained: boolean;
    }
  >
> = {
  convnet: { strides: [8, 16, 32], multiple: 32, transformer: false, pretrained: false },
  'efficientnet-lite0': { strides: [8, 16, 32], multiple: 32, transformer: false, pretrained: true },
  resnet50: { strides: [8, 16, 32], multiple: 32, transformer: false, pretrained: true },
  'vit-tiny': { strides: [16], multiple: 16, transformer: true, pretrained: true },
  'vit-small': { strides: [16], multiple: 16, transformer: true, pretrained: true },
  'vit-base': { strides: [16], multiple: 16, transformer: true, pretrained: true },
};

/** SSDP: what the second view of a sample is. */
export interface ViewConfig {
  /**
   * `none`: no second view; `random`: a second ordinary augmentation (the matched control). Adaptive, by the mask M of the raw view x:
   * `crop`: its bounding box, zoomed; `shuffle`: that zoom as a jigsaw of tiles; `keep`: M x; `erase`: (1 - M) x, grey elsewhere.
   */
  readonly kind: 'none' | 'random' | 'crop' | 'keep' | 'erase' | 'shuffle';
  /**
   * Where the saliency A comes from. `activation`: channel mean of relu(F); `attention`: mean over heads of the last block's attention from
   * the class token to the patches; `rollout`: attention rolled out over all blocks; `kernel`: a learnt content-aware kernel; `truth`: the dataset's
   * masks of where a class differs. That is no method but an upper bound: what a saliency that never errs would be worth.
   */
  readonly saliency: 'activation' | 'attention' | 'rollout' | 'kernel' | 'truth';
  /** Stride in pixels of the feature map F that the saliency is read from. */
  readonly saliencyStride: 8 | 16 | 32;
  /** `mean`: A > mean(A); `fraction`: A > theta max(A), theta drawn from U(fraction); `topk`: the `topShare` highest cells; `soft`: A itself. */
  readonly mask: 'mean' | 'fraction' | 'topk' | 'soft';
  readonly fraction: readonly [number, number];
  /** Share of the cells that `topk` keeps. */
  readonly topShare: number;
  /** Margin added on each side of the mask's bounding box, as a share of the box. */
  readonly margin: number;
  /** `shuffle` cuts the box into tiles x tiles pieces. */
  readonly tiles: 2 | 3 | 4;
}

/** Whether the second view depends on the image: neither none nor a second ordinary augmentation. */
export const isAdaptive = ({ kind }: Pick<ViewConfig, 'kind'>): boolean => kind !== 'none' && kind !== 'random';

/** Whether the second view is made from the dataset's masks of the training images, which then have to be there. */
export const readsTruth = (view: ViewConfig): boolean => view.saliency === 'truth' && isAdaptive(view);

/** Views that depend on the mask by its values, so that a gradient can pass to a learnt saliency. */
export const MASKED_VIEWS: readonly ViewConfig['kind'][] = ['keep', 'erase'];

/** When a term of the objective weighs how much: 0 before `startStep`, then a linear rise over `warmupSteps`, then `weight`. */
export interface WeightSchedule {
  readonly weight: number;
  /** First step at which the term counts; the queue fills meanwhile. */
  readonly startStep: number;
  /** Steps of the linear rise; 0 is a constant weight. */
  readonly warmupSteps: number;
}

/** Cross-entropy on the raw view, and on the second view with `secondView` as its weight. */
export interface ClassifyTerm {
  readonly kind: 'classify';
  readonly weight: number;
  readonly labelSmoothing: number;
  readonly secondView: number;
}

/** DDL: contrast against a queue of past features; `weight` is alpha of the objective. */
export interface ContrastTerm extends WeightSchedule {
  readonly kind: 'contrast';
  /** Which loss over the queue; each has its equation in `queue/contrast.ts`. */
  readonly family: 'margin' | 'xbm' | 'supcon' | 'infonce' | 'triplet';
  /** xi: similarity below which a row of another class costs nothing (`margin`, `xbm`); the wanted gap (`triplet`). */
  readonly margin: number;
  /** tau of `supcon` and `infonce`. */
  readonly temperature: number;
  /** `margin` only. `queue`: sums over all pairs by |Q|; `balanced`: mean over positives plus mean over negatives. */
  readonly reduction: 'queue' | 'balanced';
  /** iota: rows of each queue. */
  readonly queueLength: number;
  /** `two`: raw features meet past raw ones, augmented meet augmented; `one`: both share a queue. */
  readonly queues: 'one' | 'two';
  /** Whether each view also meets the other view's queue; the loss is then the mean over both. */
  readonly crossTerms: boolean;
  /**
   * `final`: the pooled feature f. Or features of three depths: `averaged` compares by the mean of their cosines, in one queue;
   * `separate` gives each its own queue and takes the mean of the losses.
   */
  readonly features: 'final' | 'averaged' | 'separate';
  /** Who encodes what enters the queue: the network itself, or an exponential moving average of it (MoCo). */
  readonly keys: 'online' | 'ema';
  /** m of the moving average: key = m key + (1 - m) weight, once a step. */
  readonly keyMomentum: number;
}

/** SSDT: self-distillation between the logits of the two views; `weight` is beta of the objective. */
export interface DistillTerm extends WeightSchedule {
  readonly kind: 'distill';
  /** T: softens both distributions; the loss is scaled by T^2. */
  readonly temperature: number;
  /** Who teaches whom; `symmetric` is the mean of both directions. */
  readonly direction: 'augToRaw' | 'rawToAug' | 'symmetric';
  /** What teaches: the other view's logits, or the mean of both views' logits. */
  readonly teacher: 'view' | 'ensemble';
  /** Whether the teacher is held fixed within the step. */
  readonly stopGradient: boolean;
  /** `kl`: the whole divergence; `decoupled`: its target part and its other part, each with its own weight. */
  readonly divergence: 'kl' | 'decoupled';
  /** Weight of the target part: how sure of the label. `decoupled` only. */
  readonly targetWeight: number;
  /** Weight of the other part: how the remaining classes compare. `decoupled` only. */
  readonly othersWeight: number;
}

/** Families of contrast whose positive is the sample's other view. */
export const INSTANCE_FAMILIES: readonly ContrastTerm['family'][] = ['infonce', 'triplet'];

export type Term = ClassifyTerm | ContrastTerm | DistillTerm;

export interface OptimizerConfig {
  readonly kind: 'sgd' | 'adamw';
  /** Peak learning rate of the backbone. */
  readonly rate: number;
  /** The head's rate as a multiple of the backbone's. */
  readonly headRate: number;
  readonly momentum: number;
  /** Decoupled decay of kernels (not of biases or normalisation). */
  readonly weightDecay: number;
  /** Steps of linear warm-up, then a cosine to 0. */
  readonly warmupSteps: number;
  /** Largest global norm of the gradient; larger ones are scaled down to it. */
  readonly clipNorm: number;
}

export interface TrainingConfig {
  readonly epochs: number;
  /** Images of one update: the effective batch, whatever `accumulation` says. */
  readonly batchSize: number;
  /** Parts that a batch is computed in, one after the other, where memory is short; their gradients add up to the whole batch's. */
  readonly accumulation: number;
  /**
   * Also score the headline test split after every epoch and keep which epoch was best, as peers report it: a choice on the test images, kept
   * under its own name. It changes neither the training nor the result of the last epoch.
   */
  readonly bestOnTest: boolean;
}

export interface Config {
  readonly dataset: DatasetConfig;
  readonly input: InputConfig;
  readonly backbone: BackboneConfig;
  readonly augment: AugmentConfig;
  readonly view: ViewConfig;
  readonly objective: readonly Term[];
  readonly optimizer: OptimizerConfig;
  readonly training: TrainingConfig;
  /** Seeds everything random in the run: initial head, order, augmentation, subset. An integer >= 1. */
  readonly seed: number;
}

type Plain = string | number | boolean | null | undefined;
/** A change to some fields of a record: nested records are merged, arrays and plain values replaced. */
export type Patch<T> = T extends Plain | readonly unknown[] ? T : { readonly [K in keyof T]?: Patch<T[K]> };

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A new record with the patch's fields in place of the base's; neither argument changes. */
export function merge<T, P extends Patch<T> = Patch<T>>(base: T, patch: P): T {
  if (!isRecord(base) || !isRecord(patch)) return patch as unknown as T;
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    result[key] = isRecord(value) && isRecord(result[key]) ? merge<unknown, never>(result[key], value as never) : value;
  }
  return result as T;
}

/** Steps of one epoch of so many training images. */
export const stepsPerEpoch = (images: number, { training }: Config): number => Math.ceil(images / training.batchSize);

/** The term of a kind, or undefined where the objective has none. */
export function findTerm<K extends Term['kind']>(config: Config, kind: K): Extract<Term, { kind: K }> | undefined {
  return config.objective.find((term): term is Extract<Term, { kind: K }> => term.kind === kind);
}
