/**
 * The ablation tables, as data. A table is a function from the full model's config to a list of variants; the runner, the report and the
 * notebooks know nothing else of it.
 */
import type { Config } from '../config';
import { without, withView } from './variant';
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

export const TABLES = { modules } as const satisfies Record<string, AblationTable>;

export type TableName = keyof typeof TABLES;

/** A table by name. @throws where there is none, listing those there are */
export function tableNamed(name: string): AblationTable {
  const found = (TABLES as Record<string, AblationTable>)[name];
  if (!found) throw new Error(`table "${name}": choose one of ${Object.keys(TABLES).join(', ')}`);
  return found;
}
