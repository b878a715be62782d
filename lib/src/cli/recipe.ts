/** The options that choose a recipe, alike in every command that trains: `--preset`, `--dataset`, `--shots`, `--epochs`, `--select`, `--set`. */
import fs from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { TABLES } from '../ablation/tables';
import type { TableName } from '../ablation/tables';
import { checkConfig, preset, PRESETS, recipeDifferences, recipeLines, withFields } from '../config';
import type { Config, PresetName, Validation } from '../config';
import { isEmbedded, loadDataset } from '../data';
import type { Dataset } from '../data';
import { projectPaths } from '../project';
import { readAssignment, readCount, readShots, readValidation } from './options';

export interface RecipeOptions {
  readonly preset: PresetName;
  readonly dataset: string;
  readonly shots: number | 'all';
  readonly epochs?: number;
  /** `field=value`, in the order given. */
  readonly set: readonly string[];
  /** Score on a part of the training images instead of the test images. */
  readonly select?: Validation;
  readonly bestOnTest?: boolean;
}

export const DEFAULTS = { preset: 'laptop', dataset: 'leaf80' } as const;

const names = (record: object): string => Object.keys(record).join(', ');

/** Gives a command the recipe's options. */
export function addRecipeOptions(command: Command): Command {
  const none: readonly string[] = [];
  return command
    .option('--dataset <name|path>', 'leaf80, leaf20, or a folder in any layout of data/README.md', DEFAULTS.dataset)
    .option('--preset <name>', `which recipe: ${names(PRESETS)}`, DEFAULTS.preset)
    .option('--shots <n|all>', 'training images a class, drawn by the seed', readShots, 'all' as const)
    .option('--epochs <n>', "instead of the preset's", readCount)
    .option(
      '--select <folds:K|holdout:N>',
      'choose without the test images: score on folds of the training images, or on N held-out ones a class',
      readValidation,
    )
    .option('--best-on-test', 'also score the test images after every epoch, as peers report it (flatters)', false)
    .option(
      '--set <field=value>',
      'change a field of the recipe, such as contrast.margin=0.2; may be repeated',
      readAssignment,
      none,
    );
}

/** Gives a command the choice of ablation tables. */
export const addTableOption = (command: Command): Command =>
  command.option(
    '--table <names>',
    `which tables, with commas between, or all: ${names(TABLES)}; or the file of a table of your own (x.json)`,
    'modules' satisfies TableName,
  );

/** The lines of `--help` on presets. */
export const presetHelp = (): readonly string[] => [
  '\nPresets:',
  ...Object.entries(PRESETS).map(([name, { about }]) => `  ${name.padEnd(8)} ${about}`),
];

/** An embedded set keeps its name; a folder gets its absolute path, which means the same in every process. */
function resolveDataset(name: string): string {
  return fs.existsSync(name) && fs.statSync(name).isDirectory() ? path.resolve(name) : name;
}

/** The config that the options ask for. @throws ConfigError or an error that names the field */
export function configOf({ preset: name, dataset, shots, epochs, set, select, bestOnTest }: RecipeOptions): Config {
  const start = preset(name, {
    dataset: { name: resolveDataset(dataset), trainPerClass: shots, ...(select && { validation: select }) },
    training: { ...(epochs !== undefined && { epochs }), ...(bestOnTest && { bestOnTest }) },
  });
  return checkConfig(withFields(start, set));
}

/** A counter on one line of the terminal; silent where standard error is none. */
export function progressLine(what?: string): (done: number, total: number) => void {
  const head = what === undefined ? '' : `${what}: `;
  return (done, total) => {
    if (!process.stderr.isTTY) return;
    process.stderr.write(`\r${head}${done}/${total}${done === total ? '\n' : ''}`);
  };
}

/** The dataset that a config names, drawn first where it is an embedded one that is not there yet; its notes are told. */
export async function datasetOf({ dataset: { name } }: Config): Promise<Dataset> {
  const onProgress = progressLine(isEmbedded(name) ? 'drawing the images' : 'reading the dataset');
  const dataset = await loadDataset(name, { dataDir: projectPaths().data, onProgress });
  for (const note of dataset.notes ?? []) console.error(`Note on ${dataset.name}: ${note}.`);
  return dataset;
}

/** What of the options is not the default, as parts of a file name: `grapevine5`, `tiny`, `5-a-class`, `contrast-margin-0-2`. */
export function recipeSuffix(options: RecipeOptions, dataset: Pick<Dataset, 'name'>): readonly string[] {
  const clean = (text: string): string => text.replace(/[^A-Za-z0-9_-]+/g, '-');
  return [
    options.dataset === DEFAULTS.dataset ? [] : [clean(dataset.name)],
    options.preset === DEFAULTS.preset ? [] : [options.preset],
    options.shots === 'all' ? [] : [`${options.shots}-a-class`],
    options.epochs === undefined ? [] : [`${options.epochs}-epochs`],
    options.select === undefined || options.select === 'none' ? [] : [clean(`select-${options.select}`)],
    options.bestOnTest ? ['best-on-test'] : [],
    options.set.map(clean),
  ].flat();
}

/** The whole recipe, for the top of a log. */
export const recipeText = (title: string, config: Config): string =>
  [title, ...recipeLines(config).map((line) => `  ${line}`)].join('\n');

/** How a variant differs from the recipe at the top of the log, in one line. */
export function variantText(base: Config, config: Config): string {
  const found = recipeDifferences(base, { ...config, seed: base.seed });
  return found.length === 0 ? 'the recipe as it is' : found.join(', ');
}
