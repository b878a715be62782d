/** Ten steps of the full objective against PyTorch, in float64 there: scripts/fixtures/make.py. */
import { describe, expect, it } from 'vitest';
import { architectureOf, createModel, disposeModel, modelValues } from '../backbone';
import { preset } from '../config';
import { createRng } from '../core/rng';
import { hasImagenet, readFixture, seriesWeights } from '../testing/series';
import { expectSteps, runSteps } from '../testing/ten-steps';
import type { StepsFixture } from '../testing/ten-steps';

describe('ten steps equal PyTorch', () => {
  const convnet = readFixture<Record<string, StepsFixture>>('train-convnet.json');
  it.each(Object.entries(convnet))('convnet: %s', (_name, fixture) => {
    const architecture = architectureOf('convnet', fixture.case.classes);
    const trained = runSteps(fixture.case, 'convnet', architecture, seriesWeights(architecture));
    expectSteps(fixture, trained, 5e-5);
    const trainable = [...trained.after.keys()].filter(
      (name) => !name.includes('running') || fixture.case.batch_norm === 'train',
    );
    expect(Object.keys(fixture.weights).sort()).toEqual(trainable.sort());
  });

  const efficientnet = readFixture<Record<string, StepsFixture>>('train-efficientnet.json');
  // SGD: where a gradient is rounding noise, Adam's step has its full size and float32 parts from float64 within ten steps.
  it.skipIf(!hasImagenet).each(Object.entries(efficientnet))(
    'EfficientNet-Lite0 from ImageNet: %s',
    (_name, fixture) => {
      const pretrained = createModel(preset('laptop').backbone, fixture.case.classes, createRng(1));
      const given = modelValues(pretrained);
      disposeModel(pretrained);
      const architecture = architectureOf('efficientnet-lite0', fixture.case.classes);
      const start = seriesWeights(architecture, given);
      expectSteps(fixture, runSteps(fixture.case, 'efficientnet-lite0', architecture, start), 1e-3);
    },
  );
});
