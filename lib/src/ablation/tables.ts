/**
 * The ablation tables, as data. A table is a function from the full model's config to a list of variants; the runner, the report and the
 * notebooks know nothing else of it.
 */
import { findTerm, merge } from '../config';
import type { Config, DistillTerm } from '../config';
import { without, withTerm, withView } from './variant';
import type { Variant } from './variant';

export interface AblationTable {
  readonly title: string;
  readonly question: string;
  /** Name of the variant that the others are compared with. */
  readonly reference: string;
  /** Name of the variant that spends the same work without the paper's ideas, where the table has one. */
  readonly control?: string;
  /** Name of the full model. */
  readonly full: string;
  readonly variants: (full: Config) => readonly Variant[];
}

const only = (config: Config, keep: readonly ('contrast' | 'distill')[]): Config =>
  (['contrast', 'distill'] as const).reduce((rest, kind) => (keep.includes(kind) ? rest : without(rest, kind)), config);

/**
 * The 2^3 grid of SSDP, DDL and SSDT. Where SSDP is off and another module needs a second view, that view is a second
 * ordinary augmentation. A step with two views does twice the work of one, hence the control.
 */
const modules: AblationTable = {
  title: 'Modules',
  question: 'What does each of the three modules add?',
  reference: 'baseline',
  control: 'two views (control)',
  full: 'SSDP + DDL + SSDT',
  variants: (full) => {
    const one = withView(full, 'none');
    const two = withView(full, 'random');
    return [
      { name: 'baseline', why: 'cross-entropy on one view: what the backbone does alone', config: only(one, []) },
      {
        name: 'two views (control)',
        why: 'a second ordinary view and nothing else: what twice the work is worth',
        config: only(two, []),
      },
      { name: 'SSDP', why: 'the second view is adaptive', config: only(full, []) },
      { name: 'DDL', why: 'one view, contrasted with the queue', config: only(one, ['contrast']) },
      { name: 'SSDT', why: 'two ordinary views, one teaches the other', config: only(two, ['distill']) },
      { name: 'SSDP + DDL', why: 'both views contrasted with their queues', config: only(full, ['contrast']) },
      { name: 'SSDP + SSDT', why: 'the adaptive view teaches the raw one', config: only(full, ['distill']) },
      {
        name: 'DDL + SSDT',
        why: 'two ordinary views, contrasted and distilled',
        config: only(two, ['contrast', 'distill']),
      },
      { name: 'SSDP + DDL + SSDT', why: 'CSDNet as reconstructed here', config: full },
    ];
  },
};

/** The row that a sweep compares with: the preset as it is. */
const DEFAULT = 'default';

interface Sweep<T> {
  readonly title: string;
  readonly question: string;
  readonly values: readonly T[];
  readonly name: (value: T) => string;
  /** The preset's own value. */
  readonly standard: (full: Config) => T;
  readonly apply: (full: Config, value: T) => Config;
}

/** The full model with one switch at several values; a default that is not among them gets a row of its own. */
function sweep<T>({ title, question, values, name, standard, apply }: Sweep<T>): AblationTable {
  return {
    ...{ title, question, reference: DEFAULT, full: DEFAULT },
    variants: (full) => {
      const usual = standard(full);
      const all = values.includes(usual) ? values : [usual, ...values];
      return all.map((value) => ({
        name: value === usual ? DEFAULT : name(value),
        why: value === usual ? `the preset's own: ${name(value)}` : name(value),
        config: apply(full, value),
      }));
    },
  };
}

const contrastOf = (full: Config) => findTerm(full, 'contrast')!;
const distillOf = (full: Config) => findTerm(full, 'distill')!;

const length = sweep({
  title: 'Queue length',
  question: 'How long should the memory be?',
  values: [64, 128, 256, 512, 1024, 4096],
  name: (rows) => `iota = ${rows}`,
  standard: (full) => contrastOf(full).queueLength,
  apply: (full, queueLength) => withTerm(full, 'contrast', { queueLength }),
});

const margin = sweep({
  title: 'Margin',
  question: 'How far apart must two classes be before they stop repelling?',
  values: [0, 0.2, 0.4, 0.6, 0.8],
  name: (xi) => `xi = ${xi}`,
  standard: (full) => contrastOf(full).margin,
  apply: (full, xi) => withTerm(full, 'contrast', { margin: xi }),
});

