/** `csdnet sweep plan` and `collect`: from tables to a manifest, and from finished runs to the tables. */
import path from 'node:path';
import { commit, ownVersion } from '../ablation/provenance';
import { tablesOf } from '../ablation/tables';
import type { PresetName, Validation } from '../config';
import { readManifest, writeManifest } from '../sweep/files';
import { distinctRuns, MANIFEST_FORMAT } from '../sweep/manifest';
import type { Manifest, SweepOptions, SweepRun } from '../sweep/manifest';
import { configOf } from './recipe';
import { report } from './reproduce';
import { tableData } from './table-data';
import { keepsOutputs, prepareTable, runLabel } from './table-task';
import type { TableOptions, Task } from './table-task';

export interface PlanOptions extends TableOptions {
  readonly table: string;
  readonly threads: number;
  readonly out: string;
}

/** The options of a manifest as those of a table. What they may be is checked where they are used. */
export const tableOptionsOf = ({ preset, select, epochs, ...rest }: SweepOptions): TableOptions => ({
  ...rest,
  preset: preset as PresetName,
  ...(epochs !== undefined && { epochs }),
  ...(select !== undefined && { select: select as Validation }),
});

/** Every table that the options name, planned. */
async function tasksOf(options: SweepOptions): Promise<readonly Task[]> {
  const all = tableOptionsOf(options);
  const data = await tableData(configOf(all));
  return tablesOf(options.table).map((table) => prepareTable(table, all, data));
}

const runsOf = (task: Task): readonly SweepRun[] =>
  task.runs.map((run) => ({
    id: run.id,
    label: `${task.name}: ${runLabel(run)}`,
    dataset: {
      place: run.config.dataset.name,
      fingerprint: (run.stage?.dataset ?? task.dataset).fingerprint,
    },
    keepOutputs: keepsOutputs(task, run),
    config: run.config,
  }));

/** How many runs of some tables are done. */
const doneOf = (tasks: readonly Task[]): number =>
  new Set(tasks.flatMap(({ runs }) => runs.filter(({ record }) => record).map(({ id }) => id))).size;

/** Plan the runs of tables. Nothing is trained. */
async function planSweep(options: SweepOptions) {
  const tasks = await tasksOf(options);
  const runs = distinctRuns(tasks.flatMap(runsOf));
  const head: Manifest['head'] = {
    ...{ format: MANIFEST_FORMAT, csdnet: ownVersion(), commit: commit(), created: new Date().toISOString() },
    ...{ runs: runs.length, options },
  };
  return {
    manifest: { head, runs },
    done: doneOf(tasks),
    leftOut: tasks.flatMap(({ name, leftOut }) => leftOut.map((reason) => `${name}: ${reason}`)),
  };
}

/** `csdnet sweep plan`. */
export async function plan({ out, ...asked }: PlanOptions): Promise<void> {
  const { table, seeds, preset, shots, epochs, set, select, bestOnTest = false, threads } = asked;
  // A folder gets its absolute path: the sweep may be run and collected from another.
  const dataset = configOf(asked).dataset.name;
  const { manifest, done, leftOut } = await planSweep({
    ...{ table, seeds: [...seeds], preset, dataset, shots, set: [...set], bestOnTest, threads },
    ...(epochs !== undefined && { epochs }),
    ...(select !== undefined && { select }),
  });
  writeManifest(out, manifest);
  for (const reason of leftOut) console.error(`Left out: ${reason}`);
  console.error(`${manifest.runs.length} runs, ${done} of them done.`);
  console.log(path.relative(process.cwd(), out));
}

/** How the tables as they are planned now differ from a manifest; undefined where they do not. */
function planChange(manifest: Manifest, tasks: readonly Pick<Task, 'runs'>[]): string | undefined {
  const [planned, now] = [manifest.runs.map(({ id }) => id), tasks.flatMap(({ runs }) => runs.map(({ id }) => id))];
  const [before, after] = [new Set(planned), new Set(now)];
  const missing = [...after].filter((id) => !before.has(id)).length;
  const gone = [...before].filter((id) => !after.has(id)).length;
  if (missing + gone === 0) return undefined;
  return (
    `The tables now ask for ${missing} runs that the manifest lacks, and no longer for ${gone} of its ${before.size}: ` +
    `data, weights or code changed since (csdnet ${manifest.head.csdnet}, commit ${manifest.head.commit}). Plan the sweep again: what is done is kept.`
  );
}

/** `csdnet sweep collect`: the tables of the manifest from the runs that are done. @throws where the plan would be another now */
export async function collect(file: string, options: { readonly results?: string }): Promise<void> {
  const manifest = readManifest(file);
  const tasks = await tasksOf(manifest.head.options);
  const change = planChange(manifest, tasks);
  if (change !== undefined) throw new Error(`${file}: ${change}`);
  console.error(`${doneOf(tasks)} of ${manifest.runs.length} runs are done.`);
  for (const task of tasks) await report(task, options);
}
