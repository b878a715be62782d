import { describe, expect, it } from 'vitest';
import { checkConfig, ConfigError } from './check';
import type { Config } from './config';
import { CLASSIFY, CONTRAST, DISTILL, preset, PRESETS } from './presets';

const base = preset('tiny');

/** The base with one value put at a path, or taken away. */
function at(path: string, value: unknown): unknown {
  const copy = structuredClone(base) as unknown as Record<string, unknown>;
  const keys = path.split('.');
  const last = keys.pop()!;
  const parent = keys.reduce((node, key) => node[key] as Record<string, unknown>, copy);
  if (value === undefined) Reflect.deleteProperty(parent, last);
  else parent[last] = value;
  return copy;
}

function problemsOf(value: unknown): readonly string[] {
  try {
    checkConfig(value);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).problems;
  }
}

/** The paths of all leaves and records of the base. */
function paths(value: unknown, prefix = ''): string[] {
  if (typeof value !== 'object' || value === null) return [prefix];
  const below = Object.entries(value).flatMap(([key, item]) => paths(item, prefix ? `${prefix}.${key}` : key));
  return prefix ? [prefix, ...below] : below;
}

describe('checkConfig', () => {
  it('accepts every preset and gives back the same values', () => {
    for (const { config } of Object.values(PRESETS)) expect(checkConfig(structuredClone(config))).toEqual(config);
  });

  /** Fields that a config may lack: they came later, with a default. */
  const later = ['dataset.validation', 'training.bestOnTest'];
  it.each(paths(base).filter((path) => !/\.\d+$/.test(path) && !later.includes(path)))(
    'names a field that is missing: %s',
    (path) => {
      const problems = problemsOf(at(path, undefined));
      expect(problems.length).toBeGreaterThan(0);
      expect(problems.join('\n')).toContain(path);
    },
  );

  it.each(paths(base))('refuses a field of another type: %s', (path) => {
    expect(problemsOf(at(path, { surprise: 1 })).join('\n')).toContain(path);
  });

  it.each(['surprise', 'view.surprise', 'backbone.surprise', 'objective.0.surprise', 'optimizer.lr', 'training.seed'])(
    'refuses an unknown key by its name: %s',
    (path) => {
      const key = path.split('.').at(-1)!;
      expect(problemsOf(at(path, 1)).join('\n')).toContain(`"${key}"`);
    },
  );

  const ranges: readonly (readonly [string, readonly unknown[], readonly unknown[]])[] = [
    ['seed', [0, -1, 1.5, 2 ** 31, NaN, '1'], [1, 2 ** 31 - 1]],
    ['dataset.name', [''], ['leaf20', '/some/folder']],
    ['dataset.trainPerClass', [0, 1.5, 'some', NaN], [1, 5, 'all']],
    ['dataset.testSplits', [[], ['']], [['test']]],
    ['dataset.validation', ['test', 'folds:1', 'fold:6/5', 5], ['holdout:1', 'folds:5', 'fold:5/5']],
    ['input.fit', ['fill'], ['cover', 'stretch']],
    ['input.testCrop', [0, 1.1, NaN], [0.1, 1]],
    ['backbone.kind', ['resnet'], ['convnet', 'efficientnet-lite0', 'resnet50']],
    ['backbone.weights', ['file'], ['random']],
    ['backbone.batchNorm', ['none'], ['frozen', 'train']],
    ['backbone.frozenStride', [1, 3, 64, -2], [0, 2, 4, 8, 16, 32]],
    [
      'augment.cropArea',
      [[0, 1], [0.5, 1.1], [0.9, 0.5], [0.5], 0.5],
      [
        [0.5, 0.5],
        [0.01, 1],
      ],
    ],
    ['augment.brightness', [-0.1, 1, NaN], [0, 0.99]],
    ['view.saliencyStride', [4, 64], [8, 16, 32]],
    ['view.kind', ['zoom'], ['random', 'crop', 'keep', 'erase', 'shuffle']],
    ['view.saliency', ['gradient'], ['activation']],
    ['view.mask', ['otsu'], ['mean', 'fraction', 'topk']],
    ['view.topShare', [0, 1.1, NaN], [0.01, 1]],
    ['view.tiles', [1, 5, 2.5], [2, 3, 4]],
    [
      'view.fraction',
      [
        [0.6, 0.4],
        [0, 0.5],
      ],
      [[0.4, 0.4]],
    ],
    ['view.margin', [-0.1, 1.1], [0, 1]],
    ['objective.0.weight', [-1, Infinity, NaN], [0, 2]],
    ['objective.0.labelSmoothing', [-0.1, 1], [0, 0.9]],
    ['objective.0.secondView', [-1], [0, 1]],
    ['objective.1.margin', [-1.1, 1.1], [-1, 0, 1]],
    ['objective.1.family', ['ntxent'], ['margin', 'xbm', 'supcon', 'infonce', 'triplet']],
    ['objective.1.temperature', [0, -1, Infinity], [0.05]],
    ['objective.1.reduction', ['sum'], ['queue', 'balanced']],
    ['objective.1.crossTerms', ['yes', 1], [true, false]],
    ['objective.1.features', ['all'], ['final', 'averaged', 'separate']],
    ['objective.1.keys', ['moving'], ['online', 'ema']],
    ['objective.1.keyMomentum', [-0.1, 1, NaN], [0, 0.999]],
    ['objective.1.queueLength', [0, 1.5, 1_000_001], [1, 4096]],
    ['objective.1.queues', ['three'], ['one', 'two']],
    ['objective.1.warmupSteps', [-1, 0.5], [0, 10]],
    ['objective.1.startStep', [-1, 0.5], [0, 10]],
    ['objective.2.temperature', [0, -1, Infinity], [0.1, 8]],
    ['objective.2.direction', ['both'], ['augToRaw', 'rawToAug', 'symmetric']],
    ['objective.2.teacher', ['mean'], ['view', 'ensemble']],
    ['objective.2.divergence', ['js'], ['kl', 'decoupled']],
    ['objective.2.targetWeight', [-1, Infinity], [0, 2]],
    ['objective.2.othersWeight', [-1, NaN], [0, 8]],
    ['objective.2.startStep', [-1, 0.5], [0, 10]],
    ['optimizer.rate', [0, -1, Infinity, NaN], [1e-6]],
    ['optimizer.headRate', [0], [0.5, 20]],
    ['optimizer.momentum', [-0.1, 1], [0, 0.99]],
    ['optimizer.weightDecay', [-1], [0]],
    ['optimizer.clipNorm', [0, -1], [1e-3, 1e6]],
    ['training.epochs', [0, 1.5], [1]],
    ['training.batchSize', [0, 65_537], [1, 65_536]],
    ['training.accumulation', [0, 1.5, NaN], [1]],
    ['training.bestOnTest', ['yes', 1], [true, false]],
  ];
  it.each(ranges)('keeps %s in its range', (path, bad, good) => {
    for (const value of bad)
      expect(problemsOf(at(path, value)).join('\n'), `${path} = ${String(value)}`).toContain(path);
    for (const value of good) expect(problemsOf(at(path, value)), `${path} = ${String(value)}`).toEqual([]);
  });

  it('names every problem at once', () => {
    const broken = { ...base, seed: 0, training: { epochs: 0, batchSize: 0, accumulation: 0 } };
    expect(problemsOf(broken).map((problem) => problem.split(':')[0])).toEqual([
      'training.epochs',
      'training.batchSize',
      'training.accumulation',
      'seed',
    ]);
    expect(() => checkConfig(broken)).toThrow(/^The config cannot be used:\n {2}- training\.epochs: /);
  });

  it('refuses what is no record', () => {
    for (const value of [undefined, null, 5, 'tiny', []]) expect(problemsOf(value).join('\n')).toMatch(/^config: /);
  });
});

