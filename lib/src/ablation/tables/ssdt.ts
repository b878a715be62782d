/** Tables of SSDT's switches: who teaches whom, and what a lesson is. */
import type { Config, DistillTerm } from '../../config';
import { withTerm } from '../variant';
import { sweep, sweepOf, values } from './table';

type Change = Partial<DistillTerm>;

const changed = (full: Config, change: Change): Config => withTerm(full, 'distill', change);

const distillSweep = sweepOf(changed);

export const beta = sweep({
  title: 'Weight of SSDT',
  question: 'How much should the distillation weigh?',
  rows: values(
    [0.1, 0.5, 1, 2],
    (weight) => `beta = ${weight}`,
    (full, weight) => changed(full, { weight }),
  ),
});

export const temperature = sweep({
  title: 'Temperature',
  question: 'How soft should the lesson be?',
  rows: values(
    [1, 2, 4, 8],
    (t) => `T = ${t}`,
    (full, t) => changed(full, { temperature: t }),
  ),
});

export const direction = distillSweep('Direction', 'Who teaches whom, and does the teacher move?', {
  'augmented teaches raw, teacher fixed': { direction: 'augToRaw', stopGradient: true },
  'augmented teaches raw, both move': { direction: 'augToRaw', stopGradient: false },
  'raw teaches augmented, teacher fixed': { direction: 'rawToAug', stopGradient: true },
  'raw teaches augmented, both move': { direction: 'rawToAug', stopGradient: false },
  'both ways, teacher fixed': { direction: 'symmetric', stopGradient: true },
  'both ways, both move': { direction: 'symmetric', stopGradient: false },
});

export const teacher = distillSweep('Teacher', 'Should one view teach, or both views together?', {
  'the other view': { teacher: 'view' },
  'the mean of both views': { teacher: 'ensemble' },
});

export const divergence = distillSweep('Divergence', 'Is the lesson about the label, or about the other classes?', {
  'plain KL': { divergence: 'kl' },
  'decoupled, 1 and 1': { divergence: 'decoupled', targetWeight: 1, othersWeight: 1 },
  'decoupled, 1 and 8': { divergence: 'decoupled', targetWeight: 1, othersWeight: 8 },
  'decoupled, 0 and 8': { divergence: 'decoupled', targetWeight: 0, othersWeight: 8 },
});

export const lessons = distillSweep('Start of SSDT', 'When should the lessons begin, and how gently?', {
  'at once': { startStep: 0, warmupSteps: 0 },
  'rising over 20 steps': { startStep: 0, warmupSteps: 20 },
  'rising over 40 steps': { startStep: 0, warmupSteps: 40 },
  'from step 20': { startStep: 20, warmupSteps: 0 },
});
