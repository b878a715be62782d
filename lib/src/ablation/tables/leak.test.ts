/** Every variant of every table trains without leaving anything behind, and its losses stay finite. */
import { afterEach, describe, expect, it } from 'vitest';
import { checkConfig, hashOf, merge } from '../../config';
import type { Config, Patch } from '../../config';
import type { Images } from '../../data';
import { smallConfig, syntheticImages } from '../../testing/images';
import { expectNoLeak } from '../../testing/leak';
import { stepInputs } from '../../testing/steps';
import * as tf from '../../tf';
import { createState, disposeState, trainStep } from '../../train';
import type { StepReport } from '../../train';
import { TABLES } from '.';

const CLASSES = 3;

const FULL = smallConfig({ training: { batchSize: 2 } });
/** The jigsaw of 3 x 3 needs a side that 3 divides, the convnet one that 32 divides. */
const LARGE = merge<Config>(FULL, { input: { sourceSize: 96, imageSize: 96 } } as Patch<Config>);
/** Reads the attention that the convnet does not have. */
const TRANSFORMER = merge<Config>(FULL, {
  backbone: { kind: 'vit-tiny', batchNorm: 'frozen' },
  view: { saliency: 'attention', saliencyStride: 16 },
} as Patch<Config>);

/** Steps of a variant that stands for its kind, of one that only has other numbers, and of a large backbone. */
const [LONG, SHORT, FEW] = [200, 8, 4];

interface Named {
  readonly name: string;
  readonly config: Config;
}

/** How many images a run has, and how often it sees them, decides nothing of a step. */
const stepOf = (config: Config): string =>
  hashOf({ ...config, dataset: FULL.dataset, training: { ...config.training, epochs: 1 } });

/** Variants of all tables by name, each config once. */
function variantsOf(full: Config, skip: readonly string[] = []): Named[] {
  const tables = Object.entries(TABLES).filter(([key]) => !skip.includes(key));
  const all = tables.flatMap(([key, table]) =>
    table.variants(full).map(({ name, config }) => ({ name: `${key}: ${name}`, config })),
  );
  const seen = new Set<string>();
  return all.filter(({ config }) => {
    const hash = stepOf(config);
    return !seen.has(hash) && seen.add(hash);
  });
}

/**
 * What a config runs, whatever its numbers are: two configs that differ in a margin run the same operations. Only a second view of weight 0 is left
 * out of the cross-entropy.
 */
const codeOf = (config: Config): string =>
  hashOf(
    JSON.parse(
      JSON.stringify(config, (key, item: unknown) =>
        typeof item === 'number' ? key === 'secondView' && item === 0 : item,
      ),
    ),
  );

const drawn = new Map<number, Images>();

function imagesOf(size: number): Images {
  const images = drawn.get(size) ?? syntheticImages({ classes: CLASSES, perClass: 4, size });
  drawn.set(size, images);
  return images;
}

/** Train, and count what is left after the first steps and at the end. */
function expectClean(config: Config, steps: number): void {
  const input = stepInputs(imagesOf(config.input.sourceSize), checkConfig(config));
  let state = createState(config, CLASSES);
  const reports: StepReport[] = [];
  const step = (): void => {
    const done = trainStep(state, config, input(state.step), LONG);
    state = done.state;
    reports.push(done.report);
  };
  try {
    expectNoLeak(step, { burnIn: 2, times: steps - 2 });
  } finally {
    disposeState(state);
  }
  expect(reports).toHaveLength(steps);
  const numbers = reports.flatMap(({ losses, total, gradientNorm }) => [...losses, total, gradientNorm]);
  expect(numbers.filter((x) => !Number.isFinite(x))).toEqual([]);
}

afterEach(() => expect(tf.memory().numTensors).toBe(0));

describe('every variant leaves nothing behind', () => {
  // What leaks, leaks every step: so one variant of each kind runs long, and the others long enough to be counted.
  const met = new Set<string>();
  const variants = variantsOf(FULL, ['backbone']).map(({ name, config }) => {
    const first = !met.has(codeOf(config));
    met.add(codeOf(config));
    return { name, config, steps: first ? LONG : SHORT };
  });
  it.each(variants)('$name', ({ config, steps }) => expectClean(config, steps));

  const jigsaw = variantsOf(LARGE).filter(({ name }) => name === 'view: jigsaw of 3 x 3');
  it.each(jigsaw)('$name', ({ config }) => expectClean(config, SHORT));

  const attention = variantsOf(TRANSFORMER).filter(({ name }) => name.startsWith('saliency: '));
  it.each(attention)('$name, with a transformer', ({ config }) => expectClean(config, FEW));

  // The other transformers run the code of the smallest one, with larger numbers.
  const backbones = [...variantsOf(FULL), ...variantsOf(TRANSFORMER)]
    .filter(({ name }, i, all) => all.findIndex((other) => other.name === name) === i)
    .filter(({ name }) => /^backbone: (convnet|efficientnet-lite0|resnet50|vit-tiny)$/.test(name))
    .map(({ name, config }) => ({ name, config: merge<Config>(config, { backbone: { weights: 'random' } }) }));
  it.each(backbones)('$name', ({ config }) => expectClean(config, FEW));

  it('is every variant of every table, but for the larger transformers', () => {
    const listed = [...variants, ...jigsaw, ...attention, ...backbones].map(({ name }) => name);
    const all = [FULL, LARGE, TRANSFORMER].flatMap((full) => variantsOf(full)).map(({ name }) => name);
    const own = new Set(listed);
    expect([...new Set(all)].filter((name) => !own.has(name))).toEqual(['backbone: vit-small', 'backbone: vit-base']);
    expect(variants.filter(({ steps }) => steps === LONG).length).toBeGreaterThan(25);
  });
});
