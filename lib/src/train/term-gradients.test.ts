import { describe, expect, it } from 'vitest';
import { CLASSIFY, CONTRAST, DISTILL } from '../config';
import type { Config } from '../config';
import { smallConfig, syntheticImages } from '../testing/images';
import { expectNoLeak } from '../testing/leak';
import { stepInputs } from '../testing/steps';
import * as tf from '../tf';
import { batchGradient } from './gradient';
import { createState, disposeState, trainableOf } from './state';
import type { TrainState } from './state';
import { trainStep } from './step';
import { termGradients } from './term-gradients';

const CLASSES = 3;
const IMAGES = syntheticImages({ classes: CLASSES, perClass: 4, size: 48 });

const CONFIG = smallConfig({
  training: { batchSize: 4 },
  objective: [CLASSIFY, { ...CONTRAST, weight: 0.5, queueLength: 10 }, { ...DISTILL, weight: 2, warmupSteps: 8 }],
});

/** Some steps into a training, when the queue holds rows. */
function trained(config: Config, look: (state: TrainState, step: number) => void): void {
  let state = createState(config, CLASSES);
  for (let i = 0; i < 4; i++) state = trainStep(state, config, stepInputs(IMAGES, config)(i), 100).state;
  look(state, 4);
  disposeState(state);
}

const input = (config: Config, step: number) => stepInputs(IMAGES, config)(step);

/** Squared norm of a gradient on one group of variables. */
function squared(state: TrainState, gradients: Readonly<Record<string, tf.Tensor>>, head: boolean): number {
  const names = trainableOf(state).filter(({ spec }) => (spec.group === 'head') === head);
  return names.reduce((sum, { variable }) => {
    const gradient = gradients[variable.name];
    return sum + (gradient ? tf.tidy(() => tf.sum(tf.square(gradient)).dataSync()[0]!) : 0);
  }, 0);
}

describe('termGradients', () => {
  it('takes the objective apart: norms and angles of two terms give the norm of their weighted sum', () => {
    const config = { ...CONFIG, objective: [CLASSIFY, { ...DISTILL, weight: 2 }] };
    trained(config, (state, step) => {
      const [classify, distill] = termGradients(state, config, input(config, step));
      expect(classify).toMatchObject({ kind: 'classify', weight: 1 });
      expect(classify!.backbone.cosine).toBeCloseTo(1, 5);
      const whole = tf.tidy(() => {
        const { gradients } = batchGradient(state, config, input(config, step));
        return [squared(state, gradients, false), squared(state, gradients, true)];
      });
      for (const [i, part] of (['backbone', 'head'] as const).entries()) {
        const [a, b] = [classify![part].norm, 2 * distill![part].norm];
        const sum = a * a + b * b + 2 * a * b * distill![part].cosine!;
        expect(sum / whole[i]!).toBeCloseTo(1, 4);
      }
    });
  });

  it('finds that the contrast does not reach the head, and that an empty queue pulls at nothing', () => {
    trained(CONFIG, (state, step) => {
      const [, contrast, distill] = termGradients(state, CONFIG, input(CONFIG, step));
      expect(contrast).toMatchObject({ kind: 'contrast', weight: 0.5, head: { norm: 0, cosine: null } });
      expect(contrast!.backbone.norm).toBeGreaterThan(0);
      expect(Math.abs(contrast!.backbone.cosine!)).toBeLessThanOrEqual(1);
      expect(distill!.weight).toBe(2 * (4 / 8));
    });
    const state = createState(CONFIG, CLASSES);
    expect(termGradients(state, CONFIG, input(CONFIG, 0))[1]!.backbone).toEqual({ norm: 0, cosine: null });
    disposeState(state);
  });

  it('moves nothing and leaks nothing', () => {
    trained(CONFIG, (state, step) => {
      const once = termGradients(state, CONFIG, input(CONFIG, step));
      expect(termGradients(state, CONFIG, input(CONFIG, step))).toEqual(once);
      expectNoLeak(() => void termGradients(state, CONFIG, input(CONFIG, step)));
    });
  });

  it('needs a classification', () => {
    const config = { ...CONFIG, objective: CONFIG.objective.slice(1) };
    const state = createState(config, CLASSES);
    expect(() => termGradients(state, config, input(config, 0))).toThrow(/no classify term/);
    disposeState(state);
  });
});
