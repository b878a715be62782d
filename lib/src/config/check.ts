/**
 * The edge where a config enters: ranges, unknown keys, and combinations that cannot work. Past this door configs are trusted.
 */
import { z } from 'zod';
import type { Config } from './config';
import { contradictions } from './contradictions';
import { LATER } from './identity';
import { isValidation, VALIDATION_HELP } from './validation';
import type { Validation } from './validation';

const share = z.number().gt(0).lte(1);
const atLeast0 = z.number().min(0).finite();
const range = z.tuple([share, share]).refine(([low, high]) => low <= high, 'expected [low, high] with low <= high');
const pixels = z.number().int().min(16).max(4096);
const steps = z.number().int().min(0);

const schedule = { weight: atLeast0, startStep: steps, warmupSteps: steps };

const term = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('classify'),
    weight: atLeast0,
    labelSmoothing: z.number().min(0).lt(1),
    secondView: atLeast0,
  }),
  z.strictObject({
    kind: z.literal('contrast'),
    ...schedule,
    family: z.enum(['margin', 'xbm', 'supcon', 'infonce', 'triplet']),
    margin: z.number().min(-1).max(1),
    temperature: z.number().gt(0).finite(),
    reduction: z.enum(['queue', 'balanced']),
    queueLength: z.number().int().min(1).max(1_000_000),
    queues: z.enum(['one', 'two']),
    crossTerms: z.boolean(),
    features: z.enum(['final', 'averaged', 'separate']),
    keys: z.enum(['online', 'ema']),
    keyMomentum: z.number().min(0).lt(1),
  }),
  z.strictObject({
    kind: z.literal('distill'),
    ...schedule,
    temperature: z.number().gt(0).finite(),
    direction: z.enum(['augToRaw', 'rawToAug', 'symmetric']),
    teacher: z.enum(['view', 'ensemble']),
    stopGradient: z.boolean(),
    divergence: z.enum(['kl', 'decoupled']),
    targetWeight: atLeast0,
    othersWeight: atLeast0,
  }),
]);

const schema = z.strictObject({
  dataset: z.strictObject({
    name: z.string().min(1),
    trainPerClass: z.union([z.literal('all'), z.number().int().min(1)]),
    testSplits: z.array(z.string().min(1)).min(1),
    // The fields with a default came later: a config kept before them means the default.
    validation: z.custom<Validation>(isValidation, `expected ${VALIDATION_HELP}`).default(LATER.dataset.validation),
  }),
  input: z.strictObject({ sourceSize: pixels, imageSize: pixels, fit: z.enum(['cover', 'stretch']), testCrop: share }),
  backbone: z.strictObject({
    kind: z.enum(['convnet', 'efficientnet-lite0', 'resnet50', 'vit-tiny', 'vit-small', 'vit-base']),
    weights: z.enum(['random', 'imagenet']),
    pixels: z.enum(['own', 'imagenet']),
    batchNorm: z.enum(['frozen', 'train']),
    frozenStride: z.literal([0, 2, 4, 8, 16, 32]),
  }),
  augment: z.strictObject({ cropArea: range, flip: z.boolean(), brightness: z.number().min(0).lt(1) }),
  view: z.strictObject({
    kind: z.enum(['none', 'random', 'crop', 'keep', 'erase', 'shuffle']),
    saliency: z.enum(['activation', 'attention', 'rollout', 'kernel', 'truth']),
    saliencyStride: z.union([z.literal(8), z.literal(16), z.literal(32)]),
    mask: z.enum(['mean', 'fraction', 'topk', 'soft']),
    fraction: range,
    topShare: share,
    margin: z.number().min(0).max(1),
    tiles: z.union([z.literal(2), z.literal(3), z.literal(4)]),
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
  training: z.strictObject({
    epochs: z.number().int().min(1),
    batchSize: z.number().int().min(1).max(65_536),
    accumulation: z.number().int().min(1),
    bestOnTest: z.boolean().default(LATER.training.bestOnTest),
  }),
  seed: z
    .number()
    .int()
    .min(1)
    .max(2 ** 31 - 1),
});

/** What lies at a path of a value, as text; what is long or not there is not shown. */
function givenText(value: unknown, path: readonly PropertyKey[]): string {
  const given = path.reduce<unknown>((part, key) => (part as Record<PropertyKey, unknown> | undefined)?.[key], value);
  const text = typeof given === 'object' && given !== null && !Array.isArray(given) ? undefined : JSON.stringify(given);
  return text === undefined || text.length > 60 ? '' : `; given: ${text}`;
}

/** A field by its path; one of a term of the objective also by the name that `--set` knows it by. */
function fieldName(value: unknown, path: readonly PropertyKey[]): string {
  const name = path.join('.') || 'config';
  const [part, index, ...rest] = path;
  const kind = (value as { objective?: { kind?: unknown }[] } | null | undefined)?.objective?.[index as number]?.kind;
  return part === 'objective' && typeof kind === 'string' && rest.length > 0
    ? `${name} (${[kind, ...rest].join('.')})`
    : name;
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: readonly string[]) {
    super(`The config cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

/** Records and lists in each other in a config: the objective's terms lie three deep. */
const DEEPEST = 16;

/** Whether a value is nested deeper than any config. A file may be so deep that looking at it by recursion would end the stack. */
function tooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return true;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return false;
}

/**
 * Check a config that comes from outside (a file, a notebook cell, the command line).
 *
 * @returns the same values as a `Config`
 * @throws ConfigError naming every field that is missing, unknown, out of range or in contradiction with another
 */
export function checkConfig(value: unknown): Config {
  if (tooDeep(value))
    throw new ConfigError([`it is nested more than ${DEEPEST} deep: no config is; this is another file`]);
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map(({ path, message }) => `${fieldName(value, path)}: ${message}${givenText(value, path)}`),
    );
  }
  const config: Config = parsed.data;
  const problems = contradictions(config);
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}
