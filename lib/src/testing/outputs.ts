/** Everything that shows names from outside, made with given names: for the tests that no name is more than text. */
import { TABLES } from '../ablation/tables';
import { planRuns } from '../ablation/plan';
import { summarizeRuns } from '../ablation/results';
import { preset } from '../config';
import { modelCard } from '../export/card';
import { tInterval } from '../metrics/interval';
import {
  accuracyBars,
  answerHtml,
  confusedTable,
  confusionFigure,
  linesFigure,
  perClassFigure,
  predictionFigure,
} from '../notebook';
import { pullFigure } from '../notebook/pull-figure';
import { progressHtml } from '../notebook/progress';
import { softFigure } from '../notebook/soft-figure';
import { spreadFigure } from '../notebook/spread-figure';
import * as plots from '../plots';
import type { Figure } from '../plots';
import { atlasHtml, linkedConfusionHtml } from '../report';
import { tablePageHtml } from '../report/page';
import { imagesHtml, tableHtml } from '../report/show';
import { toCsv, toLatex, toMarkdown } from '../report/table';
import type { Table } from '../report/table';
import { runRecord } from './records';

export interface Outputs {
  /** Pieces of HTML and whole pages. */
  readonly html: Readonly<Record<string, string>>;
  readonly figures: Readonly<Record<string, Figure>>;
  readonly table: Table;
  readonly markdown: string;
  readonly latex: string;
  readonly csv: string;
  readonly card: string;
}

const PIXEL = 'data:image/png;base64,iVBORw0KGgo=';
const image = { width: 2, height: 2, data: new Uint8Array(2 * 2 * 3) };

/** One name for two classes, and wherever else a name may stand. */
type Two = readonly [string, string];

/** What the library draws. */
function plotsOf(names: Two): Record<string, Figure> {
  const [one, two] = names;
  const interval = tInterval([0.4, 0.5, 0.6]);
  const scores = names.map((variant, i) => ({ variant: `${i}${variant}`, values: [0.5, 0.5 + i / 10, 0.6] }));
  const curves = names.map((variant, i) => ({ variant: `${i}${variant}`, seed: 1, x: [1, 2], y: [1, 0.5] }));
  const counts = [[3, 1], [0, 4]]; // prettier-ignore
  const dot = { name: one, symbol: 'circle', colour: '#000000', bars: true } as const;
  const points = names.map((hover, i) => ({ x: i, y: i, label: i, hover }));
  return {
    bars: plots.ablationBars(scores, { title: one, reference: scores[0]!.variant }),
    difference: plots.differencePlot(scores, scores[0]!, { title: one }),
    curves: plots.trainingCurves([{ yTitle: 'Loss', curves }], { title: one }),
    dots: plots.dotPanels([{ xTitle: 'x', values: [[interval, null]] }], { title: one, kinds: [dot], rows: names, caption: two }), // prettier-ignore
    lines: plots.intervalLines([{ name: one, points: [{ x: 1, interval }] }], {
      title: two,
      xTitle: 'x',
      caption: one,
    }),
    intervals: plots.intervalRows([{ name: one, group: two, interval }], { title: one, xTitle: 'x', caption: one, groups: [{ name: two, colour: '#000000', symbol: 'circle' }] }), // prettier-ignore
    confusion: plots.confusionHeatmap(counts, { names, title: two }),
    change: plots.confusionChange(counts, counts, { names, title: two }),
    map: plots.embeddingScatter(points, { names, title: one }),
    panels: plots.mapPanels([{ title: one, note: two, points: points.map(({ label, ...at }) => ({ ...at, group: label })) }], { title: one, groupNames: names, caption: two }), // prettier-ignore
    views: plots.viewGrid(
      [
        [
          { image, label: one },
          { image, label: two },
        ],
      ],
      { title: one, rowLabels: [two] },
    ),
  };
}

/** What the notebooks draw. */
function notebookFigures(names: Two): Record<string, Figure> {
  const [one, two] = names;
  const guesses = {
    ...{ name: one, run: 'r', split: two, classNames: names, families: [0, 1], samples: [], labels: [0, 1] },
    ...{ predictions: [0, 1], right: [1, 1], probabilities: [[1, 0], [0, 1]], confidences: [1, 1], counts: [[1, 0], [0, 1]] }, // prettier-ignore
  };
  const config = preset('tiny');
  const { evaluation } = runRecord(config, 0.5);
  const sample = { file: one, name: one, label: 1 };
  return {
    guesses: confusionFigure(guesses),
    perClass: perClassFigure({ evaluation: evaluation.test!, epochs: [], classNames: names, labels: [0, 1], split: two, id: 'r', config }), // prettier-ignore
    prediction: predictionFigure({ sample, seen: image, probabilities: [0.4, 0.6] } as unknown as Parameters<typeof predictionFigure>[0], { names }), // prettier-ignore
    accuracies: accuracyBars([{ name: one, shares: [0.5, 0.5], images: 4 }], {
      groups: names,
      title: one,
      caption: two,
    }),
    rows: spreadFigure([{ name: one, values: [0.4, 0.5, 0.6] }], { title: two, xTitle: 'x', caption: one, line: { at: 0.5, name: two } }), // prettier-ignore
    numbers: linesFigure({ [one]: [1, 2] }, { x: [1, 2], title: two, xTitle: 'x', yTitle: 'y', caption: one }),
    soft: softFigure([1, 2], [2, 1], { names }),
    pull: pullFigure([1, 2], 0, { names }),
  };
}

