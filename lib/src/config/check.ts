/**
 * The edge where a config enters: ranges, unknown keys, and combinations that cannot work. Past this door configs are trusted.
 */
import { z } from 'zod';
import { findTerm, INSTANCE_FAMILIES } from './config';
import type { Config } from './config';

const share = z.number().gt(0).lte(1);
const atLeast0 = z.number().min(0).finite();
const range = z.tuple([share, share]).refine(([low, high]) => low <= high, 'expected [low, high] with low <= high');
const pixels = z.number().int().min(16).max(4096);
const steps = z.number().int().min(0);

const term = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('classify'),
    weight: atLeast0,
    labelSmoothing: z.number().min(0).lt(1),
    secondView: atLeast0,
  }),
  z.strictObject({
    kind: z.literal('contrast'),
    weight: atLeast0,
    warmupSteps: steps,
    family: z.enum(['margin', 'xbm', 'supcon', 'infonce', 'triplet']),
    margin: z.number().min(-1).max(1),
    temperature: z.number().gt(0).finite(),
    reduction: z.enum(['queue', 'balanced']),
    queueLength: z.number().int().min(1).max(1_000_000),
    queues: z.enum(['one', 'two']),
  }),
  z.strictObject({
    kind: z.literal('distill'),
    weight: atLeast0,
    warmupSteps: steps,
    temperature: z.number().gt(0).finite(),
    direction: z.enum(['augToRaw', 'rawToAug']),
    stopGradient: z.boolean(),
  }),
]);

const schema = z.strictObject({
  dataset: z.strictObject({
    name: z.string().min(1),
    trainPerClass: z.union([z.literal('all'), z.number().int().min(1)]),
    testSplits: z.array(z.string().min(1)).min(1),
  }),
  input: z.strictObject({ sourceSize: pixels, imageSize: pixels, fit: z.enum(['cover', 'stretch']) }),
  backbone: z.strictObject({
    kind: z.enum(['convnet', 'efficientnet-lite0']),
    weights: z.enum(['random', 'imagenet']),
    batchNorm: z.enum(['frozen', 'train']),
    frozenStride: z.literal([0, 2, 4, 8, 16, 32]),
  }),
  augment: z.strictObject({ cropArea: range, flip: z.boolean(), brightness: z.number().min(0).lt(1) }),
  view: z.strictObject({
    kind: z.enum(['none', 'random', 'crop']),
    saliency: z.literal('activation'),
    saliencyStride: z.union([z.literal(8), z.literal(16), z.literal(32)]),
    mask: z.enum(['mean', 'fraction']),
    fraction: range,
    margin: z.number().min(0).max(1),
  }),
  objective: z.array(term).min(1),
  optimizer: z.strictObject({
    kind: z.enum(['sgd', 'adamw']),
    rate: z.number().gt(0).finite(),
    headRate: z.number().gt(0).finite(),
    momentum: z.number().min(0).lt(1),
    weightDecay: atLeast0,
    warmupSteps: steps,
    clipNorm: z.number().gt(0),
  }),
  training: z.strictObject({ epochs: z.number().int().min(1), batchSize: z.number().int().min(1).max(65_536) }),
  seed: z
    .number()
    .int()
    .min(1)
    .max(2 ** 31 - 1),
});

/** Combinations that each field allows and that cannot work together, each with its remedy. */
function contradictions(config: Config): readonly string[] {
  const found: string[] = [];
  const kinds = config.objective.map((one) => one.kind);
  const twice = kinds.filter((kind, index) => kinds.indexOf(kind) !== index);
  if (twice.length > 0) found.push(`objective has ${twice[0]} twice: keep one term of each kind`);
  if (!findTerm(config, 'classify'))
    found.push('objective has no classify term: without it nothing learns the classes');
  if (findTerm(config, 'distill') && config.view.kind === 'none') {
    found.push('objective distils between two views, but view.kind is "none": choose "crop" or "random"');
  }
  const family = findTerm(config, 'contrast')?.family;
  if (family && INSTANCE_FAMILIES.includes(family) && config.view.kind === 'none') {
    found.push(`the contrast family ${family} needs a second view, but view.kind is "none": choose "crop" or "random"`);
  }
  if (config.backbone.kind === 'convnet' && config.backbone.weights === 'imagenet') {
    found.push('backbone convnet has no ImageNet weights: choose weights "random" or backbone "efficientnet-lite0"');
  }
  if (config.input.imageSize % 32 !== 0) {
    found.push(
      `input.imageSize ${config.input.imageSize}: choose a multiple of 32, the stride of the last feature map`,
    );
  }
  if (config.input.sourceSize < config.input.imageSize) {
    found.push(
      'input.sourceSize is smaller than input.imageSize: views are cut from the source, so make it as large at least',
    );
  }
  return found;
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: readonly string[]) {
    super(`The config cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

/**
 * Check a config that comes from outside (a file, a notebook cell, the command line).
 *
 * @returns the same values as a `Config`
 * @throws ConfigError naming every field that is missing, unknown, out of range or in contradiction with another
 */
export function checkConfig(value: unknown): Config {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.') || 'config'}: ${issue.message}`));
  }
  const config: Config = parsed.data;
  const problems = contradictions(config);
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}
