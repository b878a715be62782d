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
export { answersOf, readOutputs, readPredictions } from './outputs';
export type { ImageAnswer, PredictedImage } from './outputs';
export { resultsFigures, resultsTable, summedConfusion } from './present';
export type { Provenance } from './provenance';
export { checkpointFile, outputsFile, predictionsFile, readRecord, recordFile, runFolder, runId } from './record';
export type { DatasetFacts, RunRecord, RunSources } from './record';
export { compareRuns } from './run-compare';
export type { Answers, RunComparison, SplitPair } from './run-compare';
export { filterRuns, runRow, sortRuns } from './run-rows';
export type { RunFilter, RunOrder, RunRow } from './run-rows';
export { listRuns, readRecords, readRun } from './runs';
export type { RunEntry, RunState } from './runs';
export { headlineSplit, summarizeRuns } from './results';
export { labelsFrom, significanceOf } from './significance';
export type { Comparison, ImageTest, LabelsOf, RowSignificance } from './significance';
export { interpretation, testsTable } from './significance-present';
export { readSummaries } from './summary';
export type { RowSummary, Summaries, TableSummary } from './summary';
export type { TableResults, VariantResult } from './results';
export { decodeFor, runConfig } from './run';
export { drawnDataset, seenDataset, testSplitsOf } from './seen';
export { sourcesOf } from './sources';
export type { RunHooks, RunPlace, RunResult } from './run';
export { TABLES, tableNamed } from './tables';
export { followGradients, gradientsTable } from './gradients';
export type { GradientsAt, GradientsOptions } from './gradients';
export type { AblationTable, TableName, TrainingImages } from './tables';
export { without, withTerm, withView } from './variant';
export type { Variant } from './variant';
