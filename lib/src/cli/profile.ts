/** `csdnet profile`: the slowest kernels of a recipe's training step. */
import { Command } from 'commander';
import { allThreads, engineEnvironment } from '../bench/contestant';
import { readCount } from './options';
import { addRecipeOptions, configOf, presetHelp, recipeText } from './recipe';
import type { RecipeOptions } from './recipe';

interface Options extends RecipeOptions {
  readonly steps: number;
  readonly classes: number;
  readonly threads: number;
  readonly top: number;
}

async function profile({ steps, classes, threads, top, ...recipe }: Options): Promise<void> {
  const config = configOf(recipe);
  console.error(`${recipeText(`The recipe (${classes} classes, drawn pixels and weights):`, config)}\n`);
  // TensorFlow reads these when it is loaded, which is below.
  Object.assign(process.env, engineEnvironment(threads));
  const [{ profileSteps }, { profileText }] = await Promise.all([
    import('../bench/profile'),
    import('../bench/present-profile'),
  ]);
  console.log(profileText(profileSteps(config, { steps, classes }), top));
}

/** The command, for main.ts. */
export function profileCommand(): Command {
  const command = new Command('profile').description("Name the slowest kernels of a recipe's training step.");
  return addRecipeOptions(command)
    .option('--steps <n>', 'steps that are measured', readCount, 5)
    .option('--classes <n>', 'classes of the head', readCount, 80)
    .option('--threads <n>', 'threads of TensorFlow', readCount, allThreads())
    .option('--top <n>', 'kernels that are named', readCount, 15)
    .addHelpText(
      'after',
      [
        ...presetHelp(),
        '\nExamples:',
        '  npm run profile',
        '  npm run profile -- --preset tiny --top 30',
        '  npm run profile -- --set backbone.kind=vit-small --set input.imageSize=224 --set view.saliencyStride=16',
      ].join('\n'),
    )
    .action(profile);
}
