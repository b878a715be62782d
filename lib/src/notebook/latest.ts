/** The newest table that `npm run reproduce` made, from its run records. */
import { planRuns, readRecords, resultsFigures, resultsTable, summarizeRuns, TABLES } from '../ablation';
import type { RunRecord, TableName, TableResults } from '../ablation';
import { preset, PRESETS, wholeValidation } from '../config';
import type { Config, PresetName } from '../config';
import { projectPaths } from '../project';
import { liveDisplay, show, showTable } from '../report';

/** The full model that a record's table was made of, were it of this preset. */
function fullOf(name: PresetName, { config }: RunRecord): Config {
  const { dataset, training } = config;
  const { epochs, bestOnTest } = training;
  return preset(name, {
    dataset: { ...dataset, validation: wholeValidation(dataset.validation) },
    training: { epochs, bestOnTest },
  });
}

/** The runs of a table to which a record belongs; undefined where it belongs to none. */
function tableOf(tableName: TableName, newest: RunRecord, records: readonly RunRecord[]): TableResults | undefined {
  const byId = new Map(records.map((record) => [record.id, record]));
  const starts = new Map(records.map(({ config, weights }) => [config.backbone.kind, weights]));
  const startOf = ({ kind, weights }: Config['backbone']): string | null =>
    weights === 'random' ? null : (starts.get(kind) ?? null);
  const seeds = [...new Set(records.map(({ config }) => config.seed))].sort((a, b) => a - b);
  for (const name of Object.keys(PRESETS) as PresetName[]) {
    const variants = TABLES[tableName].variants(fullOf(name, newest));
    const sources = ({ backbone }: Config) => ({ dataset: newest.dataset.fingerprint, weights: startOf(backbone) });
    const runs = planRuns(variants, seeds, { sources, find: (id) => byId.get(id) });
    if (runs.some(({ id }) => id === newest.id)) return summarizeRuns(TABLES[tableName], variants, runs);
  }
  return undefined;
}

/** The results of the table that was worked on last; undefined where there is none yet. */
export function latestResults(folder = projectPaths().runs): TableResults | undefined {
  const records = [...readRecords(folder)].sort((a, b) => (a.provenance.started < b.provenance.started ? 1 : -1));
  for (const record of records) {
    for (const name of Object.keys(TABLES) as TableName[]) {
      const found = tableOf(name, record, records);
      if (found) return found;
    }
  }
  return undefined;
}

/** Shows the newest reproduced table and its bars, or says in a sentence how to make one. */
export function showLatestTable(folder?: string): void {
  const results = latestResults(folder);
  if (!results) {
    liveDisplay().html(
      '<p>There are no finished runs yet. Call <code>npm run reproduce</code> in a terminal, in the folder of the project, and run this ' +
        'cell again: it shows the table as it fills up, even while the command is at work.</p>',
    );
    return;
  }
  const names = Array.from({ length: results.variants[0]!.records[0]!.dataset.classes }, (_, c) => `class ${c + 1}`);
  showTable(resultsTable(results));
  show(resultsFigures(results, names).bars!);
}
