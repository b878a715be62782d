/** Tables of DDL's switches: the memory, what it holds, the loss over it. */
import type { Config, ContrastTerm } from '../../config';
import { withTerm } from '../variant';
import { sweep, sweepOf, values } from './table';

type Change = Partial<ContrastTerm>;

const changed = (full: Config, change: Change): Config => withTerm(full, 'contrast', change);

const contrastSweep = sweepOf(changed);

export const length = sweep({
  title: 'Queue length',
  question: 'How long should the memory be?',
  rows: values(
    [64, 128, 256, 512, 1024, 4096],
    (rows) => `iota = ${rows}`,
    (full, queueLength) => changed(full, { queueLength }),
  ),
});

export const margin = sweep({
  title: 'Margin',
  question: 'How far apart must two classes be before they stop repelling?',
  rows: values(
    [0, 0.2, 0.4, 0.6, 0.8],
    (xi) => `xi = ${xi}`,
    (full, xi) => changed(full, { margin: xi }),
  ),
});

export const alpha = sweep({
  title: 'Weight of DDL',
  question: 'How much should the contrast weigh?',
  rows: values(
    [1, 3, 10, 20],
    (weight) => `alpha = ${weight}`,
    (full, weight) => changed(full, { weight }),
  ),
});

/** The margin loss at the preset's weight, the others at alpha = 1: a mean of distances below 1 and a logarithm do not pull alike at the same one. */
export const family = contrastSweep('Contrast family', 'Which loss over the queue?', {
  margin: { family: 'margin' },
  xbm: { family: 'xbm', weight: 1 },
  supcon: { family: 'supcon', weight: 1 },
  infonce: { family: 'infonce', weight: 1 },
  triplet: { family: 'triplet', weight: 1 },
});

export const sharpness = contrastSweep('Temperature of the contrast', 'How sharply should SupCon tell rows apart?', {
  'supcon, tau = 0.05': { family: 'supcon', weight: 1, temperature: 0.05 },
  'supcon, tau = 0.1': { family: 'supcon', weight: 1, temperature: 0.1 },
  'supcon, tau = 0.2': { family: 'supcon', weight: 1, temperature: 0.2 },
  'supcon, tau = 0.5': { family: 'supcon', weight: 1, temperature: 0.5 },
});

export const reduction = contrastSweep('Reduction', 'Should the few positives weigh as much as the many negatives?', {
  'over |Q|': { reduction: 'queue' },
  'positives and negatives apart': { reduction: 'balanced' },
});

export const queues = contrastSweep('Queues', 'One memory for both views, one each, or each view against both?', {
  'one queue': { queues: 'one', crossTerms: false },
  'two queues': { queues: 'two', crossTerms: false },
  'two queues and cross terms': { queues: 'two', crossTerms: true },
});

export const depth = contrastSweep('Depth of the features', 'Which features should be remembered?', {
  'the last': { features: 'final' },
  'three depths, averaged': { features: 'averaged' },
  'three depths, a queue each': { features: 'separate' },
});

export const keys = contrastSweep('Keys', 'Who should encode what is remembered?', {
  'the network itself': { keys: 'online' },
  'its moving average, m = 0.9': { keys: 'ema', keyMomentum: 0.9 },
  'its moving average, m = 0.99': { keys: 'ema', keyMomentum: 0.99 },
  'its moving average, m = 0.999': { keys: 'ema', keyMomentum: 0.999 },
});

export const start = contrastSweep('Start of DDL', 'When should the contrast begin, and how gently?', {
  'at once': { startStep: 0, warmupSteps: 0 },
  'rising over 20 steps': { startStep: 0, warmupSteps: 20 },
  'rising over 40 steps': { startStep: 0, warmupSteps: 40 },
  'from step 20': { startStep: 20, warmupSteps: 0 },
  'from step 20, rising over 20': { startStep: 20, warmupSteps: 20 },
});