describe('contradictions', () => {
  const none = { ...base.view, kind: 'none' } as const;
  const frozen = { ...base.backbone, batchNorm: 'frozen' } as const;
  const cases: Record<string, readonly [Partial<Config>, RegExp]> = {
    'the same term twice': [{ objective: [CLASSIFY, DISTILL, DISTILL] }, /objective has distill twice: keep one/],
    'no classify term': [{ objective: [CONTRAST] }, /no classify term/],
    'distilling without a second view': [
      { view: none, objective: [CLASSIFY, DISTILL] },
      /distils between two views, but view\.kind is "none": choose "crop" or "random"/,
    ],
    'ImageNet weights for the small convnet': [
      { backbone: { ...base.backbone, weights: 'imagenet' } },
      /convnet has no ImageNet weights: choose weights "random"/,
    ],
    'a size that the stride does not divide': [
      { input: { ...base.input, imageSize: 100 } },
      /100: choose a multiple of 32/,
    ],
    'a source smaller than the view': [
      { input: { ...base.input, sourceSize: 32, imageSize: 64 } },
      /sourceSize is smaller than input\.imageSize/,
    ],
    'an instance-level contrast without a second view': [
      { view: none, objective: [CLASSIFY, { ...CONTRAST, family: 'infonce' }] },
      /infonce.*view\.kind/,
    ],
    'cross terms without a second view': [
      { view: none, objective: [CLASSIFY, { ...CONTRAST, crossTerms: true }] },
      /crossTerms compare two views, but view\.kind is "none": choose "crop" or "random"/,
    ],
    'cross terms with one queue': [
      { objective: [CLASSIFY, { ...CONTRAST, crossTerms: true, queues: 'one' }] },
      /crossTerms compare each view with the other one's queue, .*"one": choose "two"/,
    ],
    'the best epoch on test images that are not to be read': [
      { dataset: { ...base.dataset, validation: 'folds:5' }, training: { ...base.training, bestOnTest: true } },
      /bestOnTest looks at the test images, which dataset\.validation "folds:5" keeps unread/,
    ],
    'parts of a batch that is normalised as a whole': [
      { training: { ...base.training, accumulation: 2 } },
      /accumulation splits the batch, but backbone\.batchNorm "train".*choose "frozen" or accumulation 1/,
    ],
    'more parts than images': [
      { backbone: frozen, training: { ...base.training, batchSize: 4, accumulation: 5 } },
      /accumulation 5 is more than the batch's 4 images: choose at most 4/,
    ],
    'the attention of a convolutional backbone': [
      { view: { ...base.view, saliency: 'rollout' } },
      /"rollout" reads a transformer's attention, but backbone convnet has none/,
    ],
    'a map that the backbone does not give': [
      { backbone: { ...frozen, kind: 'vit-tiny' } },
      /saliencyStride 8: backbone vit-tiny has maps of stride 16/,
    ],
    'a soft mask for a box': [{ view: { ...base.view, mask: 'soft' } }, /"soft" has no edge .*view\.kind "crop"/],
    'a learnt saliency behind a hard mask': [
      { view: { ...base.view, kind: 'keep', saliency: 'kernel' } },
      /"kernel" learns through the values of the mask: behind the hard mask "fraction".*Choose mask "soft"/,
    ],
    'tiles that do not divide the view': [
      { view: { ...base.view, kind: 'shuffle', tiles: 3 } },
      /tiles 3 does not divide input\.imageSize 64/,
    ],
  };
  it.each(Object.entries(cases))('are refused with their remedy: %s', (_name, [patch, message]) => {
    const problems = problemsOf({ ...base, ...patch });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
  });

  it('are all listed', () => {
    const broken = { ...base, view: none, input: { ...base.input, imageSize: 100, sourceSize: 50 } };
    expect(problemsOf(broken)).toHaveLength(3);
  });
});
