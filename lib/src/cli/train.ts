/** `csdnet train`: one recipe, one seed, one trained model in a file. */
import fs from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { expectedSeconds } from '../ablation/plan';
import { runJobs } from '../ablation/pool';
import { forgetRecord, readRecord, runId } from '../ablation/record';
import { seenDataset } from '../ablation/seen';
import { sourcesOf } from '../ablation/sources';
import { tidyRun } from '../ablation/status';
import type { Config } from '../config';
import { waitingNote } from '../data';
import type { Dataset } from '../data';
import { CARD_MARK, modelCard } from '../export/card';
import { writeWholeSync } from '../files';
import { projectPaths } from '../project';
import { percent } from './columns';
import { calledCommand, checkpointOption, duration, readCount, stopOnSignals } from './options';
import { createProgress } from './progress';
import { addRecipeOptions, configOf, datasetOf, presetHelp, recipeText } from './recipe';
import type { RecipeOptions } from './recipe';
import { scoreLines } from './runs-text';

interface Options extends RecipeOptions {
  readonly seed: number;
  readonly threads: number;
  readonly checkpoint: number;
  readonly out?: string;
}

interface Task {
  readonly id: string;
  readonly config: Config;
  readonly dataset: Dataset;
  readonly modelFile: string;
  readonly options: Pick<Options, 'threads' | 'checkpoint'>;
}

async function prepare(options: Options): Promise<Task> {
  const config = { ...configOf(options), seed: options.seed };
  const dataset = await datasetOf(config);
  // What a run cannot see (five folds at once, more images than there are) is told before anything starts.
  seenDataset(dataset, config);
  const id = runId(config, sourcesOf(config, dataset));
  const modelFile = path.resolve(options.out ?? path.join(projectPaths().models, `${id}.safetensors`));
  return { id, config, dataset, modelFile, options };
}

/** Train in a process of its own, with its threads set before TensorFlow starts. @returns what failed, or undefined */
async function run(
  { id, config, dataset, modelFile, options }: Task,
  signal: AbortSignal,
): Promise<string | undefined> {
  const paths = projectPaths();
  // A run that is recorded without its model is done again: the same weights come out. Another process may have finished both just now.
  if (!fs.existsSync(modelFile)) forgetRecord(paths.runs, id);
  const seconds = expectedSeconds(config, dataset, []);
  const progress = createProgress(seconds, 1);
  const label = `${dataset.name}, seed ${config.seed}`;
  const place = { runs: paths.runs, cache: paths.cache, checkpointSeconds: options.checkpoint };
  const failures = await runJobs([{ id, config, dataDir: paths.data, place, modelFile, command: calledCommand() }], {
    ...{ jobs: 1, threads: options.threads, signal },
    onStart: () => progress.start(id, label, seconds),
    onMessage: (_, message) => {
      if (message.kind === 'step') progress.step(id, message.step, message.steps, message.loss);
      if (message.kind === 'note') progress.say(`${label}: ${message.text}`);
      if (message.kind === 'done' && message.waiting) progress.say(waitingNote(message.waiting));
    },
  });
  progress.stop();
  return failures[0]?.text;
}

/** Write the model's card beside it; a page of that name which somebody else wrote is left alone. @returns what to tell */
function writeCard({ id, config, dataset, modelFile }: Task): string {
  const record = readRecord(projectPaths().runs, id)!;
  const file = `${modelFile.replace(/\.safetensors$/, '')}.md`;
  const shown = path.relative(process.cwd(), file);
  if (fs.existsSync(file) && !fs.readFileSync(file, 'utf8').includes(CARD_MARK))
    return `no card written: ${shown} is somebody's own page`;
  const { provenance, weights } = record;
  const { csdnet, tfjs } = provenance;
  const facts = { config, classes: dataset.classes, classNames: dataset.classNames, createdBy: { csdnet, tfjs } };
  const form = { kind: 'csdnet', file: path.basename(modelFile) } as const;
  writeWholeSync(file, modelCard({ ...facts, run: id, weights: weights ?? undefined }, form, record));
  return `card: ${shown}`;
}

/** What came out, a line for each test split. */
function outcome({ id, modelFile }: Task): string {
  const { evaluation, bestOnTest, provenance } = readRecord(projectPaths().runs, id)!;
  const lines = scoreLines(evaluation);
  if (bestOnTest) {
    const { split, top1, epoch } = bestOnTest;
    lines.push(`best epoch on ${split} (chosen on these images): ${percent(top1)}, epoch ${epoch}`);
  }
  const shown = path.relative(process.cwd(), modelFile);
  return [...lines, `run ${id}, ${duration(provenance.seconds)}; model: ${shown}`].join('\n');
}

async function train(options: Options): Promise<number> {
  const task = await prepare(options);
  const { id, config, dataset, modelFile } = task;
  console.error(recipeText(`The recipe (${dataset.name}, ${dataset.classes} classes):`, config));
  if (fs.existsSync(modelFile) && readRecord(projectPaths().runs, id)) {
    console.error('\nThis run is done and its model is there.');
    tidyRun(projectPaths().runs, id);
  } else {
    const stop = stopOnSignals();
    let failure = await run(task, stop);
    // Where another process did the run meanwhile, it kept no model.
    if (failure === undefined && !stop.aborted && !fs.existsSync(modelFile)) failure = await run(task, stop);
    if (stop.aborted) {
      console.error('\nStopped. What is done is kept: the same command goes on from the last checkpoint.');
      return 130;
    }
    if (failure !== undefined) throw new Error(failure);
  }
  console.log(`${outcome(task)}\n${writeCard(task)}`);
  return 0;
}

/** The command, for main.ts. */
export function trainCommand(): Command {
  const command = new Command('train').description('Train one recipe with one seed, and keep the model in a file.');
  return addRecipeOptions(command)
    .option('--seed <n>', 'the seed of everything random', readCount, 1)
    .option('--threads <n>', 'threads of the run; results depend on it in the last digits', readCount, 1)
    .addOption(checkpointOption())
    .option('--out <file>', 'where the model goes (default: data/models/<run>.safetensors)')
    .addHelpText(
      'after',
      [
        ...presetHelp(),
        '\nExamples:',
        '  npm run csdnet -- train --preset tiny',
        '  npm run csdnet -- train --dataset /data/cotton80 --set contrast.margin=0.2 --out cotton.safetensors',
        '  npm run csdnet -- export cotton.safetensors --to timm --out cotton-timm',
      ].join('\n'),
    )
    .action(async (options: Options) => {
      process.exitCode = await train(options);
    });
}
