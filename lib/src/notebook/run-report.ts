/** The report on one run: how often it is right and how sure that is, class by class, and what it mixes up. */
import { confusedPairs } from '../metrics';
import { label, layout, OKABE_ITO } from '../plots';
import type { Figure } from '../plots';
import { axis, GREY } from '../plots/theme';
import type { Table } from '../report';
import { boundsOf } from './accuracy-bars';
import { bothEnds } from './ends';
import type { LiveRun } from './train-live';

type Reported = Pick<LiveRun, 'evaluation' | 'epochs' | 'classNames' | 'split' | 'labels' | 'id' | 'config'>;

/** Accuracy with its interval beside guessing and beside the training images. */
export function runReportTable({ evaluation, epochs, classNames, split, id, config }: Reported): Table {
  const { images, top1, nll } = evaluation;
  const { low, high } = boundsOf(top1, images);
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const row = (what: string, value: string) => ({ what, value });
  return {
    title: `The report: split ${split}`,
    columns: [
      { key: 'what', title: 'What' },
      { key: 'value', title: 'Value', align: 'right' },
    ],
    rows: [
      row('accuracy', percent(top1)),
      row('95 % interval, from the number of images alone', `${percent(low)} to ${percent(high)}`),
      row('guessing', percent(1 / classNames.length)),
      row('accuracy on the training images', percent(epochs[epochs.length - 1]!.trainAccuracy)),
      row('negative log-likelihood', `${nll.toFixed(2)} nats; guessing ${Math.log(classNames.length).toFixed(2)}`),
      row('images', String(images)),
    ],
    notes: [`Last epoch of ${epochs.length}, seed ${config.seed}, raw image alone. Run ${id}.`],
  };
}

/** The share of each class's images that is named rightly, with its interval; the worst class on top. */
export function perClassFigure({ evaluation, classNames, labels, split, id }: Reported): Figure {
  const counts = classNames.map(() => 0);
  for (const one of labels) counts[one]! += 1;
  const all = evaluation.perClass
    .flatMap((share, c) => {
      if (share === null) return [];
      const { low, high } = boundsOf(share, counts[c]!);
      return [{ name: classNames[c]!, images: counts[c]!, share, low, high }];
    })
    .sort((a, b) => a.share - b.share);
  const { rows, note } = bothEnds(all);
  const y = rows.map((_, i) => i);
  const mean = 100 * evaluation.top1;
  const error = {
    ...({ type: 'data', symmetric: false, color: '#333333' } as const),
    array: rows.map(({ share, high }) => 100 * (high - share)),
    arrayminus: rows.map(({ share, low }) => 100 * (share - low)),
  };
  return {
    data: [
      {
        ...{ type: 'bar', orientation: 'h', x: rows.map(({ share }) => 100 * share), y, error_x: error },
        marker: { color: OKABE_ITO[5] },
        hovertemplate: '%{x:.0f} %<extra></extra>',
      },
    ],
    layout: layout('Accuracy of each class', {
      height: 140 + 26 * rows.length,
      xaxis: axis('Images named rightly (%)', { range: [0, 101] }),
      yaxis: axis('', {
        ...{ showgrid: false, range: [rows.length - 0.5, -0.5], tickvals: y },
        ticktext: rows.map(({ name, images }) => label(`${name} (${images})`, 34)),
      }),
      shapes: [
        {
          type: 'line',
          xref: 'x',
          yref: 'paper',
          x0: mean,
          x1: mean,
          y0: 0,
          y1: 1,
          line: { color: GREY, dash: 'dash' },
        },
      ],
    }),
    meta: {
      caption:
        `Split ${split}. In brackets: how many images of the class there are. The thin lines are 95 % intervals; with so few images a class they are wide, so ` +
        `most differences between two classes mean nothing. The dashed line is the accuracy over all images.${note}`,
      run: id,
    },
  };
}

/** The pairs of classes that are mixed up most. */
export function worstPairsTable({ evaluation, classNames, split, id }: Reported, count = 5): Table {
  const pairs = confusedPairs(evaluation.confusion, count);
  return {
    title: 'What is taken for what',
    columns: [
      { key: 'truth', title: 'It was' },
      { key: 'called', title: 'It was called' },
      { key: 'times', title: 'Times' },
      { key: 'share', title: 'Of its images', unit: '%', digits: 0 },
    ],
    rows: pairs.map(({ trueClass, predicted, count: times, rate }) => ({
      ...{ truth: classNames[trueClass]!, called: classNames[predicted]!, times, share: 100 * rate },
    })),
    notes: [`Split ${split}, run ${id}.`],
  };
}
