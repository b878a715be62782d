/** Ten steps of the full objective, as scripts/fixtures/make.py does them in float64. */
import { modelFrom, modelValues } from '../backbone';
import type { Architecture, Values } from '../backbone';
import { CLASSIFY, CONTRAST, DISTILL, preset } from '../config';
import type { BackboneConfig, Config } from '../config';
import { createQueue } from '../queue';
import { trainStep } from '../train';
import type { StepInput, StepReport } from '../train';
import { createSlots } from '../train/optimizer';
import { disposeState, makeQueues } from '../train/state';
import type { TrainState } from '../train/state';
import { expectClose } from './close';
import { samples, seriesImages } from './series';

export interface Case {
  readonly classes: number;
  readonly steps: number;
  readonly batch: number;
  readonly source: number;
  readonly size: number;
  readonly raw_corner: readonly [number, number];
  readonly second_corner: readonly [number, number];
  readonly second_gain: number;
  readonly optimizer: 'adamw' | 'sgd';
  readonly rate: number;
  readonly head_rate: number;
  readonly decay: number;
  readonly warmup: number;
  readonly clip: number;
  readonly batch_norm: 'frozen' | 'train';
  readonly queues: 'one' | 'two';
  readonly direction: 'augToRaw' | 'rawToAug';
  readonly stop_gradient: boolean;
  readonly samples?: number;
}

export interface StepsFixture {
  readonly case: Case;
  /** [classify, contrast, distill, total, gradient norm] of every step. */
  readonly records: readonly (readonly [number, number, number, number, number])[];
  /** How far each parameter moved (root mean square), and some of its final values. */
  readonly weights: Readonly<Record<string, { readonly moved: number; readonly final: readonly number[] }>>;
}

function configOf(one: Case, kind: BackboneConfig['kind']): Config {
  const ramp = { warmupSteps: 2 };
  return preset('tiny', {
    input: { sourceSize: one.source, imageSize: one.size },
    backbone: { kind, batchNorm: one.batch_norm },
    view: { kind: 'random' },
    objective: [
      CLASSIFY,
      // The reduction and the weight that PyTorch's steps were made with.
      { ...CONTRAST, ...ramp, reduction: 'queue', weight: 1, queueLength: 8, queues: one.queues },
      { ...DISTILL, ...ramp, direction: one.direction, stopGradient: one.stop_gradient },
    ],
    optimizer: {
      ...{ kind: one.optimizer, rate: one.rate, headRate: one.head_rate, momentum: 0.9 },
      ...{ weightDecay: one.decay, warmupSteps: one.warmup, clipNorm: one.clip },
    },
  });
}

/** A batch of the series with its views as boxes whose samples fall on whole pixels: two crops, the second mirrored and dimmed. */
function inputOf(step: number, { batch, classes, source, size, ...one }: Case): StepInput {
  const numbers = Array.from({ length: batch }, (_, i) => step * batch + i);
  const box = ([y, x]: readonly [number, number], mirrored: boolean): number[] => {
    const [y1, x1, y2, x2] = [y, x, y + size - 1, x + size - 1].map((at) => at / (source - 1)) as [
      number,
      number,
      number,
      number,
    ];
    return mirrored ? [y1, x2, y2, x1] : [y1, x1, y2, x2];
  };
  const view = (corner: readonly [number, number], gain: number, mirrored: boolean) => ({
    boxes: Float32Array.from(numbers.flatMap(() => box(corner, mirrored))),
    gains: new Float32Array(batch).fill(gain),
  });
  return {
    data: seriesImages(step * batch, batch, source),
    labels: Int32Array.from(numbers, (n) => (7 * n + Math.floor(n / 3)) % classes),
    names: numbers.map(String),
    plan: {
      indices: Int32Array.from(numbers),
      raw: view(one.raw_corner, 1, false),
      second: view(one.second_corner, one.second_gain, true),
      theta: new Float32Array(batch),
      tiles: new Int32Array(4 * batch),
    },
  };
}

export interface Trained {
  readonly reports: readonly StepReport[];
  readonly before: Values;
  readonly after: Values;
}

/** A state at its beginning whose network is the given one: of the config's kind or not. Own out. */
export function stateOf(config: Config, classes: number, architecture: Architecture, start: Values): TrainState {
  const model = modelFrom(architecture, classes, start);
  return {
    ...{ model, kernel: [], keys: undefined, step: 0 },
    slots: createSlots(model.trainable, config.optimizer.kind),
    queues: makeQueues(config, architecture, (_name, length, size) => createQueue(length, size)),
  };
}

/** Train a network from given weights by a case. */
export function runSteps(one: Case, kind: BackboneConfig['kind'], architecture: Architecture, start: Values): Trained {
  const config = configOf(one, kind);
  let state = stateOf(config, one.classes, architecture, start);
  const before = modelValues(state.model);
  const reports: StepReport[] = [];
  for (let step = 0; step < one.steps; step++) {
    const done = trainStep(state, config, inputOf(step, one), one.steps);
    state = done.state;
    reports.push(done.report);
  }
  const after = modelValues(state.model);
  disposeState(state);
  return { reports, before, after };
}

/** Root mean square of the differences. */
const rms = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.sqrt(Array.from(a).reduce((sum, x, i) => sum + (x - b[i]!) ** 2, 0) / a.length);

/** @throws where a loss, a gradient's norm or a weight differs from PyTorch's */
export function expectSteps(
  { records, weights, case: one }: StepsFixture,
  { reports, before, after }: Trained,
  tolerance: number,
): void {
  reports.forEach(({ losses, total, gradientNorm }, step) => {
    const [classify, contrast, distill, sum, norm] = records[step]!;
    expectClose([...losses, total], [classify, contrast, distill, sum], tolerance);
    expectClose(gradientNorm, norm, { relative: 1e-2 });
  });
  for (const [name, { moved, final }] of Object.entries(weights)) {
    const values = after.get(name)!;
    expectClose(samples(values, one.samples ?? 24), final, tolerance);
    // Absolute: ten roundings of a weight of about 1 in float32.
    expectClose(rms(values, before.get(name)!), moved, { absolute: 6e-7, relative: 1e-2 });
  }
}
