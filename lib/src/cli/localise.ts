/** `csdnet localise`: does the saliency look where the classes differ? Needs a dataset with masks; trains nothing. */
import path from 'node:path';
import { Command } from 'commander';
import { localisationFigure, localisationTable } from '../ablation/localisation-present';
import type { Localisation } from '../ablation/localise';
import { PRESETS } from '../config';
import type { Dataset } from '../data';
import { projectPaths } from '../project';
import { saveFigure, saveTable } from '../report/save';
import { toMarkdown } from '../report/table';
import { readAssignment } from './options';
import { configOf, datasetOf, DEFAULTS, presetHelp, progressLine, recipeSuffix } from './recipe';
import type { RecipeOptions } from './recipe';

interface Options extends Pick<RecipeOptions, 'preset' | 'dataset' | 'set'> {
  readonly split: string;
}

/** The images that the second view is made of in training. */
const SPLIT = 'train';

/** Writes table and figure. @returns the files written */
async function publish(found: Localisation, options: RecipeOptions & Options, dataset: Dataset): Promise<string[]> {
  const { tables, figures } = projectPaths();
  const split = found.split === SPLIT ? [] : [found.split];
  const name = ['localisation', ...recipeSuffix(options, dataset), ...split].join('.');
  const table = await saveTable(localisationTable(found), { dir: tables, name });
  const figure = await saveFigure(localisationFigure(found), { dir: figures, name, width: 1100 });
  return [...Object.values(table), ...Object.values(figure)];
}

async function run(given: Options): Promise<void> {
  // TensorFlow is loaded here: the other commands start without.
  const { localise } = await import('../ablation/localise');
  const options = { ...given, shots: 'all' } as const;
  const config = configOf(options);
  const dataset = await datasetOf(config);
  const found = await localise(config, dataset, {
    split: options.split,
    cache: projectPaths().cache,
    onProgress: progressLine('following the images through SSDP'),
  });
  const files = await publish(found, options, dataset);
  console.log(`\n${toMarkdown(localisationTable(found))}`);
  console.error('Written:');
  for (const file of files) console.error(`  ${path.relative(process.cwd(), file)}`);
}

/** The command, for main.ts. */
export function localiseCommand(): Command {
  const none: readonly string[] = [];
  return new Command('localise')
    .description(
      'Score every saliency and mask against the ground truth of a dataset with masks, beside blind looks of the same area.',
    )
    .option(
      '--dataset <name|path>',
      'leaf80, leaf20, or a folder with masks/ beside anno/ and images/',
      DEFAULTS.dataset,
    )
    .option('--preset <name>', `which recipe: ${Object.keys(PRESETS).join(', ')}`, DEFAULTS.preset)
    .option('--split <name>', 'whose images: train, test, test_large, as far as the dataset has them', SPLIT)
    .option(
      '--set <field=value>',
      'change a field of the recipe, such as input.imageSize=128; may be repeated',
      readAssignment,
      none,
    )
    .addHelpText(
      'after',
      [
        ...presetHelp(),
        '\nNothing is trained: the saliency needs no head. It takes one pass of the backbone over the split.',
        '\nExamples:',
        '  npm run csdnet -- localise',
        '  npm run csdnet -- localise --dataset leaf20 --split test_large',
        '  npm run csdnet -- localise --set view.saliencyStride=32 --set view.margin=0',
      ].join('\n'),
    )
    .action(run);
}
