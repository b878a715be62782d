/** Synthetic images and small configs for tests of training: no file, no download, seconds. */
import { merge, preset } from '../config';
import type { Config, Patch } from '../config';
import { createRng } from '../core/rng';
import type { Images } from '../data';

export interface SyntheticOptions {
  readonly classes: number;
  readonly perClass: number;
  readonly size: number;
  readonly seed?: number;
}

/**
 * Stripes of a class's own angle and colour at a random phase, under noise: simple enough to learn in seconds, and no two images alike.
 */
export function syntheticImages({ classes, perClass, size, seed = 1 }: SyntheticOptions): Images {
  const count = classes * perClass;
  const data = new Uint8Array(count * size * size * 3);
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes);
  const rng = createRng(seed, 'synthetic images');
  for (let i = 0, at = 0; i < count; i++) {
    const share = labels[i]! / classes;
    const [dx, dy] = [Math.cos(Math.PI * share), Math.sin(Math.PI * share)];
    const phase = 2 * Math.PI * rng.uniform();
    for (let pixel = 0; pixel < size * size; pixel++) {
      const [x, y] = [pixel % size, Math.floor(pixel / size)];
      const wave = Math.sin((12 * (x * dx + y * dy)) / size + phase);
      for (let channel = 0; channel < 3; channel++) {
        const tint = Math.cos(2 * Math.PI * (share + channel / 3));
        data[at++] = Math.round(127 + 60 * wave + 30 * tint + 20 * (rng.uniform() - 0.5));
      }
    }
  }
  return { count, size, data, labels, names: Array.from(labels, (label, i) => `${label + 1}_${i}.png`) };
}

/** The `tiny` preset shrunk to 32 px views of 48 px sources, frozen statistics, two epochs, batches of 6. */
export function smallConfig(patch: Patch<Config> = {}): Config {
  const small = preset('tiny', {
    input: { sourceSize: 48, imageSize: 32 },
    backbone: { batchNorm: 'frozen' },
    optimizer: { warmupSteps: 2 },
    training: { epochs: 2, batchSize: 6 },
  });
  const objective = small.objective.map((term) => ({
    ...term,
    ...('warmupSteps' in term && { warmupSteps: 2 }),
    ...('queueLength' in term && { queueLength: 16 }),
  }));
  return merge<Config>({ ...small, objective: objective as Config['objective'] }, patch);
}
