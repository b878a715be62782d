/** `csdnet export`: a trained model in a form that other programs load. */
import fs from 'node:fs';
import path from 'node:path';
import { Command, Option } from 'commander';
import { readRecord } from '../ablation/record';
import type { SavedModel } from '../export';
import { sizeText } from './columns';
import { projectPaths } from '../project';

/** Loaded when it is called, and TensorFlow with it: the other commands start without. */
const library = () => import('../export');

interface Target {
  readonly write: 'exportTimm' | 'exportWebModel';
  /** How the folder is loaded, line by line. */
  readonly use: (folder: string, model: SavedModel) => readonly string[];
}

const TARGETS: Readonly<Record<string, Target>> = {
  timm: {
    write: 'exportTimm',
    use: (folder) => [
      'In Python, with timm:',
      `  model = timm.create_model(${JSON.stringify(`local-dir:${folder}`)}, pretrained=True).eval()`,
    ],
  },
  web: {
    write: 'exportWebModel',
    use: (folder, { config: { input } }) => [
      `On a page with TensorFlow.js, where ${path.basename(folder)}/ is served:`,
      `  const model = await tf.loadGraphModel('${path.basename(folder)}/model.json');`,
      `  const { probabilities } = model.predict(images); // float32 [n, ${input.imageSize}, ${input.imageSize}, 3], RGB from 0 to 255`,
    ],
  },
};

interface Options {
  readonly to: string;
  readonly out: string;
  readonly overwrite?: boolean;
}

/** What is in a folder: its small files by name, the many shards of weights as one. */
function contents(folder: string): readonly string[] {
  const sizes = fs.readdirSync(folder).map((name) => [name, fs.statSync(path.join(folder, name)).size] as const);
  const shards = sizes.filter(([name]) => name.endsWith('.bin'));
  const rest = sizes.filter(([name]) => !name.endsWith('.bin'));
  const total = shards.reduce((sum, [, size]) => sum + size, 0);
  const lines = rest.map(([name, size]) => `  ${name.padEnd(20)} ${sizeText(size)}`);
  return shards.length > 0
    ? [...lines, `  ${`${shards.length} x weights-*.bin`.padEnd(20)} ${sizeText(total)}`]
    : lines;
}

async function exportModel(file: string, { to, out, overwrite = false }: Options): Promise<void> {
  const { loadModel, ...writers } = await library();
  const model = loadModel(file);
  const folder = path.resolve(out);
  const target = TARGETS[to]!;
  // A model may come from another machine: its card then says that the scores are not known.
  const run = model.run === undefined ? undefined : readRecord(projectPaths().runs, model.run);
  writers[target.write](model, folder, { overwrite, run });
  const { config, classes } = model;
  const title = `${config.backbone.kind}, ${classes} classes, ${config.input.imageSize} px`;
  console.log([`${out}: ${title}`, ...contents(folder), ...target.use(folder, model)].join('\n'));
}

/** The command, for main.ts. */
export function exportCommand(): Command {
  return new Command('export')
    .description('Write a trained model in a form that other programs load.')
    .argument('<model>', 'the file that `csdnet train` wrote')
    .addOption(
      new Option('--to <form>', 'timm: PyTorch weights under the names of timm; web: a TensorFlow.js graph model')
        .choices(Object.keys(TARGETS))
        .makeOptionMandatory(),
    )
    .requiredOption('--out <folder>', 'the folder to write; it is there whole or not at all')
    .option('--overwrite', 'replace an earlier export in that folder')
    .addHelpText(
      'after',
      [
        '\nBoth forms hold check.json: a picture as a formula, and its logits, to see that the other side gives the same;',
        'and README.md, the model card: data, recipe, scores with their protocol, limits.',
        '\nExamples:',
        '  npm run csdnet -- export data/models/0123456789ab.safetensors --to timm --out leaf-timm',
        '  npm run csdnet -- export cotton.safetensors --to web --out public/cotton --overwrite',
      ].join('\n'),
    )
    .action(exportModel);
}
