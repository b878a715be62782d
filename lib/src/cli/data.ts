/** `csdnet data`: make the embedded datasets, and look at a dataset. */
import { Command } from 'commander';
import { describeDataset, EMBEDDED, isEmbedded, loadDataset, makeLeaf, writeAnnotations } from '../data';
import type { LeafSetName, SplitSummary } from '../data';
import { projectPaths } from '../project';
import { checkData } from './data-check';
import { readCount } from './options';
import { progressLine } from './recipe';

function splitLine(name: string, { images, perClass }: SplitSummary): string {
  const spread = perClass.min === perClass.max ? `${perClass.min}` : `${perClass.min} to ${perClass.max}`;
  return `  ${name.padEnd(12)} ${images} images, ${spread} a class`;
}

async function load(nameOrPath: string): Promise<void> {
  const dataset = await loadDataset(nameOrPath, { dataDir: projectPaths().data, onProgress: progressLine() });
  const summary = describeDataset(dataset);
  console.log(`${summary.name}: ${summary.classes} classes, in ${summary.root}`);
  console.log(splitLine('train', summary.train));
  for (const [name, split] of Object.entries(summary.tests)) console.log(splitLine(name, split));
  for (const note of [summary.published ?? [], dataset.notes ?? []].flat()) console.log(`  ${note}`);
}

/** @throws where no embedded dataset has that name */
function embedded(name: string): LeafSetName {
  if (isEmbedded(name)) return name;
  throw new Error(`"${name}" is no embedded dataset: choose ${EMBEDDED.join(' or ')}`);
}

async function draw(name: string, folder: string, { seed }: { readonly seed: number }): Promise<void> {
  await makeLeaf({ name: embedded(name), root: folder, seed, onProgress: progressLine('drawing the images') });
  await load(folder);
}

interface AnnotateAnswers {
  readonly train: number;
  readonly seed: number;
  readonly overwrite?: boolean;
}

async function annotate(folder: string, { train, seed, overwrite }: AnnotateAnswers): Promise<void> {
  const written = await writeAnnotations(folder, { trainPerClass: train, seed, overwrite: overwrite ?? false });
  console.log(`${written.classNames.length} classes: ${written.train} training images, ${written.test} test images`);
  if (written.skipped.length > 0) console.log(`left out, no images: ${written.skipped.join(', ')}`);
}

/** The command, for main.ts. */
export function dataCommand(): Command {
  const data = new Command('data').description('Make the embedded datasets, and look at a dataset.');
  data
    .command('make <name>')
    .description(`draw an embedded dataset into data/ (${EMBEDDED.join(', ')}); does nothing where it is there`)
    .action((name: string) => load(embedded(name)));
  data
    .command('draw <name> <folder>')
    .description(
      'draw other images of an embedded kind into a new folder: a set to choose on, so that leaf80 is never tuned on',
    )
    .requiredOption('--seed <n>', 'which cultivars and images; 1 gives the embedded set itself', readCount)
    .action(draw);
  data
    .command('check <name|path>')
    .description('read every image and say whether the dataset can be used (exit status 0) or not (1)')
    .option('--json', 'print the report as JSON')
    .action(checkData);
  data.command('show <name|path>').description('count the images of a dataset without reading them').action(load);
  data
    .command('annotate <folder>')
    .description('write anno/ and classes.txt for a folder that holds images/CLASS/IMAGE')
    .requiredOption('--train <n>', 'training images a class; the others are test images', readCount)
    .option('--seed <n>', 'draws which ones', readCount, 1)
    .option('--overwrite', 'write over annotations that are there')
    .action(annotate);
  return data;
}
