/**
 * The card of a trained model: what it is, what it was trained on, how well it does and by which count, what it is not for, how to load it. Markdown
 * with the head that the Hugging Face hub reads. Text alone: no tensor is needed, and no path of the machine gets in.
 */
import { recipeLines, shareable } from '../config';
import { withoutControls } from '../core/text';
import type { Evaluation } from '../train';
import type { SavedModel } from './model-file';

/** What a card takes from the record of the run that made the model. */
export interface CardRun {
  readonly dataset: {
    readonly name: string;
    readonly fingerprint: string;
    readonly classes: number;
    readonly train: number;
    readonly tests: Readonly<Record<string, number>>;
    /** What a reader of results must know of the data. */
    readonly notes?: readonly string[];
  };
  /** By test split. */
  readonly evaluation: Readonly<Record<string, Evaluation>>;
  readonly provenance: Readonly<
    Record<'csdnet' | 'node' | 'tfjs' | 'tensorflow' | 'device' | 'cpu' | 'threads', string>
  > & { readonly commit: string | null };
}

/** Where the card lies: in a folder for timm, in one for TensorFlow.js, or beside our own file of that name. */
export type CardForm = { readonly kind: 'timm' | 'web' } | { readonly kind: 'csdnet'; readonly file: string };

type Model = Omit<SavedModel, 'values'>;

/** Tells a card of ours from a README that somebody wrote. */
export const CARD_MARK = '# Written by csdnet: a model card.';

/** How many classes at either end are named. */
const ENDS = 5;

const percent = (share: number): string => (100 * share).toFixed(1);

