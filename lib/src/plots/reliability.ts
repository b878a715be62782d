/** Confidence beside accuracy: is a model that says 80 % right four times of five? */
import type { Calibration, ConfidenceBin } from '../metrics/calibration';
import { shareInterval } from '../metrics/proportion';
import type { BarTrace, Figure, ScatterTrace } from './figure';
import { axis, GREY, layout, OKABE_ITO } from './theme';

export interface ReliabilityOptions {
  readonly title?: string;
  readonly run?: string;
}

const told = ({ low, high }: ConfidenceBin): string => `${(100 * low).toFixed(0)}\u2013${(100 * high).toFixed(0)}`;

/** Accuracy of each bin that holds images, at its mean confidence, with Wilson's interval. */
function accuracies(bins: readonly ConfidenceBin[]): ScatterTrace {
  const held = bins.filter(({ count }) => count > 0);
  const intervals = held.map(({ right, count }) => shareInterval(right, count));
  return {
    ...({ type: 'scatter', mode: 'markers', name: 'accuracy of a bin', xaxis: 'x', yaxis: 'y' } as const),
    x: held.map(({ confidence }) => 100 * confidence!),
    y: held.map(({ accuracy }) => 100 * accuracy!),
    marker: { color: OKABE_ITO[0], size: 9 },
    error_y: {
      ...({ type: 'data', symmetric: false, color: OKABE_ITO[0], thickness: 1.5, width: 4 } as const),
      array: intervals.map(({ mean, high }) => 100 * (high - mean)),
      arrayminus: intervals.map(({ mean, low }) => 100 * (mean - low)),
    },
    text: held.map((bin) => `${told(bin)} % sure: ${bin.right} of ${bin.count} right`),
    hovertemplate: '%{text}<extra></extra>',
  };
}

/** Images of each bin, named rightly or wrongly. */
function counts(bins: readonly ConfidenceBin[], name: 'right' | 'wrong', color: string): BarTrace {
  return {
    ...({ type: 'bar', name, xaxis: 'x2', yaxis: 'y2' } as const),
    x: bins.map(told),
    y: bins.map(({ count, right }) => (name === 'right' ? right : count - right)),
    marker: { color },
    hovertemplate: `%{y} images ${name}<extra></extra>`,
  };
}

/**
 * Two panels: accuracy against confidence in bins, with the diagonal on which a calibrated model lies; and how many images each bin holds.
 *
 * Errors: RangeError where there is no image at all.
 */
export function reliabilityDiagram({ bins, ece, gap }: Calibration, options: ReliabilityOptions = {}): Figure {
  if (bins.every(({ count }) => count === 0)) throw new RangeError('reliabilityDiagram: there is no image in any bin');
  const diagonal: ScatterTrace = {
    ...({
      type: 'scatter',
      mode: 'lines',
      name: 'as right as sure',
      xaxis: 'x',
      yaxis: 'y',
      hoverinfo: 'skip',
    } as const),
    ...{ x: [0, 100], y: [0, 100], line: { color: GREY, dash: 'dash' } },
  };
  const much = (100 * Math.abs(gap)).toFixed(1);
  return {
    data: [diagonal, accuracies(bins), counts(bins, 'right', OKABE_ITO[2]), counts(bins, 'wrong', OKABE_ITO[1])],
    layout: layout(options.title ?? 'Sure and right?', {
      ...{ height: 420, barmode: 'group', bargap: 0.15, showlegend: true, margin: { t: 70 } },
      legend: { orientation: 'h', x: 0, xanchor: 'left', y: 1.01, yanchor: 'bottom' },
      xaxis: axis('Confidence (%)', { domain: [0, 0.46], anchor: 'y', range: [-3, 103] }),
      yaxis: axis('Accuracy (%)', { anchor: 'x', range: [-3, 103] }),
      xaxis2: axis('Confidence (%)', {
        domain: [0.54, 1],
        anchor: 'y2',
        type: 'category',
        showgrid: false,
        tickangle: -90,
      }),
      yaxis2: axis('Test images', { anchor: 'x2', rangemode: 'tozero' }),
    }),
    meta: {
      caption:
        'Left: a point below the dashed line is a bin whose predictions are surer than they are right; bars are 95 % intervals of few images. ' +
        `Right: how many images each bin holds. Expected calibration error ${(100 * ece).toFixed(1)} %; on the whole ${much} points too ` +
        `${gap > 0 ? 'sure' : 'unsure'}.`,
      ...(options.run === undefined ? {} : { run: options.run }),
    },
  };
}
