/** What each module adds to the other two, from a stored table of modules. */
import { TABLES } from '../ablation';
import type { TableSummary } from '../ablation';
import { differenceText } from '../ablation/text';
import { judged, pairedDifference } from '../metrics';
import type { Table } from '../report';

/** The full model without one module; without SSDP the second view is an ordinary one. */
const WITHOUT: Readonly<Record<string, string>> = {
  SSDP: 'DDL + SSDT',
  DDL: 'SSDP + SSDT',
  SSDT: 'SSDP + DDL',
};

/**
 * A row for each module: the full model minus the full model without it, paired by seed, with the 95 % t interval.
 *
 * @throws where the table lacks one of these rows, or their seeds differ
 */
export function whatEachAdds({ rows, dataset, seeds }: TableSummary): Table {
  const accuraciesOf = (name: string): readonly number[] => {
    const row = rows.find((one) => one.name === name);
    if (!row) throw new Error(`whatEachAdds: the table has no row "${name}"; give a stored table "modules"`);
    return row.accuracies;
  };
  const full = accuraciesOf(TABLES.modules.full);
  return {
    title: `What each module adds to the other two: ${dataset.name}`,
    columns: [
      { key: 'module', title: 'Module' },
      { key: 'against', title: 'Full model minus' },
      { key: 'difference', title: 'Difference', unit: 'points', align: 'right' },
    ],
    rows: Object.entries(WITHOUT).map(([module, against]) => ({
      ...{ module, against },
      difference: differenceText(judged(pairedDifference(full, accuraciesOf(against)))),
    })),
    notes: [`${seeds.length} seeds, paired, with the 95 % t interval.`],
  };
}
