/** `csdnet gradients`: how hard each term of the objective pulls while a run is trained. */
import { Command } from 'commander';
import { projectPaths } from '../project';
import { toMarkdown } from '../report/table';
import { readCount, stopOnSignals } from './options';
import { addRecipeOptions, configOf, datasetOf, presetHelp, progressLine, recipeText } from './recipe';
import type { RecipeOptions } from './recipe';

interface Options extends RecipeOptions {
  readonly seed: number;
}

async function run({ seed, ...options }: Options): Promise<void> {
  const config = { ...configOf(options), seed };
  const dataset = await datasetOf(config);
  console.error(recipeText(`The recipe (${dataset.name}, ${dataset.classes} classes):`, config));
  // TensorFlow is loaded here: the other commands start without.
  const { followGradients, gradientsTable } = await import('../ablation/gradients');
  const found = await followGradients(config, dataset, {
    ...{ cache: projectPaths().cache, signal: stopOnSignals(), onEpoch: progressLine('epochs') },
  });
  console.log(toMarkdown(gradientsTable(found, config, dataset)));
}

/** The command, for main.ts. */
export function gradientsCommand(): Command {
  const command = new Command('gradients').description(
    'Train a recipe and show, after each epoch, how hard each term of the objective pulls and in which direction. Nothing is kept.',
  );
  return addRecipeOptions(command)
    .option('--seed <n>', 'seed of the run', readCount, 1)
    .addHelpText(
      'after',
      [
        ...presetHelp(),
        '\nExamples:',
        '  npm run csdnet -- gradients',
        '  npm run csdnet -- gradients --set contrast.reduction=balanced --set contrast.weight=3',
      ].join('\n'),
    )
    .action(run);
}
