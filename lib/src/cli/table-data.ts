/** What a table is trained on: one dataset, or stages that are trained apart and averaged. */
import path from 'node:path';
import type { Stage } from '../ablation/plan';
import type { Config } from '../config';
import { isEmbedded, readStages } from '../data';
import type { Dataset } from '../data';
import { projectPaths } from '../project';
import { datasetOf } from './recipe';

export interface TableData {
  /** The dataset; where it has stages the first of them, under the name of the whole. */
  readonly dataset: Dataset;
  /** Absent where there is one dataset. */
  readonly stages?: readonly Stage[];
}

/** Every dataset that the table is trained on. */
export const datasetsOf = ({ dataset, stages }: TableData): readonly Dataset[] =>
  stages?.map((stage) => stage.dataset) ?? [dataset];

/** The data that a config names. @throws DatasetError where it cannot be read */
export async function tableData(config: Config): Promise<TableData> {
  const { name } = config.dataset;
  const found = isEmbedded(name) ? undefined : await readStages(name, { dataDir: projectPaths().data });
  const stages = found?.map((dataset): Stage => ({ name: dataset.name, of: path.basename(name), dataset }));
  // A note on all of them (a stage that is missing) is told once.
  for (const note of new Set(stages?.flatMap(({ dataset }) => dataset.notes ?? [])))
    console.error(`Note on ${path.basename(name)}: ${note}.`);
  const first = stages?.[0];
  return first
    ? { dataset: { ...first.dataset, name: first.of }, stages: stages! }
    : { dataset: await datasetOf(config) };
}