/** Makes text literal in Markdown. */
const literal = (text: string): string =>
  withoutControls(text)
    .replace(/[\\`*_[\]|~#$]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/\s+/g, ' ');

const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? ':---' : '---:'))), ...rows.map(line)];
};

const datasetName = ({ config }: Model, run: CardRun | undefined): string =>
  run?.dataset.name ?? shareable(config).dataset.name;

const LIBRARIES: Readonly<Record<CardForm['kind'], readonly string[]>> = {
  timm: ['library_name: timm'],
  web: ['library_name: tfjs'],
  csdnet: [],
};

/** The head that the hub reads. Texts are JSON, which YAML reads alike. */
function head(model: Model, form: CardForm, run: CardRun | undefined): readonly string[] {
  const text = (value: string): string => JSON.stringify(value);
  const name = datasetName(model, run);
  const results = Object.entries(run?.evaluation ?? {}).flatMap(([split, { top1 }]) => [
    '  - task: {type: image-classification}',
    `    dataset: {name: ${text(name)}, type: ${text(name)}, split: ${text(split)}}`,
    `    metrics: [{type: accuracy, value: ${top1}, name: "Top-1, last epoch, one seed"}]`,
  ]);
  return [
    '---',
    CARD_MARK,
    ...LIBRARIES[form.kind],
    'pipeline_tag: image-classification',
    `tags: [image-classification, fine-grained, csdnet${form.kind === 'csdnet' ? '' : `, ${form.kind === 'web' ? 'tfjs' : 'timm'}`}]`,
    'license: unknown',
    ...(results.length > 0 ? ['model-index:', `- name: ${text(`csdnet-${name}`)}`, '  results:', ...results] : []),
    '---',
  ];
}

function about({ config, classes, run: id, weights }: Model, run: CardRun | undefined): readonly string[] {
  const { kind } = config.backbone;
  const start = weights === undefined ? 'random numbers' : `ImageNet weights (fingerprint \`${weights}\`)`;
  return [
    '## What it is',
    '',
    `An image classifier of ${classes} classes: \`${kind}\` at ${config.input.imageSize} px, started from ${start}, trained with the modules of CSDNet ` +
      '(contrastive self-distillation for ultra-fine-grained images; arXiv 2311.06056) as the recipe below has them. Prediction uses the raw image ' +
      'alone: nothing is added to the network.',
    '',
    'This is a **reconstruction**: no official code is known, and the equations and settings of the paper were not at hand. It is not the model ' +
      "of the paper, and its scores are not the paper's.",
    '',
    `Run: ${id === undefined ? 'not recorded' : `\`${id}\``}, seed ${config.seed}.${run ? '' : ' The record of this run was not there when the card was written.'}`,
  ];
}

/** Whether the run was scored on a part of its training images. */
const isSelection = ({ config }: Model): boolean => config.dataset.validation !== 'none';

const DRAWN = /^leaf(20|80)$/;

function data(model: Model, run: CardRun | undefined): readonly string[] {
  const name = datasetName(model, run);
  const { trainPerClass } = model.config.dataset;
  const counts = run
    ? [
        `${run.dataset.train} training images of ${run.dataset.classes} classes` +
          `${trainPerClass === 'all' ? '' : ` (${trainPerClass} a class, drawn by the seed)`}; ` +
          `${isSelection(model) ? 'held-out training images' : 'test images'}: ${Object.entries(run.dataset.tests)
            .map(([split, n]) => `${n} in ${split}`)
            .join(', ')}. ` + // prettier-ignore
          `SHA-256 of names, labels and file sizes: \`${run.dataset.fingerprint}\`.`,
      ]
    : [`${model.classes} classes, training images a class: ${trainPerClass}.`];
  const drawn = DRAWN.test(name)
    ? ['', 'Its images are drawn by a program: what the model does with them says nothing about photographs of leaves.']
    : [];
  const notes = (run?.dataset.notes ?? []).flatMap((note) => ['', `Of the data: ${literal(note)}.`]);
  return ['## Trained on', '', `**${literal(name)}**: ${counts.join('')}`, ...drawn, ...notes];
}

/** The best and the worst classes of a split, with how many images they rest on. */
function extremes({ classNames }: Model, split: string, { perClass, confusion }: Evaluation): readonly string[] {
  const images = new Map<number, number>();
  for (const [t, , n] of confusion) images.set(t, (images.get(t) ?? 0) + n);
  const scored = perClass
    .flatMap((share, c) => (share === null ? [] : [{ c, share }]))
    .sort((a, b) => a.share - b.share || a.c - b.c);
  if (scored.length < 2) return [];
  const count = Math.min(ENDS, Math.floor(scored.length / 2));
  const row = ({ c, share }: { c: number; share: number }): string[] => [
    literal(classNames[c]!),
    percent(share),
    String(images.get(c) ?? 0),
  ];
  const worst = scored.slice(0, count);
  const best = scored.slice(-count).reverse();
  return [
    '',
    `The ${count} worst and the ${count} best classes (${literal(split)}); with so few images a class, single classes are hints:`,
    '',
    ...table(['Class', 'Right (%)', 'Images'], [...worst.map(row), ['...', '', ''], ...best.map(row)]),
  ];
}

function scores(model: Model, run: CardRun | undefined): readonly string[] {
  if (!run)
    return [
      '## Scores',
      '',
      'Not known here: the record of the run was not there. `csdnet train` prints and keeps them.',
    ];
  const splits = Object.entries(run.evaluation);
  const rows = splits.map(([split, { images, top1, top5, nll }]) => [
    literal(split),
    String(images),
    percent(top1),
    model.classes > 5 ? percent(top5) : 'trivial',
    nll.toFixed(3),
  ]);
  const chance = percent(1 / model.classes);
  const chosen = isSelection(model)
    ? `scored on training images that were held out (${model.config.dataset.validation}), no test image was read`
    : 'no choice was made on the test images';
  return [
    '## Scores',
    '',
    ...table(['Split', 'Images', 'Top-1 (%)', 'Top-5 (%)', 'NLL (nats)'], rows),
    '',
    `Protocol: the last epoch, one seed (${model.config.seed}), whole unaugmented images; ${chosen}. Chance is ${chance} %. ` +
      'Another seed gives another number, often by points: do not hold this one against a single number of somebody else, least of all one that ' +
      'was the best of many epochs on the test images.',
    ...splits.slice(0, 1).flatMap(([split, evaluation]) => extremes(model, split, evaluation)),
  ];
}

const limits = ({ classes }: Model, run: CardRun | undefined): readonly string[] => [
  '## For what, and for what not',
  '',
  '- For studying fine-grained classification: comparing recipes, looking at errors, teaching.',
  '- Not for decisions that nobody checks (identifying seed, plant protection, breeding, trade).',
  `- It was trained on ${run ? `${run.dataset.train} images` : 'few images'}. Another camera, light, season or background was not tested.`,
  `- It always names one of its ${classes} classes, also for a picture of something else; its probabilities were not calibrated.`,
  '- The code is MIT. Whether the weights may be passed on depends on the terms of the images and of the first weights: state a licence only when ' +
    'you know them.',
];

function load(model: Model, form: CardForm): readonly string[] {
  const { imageSize, fit, testCrop } = model.config.input;
  const view = `${fit === 'cover' ? 'the centre square' : 'the image, squashed to a square'}${testCrop < 1 ? `, of that the middle ${percent(testCrop)} % of its side` : ''}, resized to ${imageSize} x ${imageSize}`; // prettier-ignore
  const code: Readonly<Record<CardForm['kind'], readonly string[]>> = {
    timm: [
      '```python',
      'import timm',
      "model = timm.create_model('local-dir:FOLDER', pretrained=True).eval()  # FOLDER: where this file lies",
      'transform = timm.data.create_transform(**timm.data.resolve_model_data_config(model), is_training=False)',
      '```',
    ],
    web: [
      '```js',
      "const model = await tf.loadGraphModel('FOLDER/model.json'); // FOLDER: where this file is served",
      `const { probabilities } = model.predict(images); // float32 [n, ${imageSize}, ${imageSize}, 3], RGB from 0 to 255`,
      '```',
    ],
    csdnet: [
      '```sh',
      `npm run csdnet -- export ${form.kind === 'csdnet' ? JSON.stringify(form.file) : ''} --to web --out FOLDER   # or --to timm, where timm has the network`,
      '```',
    ],
  };
  const beside =
    form.kind === 'csdnet'
      ? ''
      : ' `check.json` holds a picture as a formula and its logits, to see that the numbers are the same.';
  return ['## How to load it', '', ...code[form.kind], '', `It sees ${view}.${beside}`];
}

/** What is told of a run's machine and versions: nothing else of its provenance is meant for others. */
const TOLD = ['csdnet', 'commit', 'tensorflow', 'tfjs', 'node', 'device', 'cpu', 'threads'] as const;

function versions({ createdBy }: Model, run: CardRun | undefined): string {
  const made = run ? TOLD.map((name) => [name, run.provenance[name]] as const) : Object.entries(createdBy);
  return made.map(([name, value]) => `${name} ${value || 'unknown'}`).join('; ');
}

/**
 * The card as Markdown. Without the run's record it says that counts and scores are not known.
 *
 * @param run the record of the run that made the model
 */
export function modelCard(model: Model, form: CardForm, run?: CardRun): string {
  const name = literal(datasetName(model, run));
  const lines = [
    ...head(model, form, run),
    '',
    `# ${name}: ${model.config.backbone.kind}, CSDNet (reconstruction)`,
    '',
    ...about(model, run),
    '',
    ...data(model, run),
    '',
    ...scores(model, run),
    '',
    ...limits(model, run),
    '',
    ...load(model, form),
    '',
    '## The whole recipe',
    '',
    '```',
    ...recipeLines(shareable(model.config)),
    '```',
    '',
    `Made with: ${literal(versions(model, run))}.`,
  ];
  return `${lines.join('\n')}\n`;
}