const family = sweep({
  title: 'Contrast family',
  question: 'Which loss over the queue?',
  values: ['margin', 'xbm', 'supcon', 'infonce', 'triplet'] as const,
  name: (kind) => kind,
  standard: (full) => contrastOf(full).family,
  apply: (full, kind) => withTerm(full, 'contrast', { family: kind }),
});

const reduction = sweep({
  title: 'Reduction',
  question: 'Should the few positives weigh as much as the many negatives?',
  values: ['queue', 'balanced'] as const,
  name: (kind) => (kind === 'queue' ? 'over |Q|' : 'positives and negatives apart'),
  standard: (full) => contrastOf(full).reduction,
  apply: (full, kind) => withTerm(full, 'contrast', { reduction: kind }),
});

const queues = sweep({
  title: 'Queues',
  question: 'One memory for both views, or one each?',
  values: ['one', 'two'] as const,
  name: (count) => `${count} queue${count === 'one' ? '' : 's'}`,
  standard: (full) => contrastOf(full).queues,
  apply: (full, count) => withTerm(full, 'contrast', { queues: count }),
});

const alpha = sweep({
  title: 'Weight of DDL',
  question: 'How much should the contrast weigh?',
  values: [0.1, 0.5, 1, 2],
  name: (weight) => `alpha = ${weight}`,
  standard: (full) => contrastOf(full).weight,
  apply: (full, weight) => withTerm(full, 'contrast', { weight }),
});

const beta = sweep({
  title: 'Weight of SSDT',
  question: 'How much should the distillation weigh?',
  values: [0.1, 0.5, 1, 2],
  name: (weight) => `beta = ${weight}`,
  standard: (full) => distillOf(full).weight,
  apply: (full, weight) => withTerm(full, 'distill', { weight }),
});

const temperature = sweep({
  title: 'Temperature',
  question: 'How soft should the lesson be?',
  values: [1, 2, 4, 8],
  name: (t) => `T = ${t}`,
  standard: (full) => distillOf(full).temperature,
  apply: (full, t) => withTerm(full, 'distill', { temperature: t }),
});

/** `augToRaw`, `rawToAug`, each with the teacher held fixed or not, as one value. */
const lesson = ({ direction, stopGradient }: Pick<DistillTerm, 'direction' | 'stopGradient'>): string =>
  `${direction === 'augToRaw' ? 'augmented teaches raw' : 'raw teaches augmented'}, ${stopGradient ? 'teacher fixed' : 'both move'}`;

const LESSONS = (['augToRaw', 'rawToAug'] as const).flatMap((direction) =>
  [true, false].map((stopGradient) => ({ direction, stopGradient })),
);

const direction = sweep({
  title: 'Direction',
  question: 'Who teaches whom, and does the teacher move?',
  values: LESSONS.map(lesson),
  name: (text) => text,
  standard: (full) => lesson(distillOf(full)),
  apply: (full, text) =>
    withTerm(
      full,
      'distill',
      LESSONS.find((one) => lesson(one) === text)!,
    ),
});

const mask = sweep({
  title: 'Mask',
  question: 'Where should the saliency be cut off?',
  values: ['mean', 'fraction'] as const,
  name: (kind) => (kind === 'mean' ? 'above the mean' : 'above a fraction of the maximum'),
  standard: (full) => full.view.mask,
  apply: (full, kind) => merge(full, { view: { mask: kind } }),
});

const saliency = sweep({
  title: 'Saliency map',
  question: 'Which feature map should say where to look?',
  values: [8, 16, 32] as const,
  name: (stride) => `stride ${stride}`,
  standard: (full) => full.view.saliencyStride,
  apply: (full, saliencyStride) => merge(full, { view: { saliencyStride } }),
});

export const TABLES = {
  modules,
  ...{ length, margin, family, reduction, queues, alpha },
  ...{ beta, temperature, direction },
  ...{ mask, saliency },
} as const satisfies Record<string, AblationTable>;

export type TableName = keyof typeof TABLES;

/** A table by name. @throws where there is none, listing those there are */
export function tableNamed(name: string): AblationTable {
  const found = (TABLES as Record<string, AblationTable>)[name];
  if (!found) throw new Error(`table "${name}": choose one of ${Object.keys(TABLES).join(', ')}`);
  return found;
}
