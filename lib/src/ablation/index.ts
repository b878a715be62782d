export { localisationFigure, localisationTable } from './localisation-present';
export type {
  LocalisationEstimate,
  LocalisationMeasure,
  LocalisationResult,
  LocalisationSummary,
} from './localisation-results';
export { localisationRows } from './localisation-rows';
export type { LocalisationRow } from './localisation-rows';
export { localise } from './localise';
export type { Localisation, LocaliseOptions } from './localise';
export { countsFor, expectedSeconds, planRuns, workOf } from './plan';
export type { PlanKnowledge, PlannedRun, Stage } from './plan';
export { stagesTable } from './protocol-present';
export { selectionOf, selectionText } from './selection';
export type { Rival, Selection } from './selection';
export { resultsFigures, resultsTable, summedConfusion } from './present';
export type { Provenance } from './provenance';
export { readRecord, runId } from './record';
export type { DatasetFacts, RunRecord, RunSources } from './record';
export { headlineSplit, summarizeRuns } from './results';
export { readSummaries } from './summary';
export type { RowSummary, Summaries, TableSummary } from './summary';
export type { TableResults, VariantResult } from './results';
export { decodeFor, runConfig, testSplitsOf } from './run';
export { drawnDataset, seenDataset } from './seen';
export { sourcesOf } from './sources';
export type { RunHooks, RunPlace, RunResult } from './run';
export { TABLES, tableNamed } from './tables';
export type { AblationTable, TableName } from './tables';
export { without, withTerm, withView } from './variant';
export type { Variant } from './variant';
