/** The table of the three modules. */
import type { Config } from '../../config';
import { without, withView } from '../variant';
import type { AblationTable } from './table';

const only = (config: Config, keep: readonly ('contrast' | 'distill')[]): Config =>
  (['contrast', 'distill'] as const).reduce((rest, kind) => (keep.includes(kind) ? rest : without(rest, kind)), config);

/**
 * The 2^3 grid of SSDP, DDL and SSDT. Where SSDP is off and another module needs a second view, that view is a second
 * ordinary augmentation. A step with two views does twice the work of one, hence the control.
 */
export const modules: AblationTable = {
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