const tableOf = ([one, two]: Two): Table => ({
  title: one,
  columns: [{ key: 'a', title: two }, { key: 'b', title: 'b', unit: one }, { key: 'c', title: 'c' }], // prettier-ignore
  rows: [{ a: one, b: two, c: -1 }, { a: two, b: null, c: 2 }], // prettier-ignore
  notes: [`A note on ${one}`, two],
});

/** The page of a table whose classes, dataset and files have these names. */
function pageOf(names: Two, table: Table, figure: Figure): string {
  const full = preset('tiny', { dataset: { name: names[0] } });
  const variants = TABLES.modules.variants(full);
  const sources = () => ({ dataset: 'f', weights: null });
  const runs = planRuns(variants, [1, 2], { sources, find: () => undefined }).map((run) => {
    const record = runRecord(run.config, 0.5);
    return { ...run, record: { ...record, dataset: { ...record.dataset, name: names[0], notes: [names[1]] } } };
  });
  const results = summarizeRuns(TABLES.modules, variants, runs)!;
  const mistake = { name: names[1], truth: names[0], called: names[1], probability: 0.9, trueProbability: 0.1, picture: PIXEL }; // prettier-ignore
  return tablePageHtml({
    ...{ results, full, classNames: names, command: `npm run reproduce -- --dataset ${names[0]}`, tables: [table] },
    ...{ sentences: [names[0]], published: table, map: { figure, note: names[1] }, linked: linkedOf(names) },
    mistakes: { items: [mistake], wrong: 1, images: 2, run: 'r' },
  });
}

const linkedOf = (names: Two) => ({
  ...{ title: names[0], names, boundaries: [1], counts: [[1, 1], [0, 2]], pictures: [PIXEL], training: [[0], [0]] }, // prettier-ignore
  guesses: [{ picture: 0, truth: 0, predicted: 1, probabilities: [0.1, 0.9] as const }],
});

const atlasOf = (names: Two): string => {
  const items = names.map((name, label) => ({ label, split: 'test', name, thumbnail: PIXEL }));
  const frame = { variant: names[0], epoch: 1, places: [0, 0, 1, 1], rows: [], note: names[1] };
  return atlasHtml({ title: names[0], classNames: names, groupNames: names, groupOf: [0, 1], items, frames: [frame] });
};

function cardOf(names: Two): string {
  const config = preset('tiny', { dataset: { name: names[0] } });
  const { evaluation, dataset, provenance } = runRecord(config, 0.5);
  const run = {
    dataset: { ...dataset, name: names[0], notes: [names[1]] },
    evaluation: { [names[1]]: evaluation.test! },
  };
  const model = { config, classes: 2, classNames: names, createdBy: {}, run: 'r' };
  return modelCard(model, { kind: 'timm' }, { ...run, provenance: { ...provenance, cpu: names[1] } });
}

/** Every kind of output with a class, a file, a dataset, a variant and a note of these names. */
export function outputsWith(names: Two): Outputs {
  const figures = { ...plotsOf(names), ...notebookFigures(names) };
  const table = tableOf(names);
  const [one, two] = names;
  return {
    html: {
      table: tableHtml(table),
      images: imagesHtml([{ image, label: one }]),
      progress: progressHtml(0.5, two),
      answer: answerHtml('wrong', one),
      confused: tableHtml(confusedTable({ counts: [[0, 1], [1, 0]], classNames: names, families: [0, 0] } as unknown as Parameters<typeof confusedTable>[0])), // prettier-ignore
      linked: linkedConfusionHtml(linkedOf(names)),
      atlas: atlasOf(names),
      page: pageOf(names, table, figures.map!),
    },
    ...{ figures, table, card: cardOf(names) },
    ...{ markdown: toMarkdown(table), latex: toLatex(table), csv: toCsv(table) },
  };
}

/** Names as an attacker, a spreadsheet, a terminal and a careless person would write them. */
export const HOSTILE: readonly string[] = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</script><svg onload=alert(1)>',
  '<a href="javascript:alert(1)">x</a>',
  '&lt;img src=x onerror=alert(1)&gt;',
  '](javascript:alert(1))',
  '[x](javascript:alert(1))',
  '![x](http://127.0.0.1/x.png)',
  '| a | b |',
  '`code`',
  '```',
  '**bold** _i_ ~~s~~',
  'two\nlines\r\nmore',
  '\n# head',
  '\u202eright to left\u2066',
  '\u200fright',
  '$\\LaTeX$',
  '\\input{/etc/passwd}',
  '$$x$$',
  "=cmd|' /C calc'!A0",
  '@SUM(1+1)',
  '+1+cmd|x',
  '-2+3+cmd|x',
  "'=1+1",
  '\u001b[31mred\u001b]0;title\u0007',
  '\u009b31m',
  '%{x} %{customdata} ${a}',
  '{{ x }} <%= x %>',
  'javascript:alert(1)',
  '--\\[a]*',
];
