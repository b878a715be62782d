/** What a live run shows: its curves, and its accuracy beside chance. */
import type { Config } from '../config';
import { layout, OKABE_ITO, trainingCurves } from '../plots';
import type { BarTrace, Curve, Figure, Trace } from '../plots';
import { axis } from '../plots/theme';
import type { EpochMetrics } from '../train';
import type { LiveRun } from './train-live';

/** What the terms are called in the paper. */
const TERM_NAMES: Readonly<Record<string, string>> = {
  classify: 'cross-entropy',
  contrast: 'DDL',
  distill: 'SSDT',
};

const COLOURS: Readonly<Record<string, string>> = {
  'cross-entropy': OKABE_ITO[6],
  DDL: OKABE_ITO[0],
  SSDT: OKABE_ITO[1],
  accuracy: OKABE_ITO[2],
};

/** A curve in the colour of its module. */
function recolour(trace: Trace): Trace {
  const color = COLOURS[trace.name ?? ''];
  return trace.type === 'scatter' && color !== undefined ? { ...trace, line: { ...trace.line, color } } : trace;
}

/** The terms of the loss and the training accuracy, epoch by epoch. */
export function epochCurves(epochs: readonly EpochMetrics[], config: Config, run?: string): Figure {
  const curve = (variant: string, value: (epoch: EpochMetrics) => number): Curve => ({
    ...{ variant, seed: config.seed },
    x: epochs.map(({ epoch }) => epoch),
    y: epochs.map(value),
  });
  const terms = config.objective.map(({ kind }) => curve(TERM_NAMES[kind] ?? kind, (epoch) => epoch.terms[kind] ?? 0));
  const figure = trainingCurves(
    [
      { yTitle: 'Loss term, before its weight', curves: terms },
      {
        yTitle: 'Training accuracy (%)',
        scale: 100,
        range: [0, 100],
        curves: [curve('accuracy', (epoch) => epoch.trainAccuracy)],
      },
    ],
    {
      ...{ title: 'The live run', band: 'none' },
      caption:
        'Left: the three terms of the objective by epoch. Right: the share of training images, under augmentation, that the model names rightly.',
      ...(run === undefined ? {} : { run }),
    },
  );
  return { ...figure, data: figure.data.map((trace) => recolour(trace)) };
}

/** The curves of a live run. */
export const liveCurves = ({ epochs, config, id }: LiveRun): Figure => epochCurves(epochs, config, id);

/** Half the width of the 95 % interval that the number of test images alone allows (normal approximation). */
const sampling = (share: number, images: number): number => 1.96 * Math.sqrt((share * (1 - share)) / images);

/** Top-1 and top-5 accuracy on the test images, each beside what guessing earns. */
export function chanceFigure({ evaluation, classNames, split, id, config }: LiveRun): Figure {
  const { images, top1, top5 } = evaluation;
  const classes = classNames.length;
  const x = ['top-1', `top-${Math.min(5, classes)}`];
  const bars = (name: string, color: string, shares: readonly number[]): BarTrace => ({
    ...{ type: 'bar', name, x, y: shares.map((share) => 100 * share), marker: { color } },
    hovertemplate: '%{x}: %{y:.1f} %<extra>' + name + '</extra>',
  });
  const model = bars('after training', OKABE_ITO[0], [top1, top5]);
  const error = {
    type: 'data',
    array: [top1, top5].map((share) => 100 * sampling(share, images)),
    color: '#333333',
  } as const;
  const chance = bars('guessing', '#767676', [1 / classes, Math.min(5, classes) / classes]);
  return {
    data: [chance, { ...model, error_y: error }],
    layout: layout(`Accuracy on ${images} test images of ${classes} classes`, {
      height: 380,
      barmode: 'group',
      showlegend: true,
      xaxis: axis('Is the right class the first, or among the first five?', { type: 'category', showgrid: false }),
      yaxis: axis('Test accuracy (%)', { range: [0, 100] }),
    }),
    meta: {
      caption:
        `Split ${split}, seed ${config.seed}, last epoch. The thin line is the 95 % interval that this number of test images allows; ` +
        'another seed moves the bar as well.',
      run: id,
    },
  };
}
