/** Ten steps of the full objective with a vision transformer against PyTorch (scripts/fixtures/backbones.py), and its attention as saliency. */
import { afterEach, describe, expect, it } from 'vitest';
import { visionTransformer } from '../backbone/vit';
import { preset } from '../config';
import type { Config } from '../config';
import { syntheticImages } from '../testing/images';
import { readFixture, unevenWeights } from '../testing/series';
import { stepInputs } from '../testing/steps';
import { expectSteps, runSteps, stateOf } from '../testing/ten-steps';
import type { StepsFixture } from '../testing/ten-steps';
import * as tf from '../tf';
import { disposeState } from './state';
import { trainStep } from './step';

afterEach(() => expect(tf.memory().numTensors).toBe(0));

interface Fixture extends StepsFixture {
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
}

describe('a vision transformer', () => {
  const fixture = readFixture<Fixture>('train-vit.json');
  const architecture = visionTransformer('a small transformer', fixture, fixture.case.classes, fixture.case.size);

  it('equals PyTorch over ten steps of the full objective', () => {
    const trained = runSteps(fixture.case, 'vit-tiny', architecture, unevenWeights(architecture));
    expectSteps(fixture, trained, 1e-4);
    expect(Object.keys(fixture.weights).sort()).toEqual([...trained.after.keys()].sort());
  });

  const config = (saliency: Config['view']['saliency'], kind: Config['view']['kind']): Config =>
    preset('tiny', {
      input: { sourceSize: 48, imageSize: 32 },
      backbone: { kind: 'vit-tiny', batchNorm: 'frozen' },
      view: { kind, saliency, saliencyStride: 16 },
      optimizer: { kind: 'sgd', rate: 1e-2, warmupSteps: 0 },
      training: { batchSize: 6 },
    });
  const images = syntheticImages({ classes: 4, perClass: 6, size: 48 });

  it.each([
    ['attention', 'crop'],
    ['attention', 'keep'],
    ['rollout', 'crop'],
    ['activation', 'crop'],
  ] as const)('trains with its %s as the saliency of a %s, and leaves nothing behind', (saliency, kind) => {
    const one = config(saliency, kind);
    const inputs = stepInputs(images, one);
    let state = stateOf(one, 4, architecture, unevenWeights(architecture));
    const totals: number[] = [];
    let tensors = 0;
    for (let step = 0; step < 4; step++) {
      const done = trainStep(state, one, inputs(step), 4);
      state = done.state;
      totals.push(done.report.total, done.report.gradientNorm);
      if (step === 1) tensors = tf.memory().numTensors;
    }
    expect(totals.every(Number.isFinite)).toBe(true);
    expect(tf.memory().numTensors).toBe(tensors);
    disposeState(state);
  });
});
