/** What a table is trained on: one dataset, or stages that are trained apart and averaged. */
import fs from 'node:fs';
import path from 'node:path';
import type { Stage } from '../ablation/plan';
import type { Config } from '../config';
import { EMBEDDED, readStages } from '../data';
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

/** The stages of the folder that a config names; undefined where it names one dataset. */
async function stagesOf({ dataset: { name } }: Config): Promise<readonly Stage[] | undefined> {
  if ((EMBEDDED as readonly string[]).includes(name)) return undefined;
  const place = [name, path.resolve(projectPaths().data, name)].find((one) => fs.existsSync(one));
  const found = place === undefined ? undefined : await readStages(place);
  return found?.map((dataset) => ({ name: dataset.name, of: path.basename(place!), dataset }));
}

/** The data that a config names. @throws DatasetError where it cannot be read */
export async function tableData(config: Config): Promise<TableData> {
  const stages = await stagesOf(config);
  const first = stages?.[0];
  return first
    ? { dataset: { ...first.dataset, name: first.of }, stages: stages! }
    : { dataset: await datasetOf(config) };
}
