/** `csdnet data check`: a report on a dataset, or on each stage of SoyAgeing, and whether it can be used. */
import { DatasetError, inspectDataset, inspectionLines, loadDataset, readStages, inspectionVerdict } from '../data';
import type { Dataset, Inspection } from '../data';
import { projectPaths } from '../project';
import { stopOnSignals } from './options';
import { progressLine } from './recipe';

/** What is known of a path: reports on what could be read, and one sentence. */
export interface CheckResult {
  readonly path: string;
  readonly usable: boolean;
  readonly verdict: string;
  readonly datasets: readonly Inspection[];
  /** What keeps the dataset from being read at all, each with its file and line. */
  readonly problems: readonly string[];
}

const progress = progressLine();

/** One dataset, or the stages of a folder. */
async function read(nameOrPath: string, signal: AbortSignal): Promise<readonly Dataset[]> {
  const dataDir = projectPaths().data;
  const options = { dataDir, signal, onProgress: progress };
  return (await readStages(nameOrPath, options)) ?? [await loadDataset(nameOrPath, options)];
}

/** @throws the signal's reason; what is wrong with the dataset is in the result */
export async function checkPath(nameOrPath: string, signal: AbortSignal): Promise<CheckResult> {
  const datasets: Inspection[] = [];
  try {
    for (const dataset of await read(nameOrPath, signal))
      datasets.push(await inspectDataset(dataset, { signal, onProgress: progress }));
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    const sentence = `${nameOrPath} is not usable: ${error.message.split('\n')[0]}.`;
    return { path: nameOrPath, usable: false, verdict: sentence, datasets, problems: error.problems };
  }
  const sentences = datasets.map(inspectionVerdict).join(' ');
  return {
    path: nameOrPath,
    usable: datasets.every(({ usable }) => usable),
    verdict: sentences,
    datasets,
    problems: [],
  };
}

export interface CheckAnswers {
  readonly json?: boolean;
}

/** Prints the report; the exit status is 0 where everything is usable, else 1. */
export async function checkData(nameOrPath: string, { json = false }: CheckAnswers): Promise<void> {
  const result = await checkPath(nameOrPath, stopOnSignals());
  if (json) console.log(JSON.stringify(result, null, 2));
  else {
    for (const inspection of result.datasets) console.log(`${inspectionLines(inspection).join('\n')}\n`);
    for (const problem of result.problems) console.log(`  ${problem}`);
    console.log(result.verdict);
  }
  if (!result.usable) process.exitCode = 1;
}
