/** Records of runs that were never done, for tests of what is made from records. */
import { RECORD_FORMAT } from '../ablation/record';
import type { RunRecord } from '../ablation';
import { hashOf } from '../config';
import type { Config } from '../config';
import type { Evaluation } from '../train';

const PROVENANCE = {
  ...{ started: '', seconds: 2, csdnet: '', commit: null, node: '', tfjs: '', tensorflow: '', device: '', cpu: '' },
  ...{ threads: '1', platform: '' },
};

/** A run on two classes with ten test images, of which a share is right. */
export function runRecord(config: Config, accuracy: number): RunRecord {
  const right = Math.round(accuracy * 10);
  const predictions = Array.from({ length: 10 }, (_, i) => (i < right ? i % 2 : 1 - (i % 2)));
  const evaluation: Evaluation = {
    ...{ images: 10, top1: accuracy, top5: 1, nll: 1, perClass: [accuracy, accuracy], predictions },
    confusion: [
      [0, 0, right],
      [0, 1, 10 - right],
    ],
  };
  return {
    ...{ format: RECORD_FORMAT, id: hashOf(config), config, weights: null, provenance: PROVENANCE },
    dataset: { name: 'two', fingerprint: 'f', classes: 2, train: 4, tests: { test: 10 } },
    epochs: [{ epoch: 1, loss: 1, terms: { classify: 1 }, trainAccuracy: 0.5, gradientNorm: 1, rate: 0.1 }],
    evaluation: { test: evaluation },
  };
}
