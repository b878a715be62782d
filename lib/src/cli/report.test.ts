/** Which seeds a report takes, on records of runs that were never done. */
import { rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { datasetFacts, runFolder, runId, writeRecord } from '../ablation/record';
import { sourcesOf } from '../ablation/sources';
import { TABLES, tablesOf } from '../ablation/tables';
import type { NamedTable } from '../ablation/tables';
import type { Config } from '../config';
import type { Dataset } from '../data';
import { projectPaths } from '../project';
import { useStripesAtHome } from '../testing/hooks';
import { runRecord } from '../testing/records';
import { configOf } from './recipe';
import type { RecipeOptions } from './recipe';
import { finishedTable } from './report';

let dataset: Dataset;
useStripesAtHome(2, 2, (made) => ({ dataset } = made));

const options = (): RecipeOptions => ({
  ...({ preset: 'tiny', dataset: dataset.root, shots: 'all', set: [] } as const),
});
const [QUEUES] = tablesOf('queues') as [NamedTable];
const variants = (): readonly { readonly name: string; readonly config: Config }[] =>
  TABLES.queues.variants(configOf(options()));
const idOf = (config: Config): string => runId(config, sourcesOf(config, dataset));

/** Keeps a record of a run. */
async function keep(config: Config): Promise<void> {
  const record = { ...runRecord(config, 0.5), id: idOf(config), dataset: datasetFacts(dataset) };
  await writeRecord(projectPaths().runs, record);
}

describe('csdnet report without --seeds', () => {
  const seedsOf = (): readonly number[] => finishedTable(QUEUES, options(), { dataset }).options.seeds;

  it('takes none where nothing is done, and each seed that is begun where none is whole', async () => {
    expect(seedsOf()).toEqual([]);
    const [first, second] = variants();
    await keep({ ...first!.config, seed: 7 });
    await keep({ ...second!.config, seed: 2 });
    expect(seedsOf()).toEqual([2, 7]);
  });

  it('takes all seeds that every row has finished, and their runs alone', async () => {
    for (const seed of [1, 2, 3, 4, 5]) for (const { config } of variants()) await keep({ ...config, seed });
    const { runs, options: taken } = finishedTable(QUEUES, options(), { dataset });
    expect(taken.seeds).toEqual([1, 2, 3, 4, 5]);
    expect(runs).toHaveLength(5 * variants().length);
    expect(runs.every(({ record }) => record !== undefined)).toBe(true);
    await rm(runFolder(projectPaths().runs, idOf({ ...variants()[0]!.config, seed: 4 })), { recursive: true });
    expect(seedsOf()).toEqual([1, 2, 3, 5]);
  });

  it('counts no seed of another dataset', async () => {
    const { config } = variants()[0]!;
    const elsewhere = { ...runRecord({ ...config, seed: 9 }, 0.5), id: '0123456789ab' };
    await writeRecord(projectPaths().runs, elsewhere);
    expect(seedsOf()).not.toContain(9);
  });
});
