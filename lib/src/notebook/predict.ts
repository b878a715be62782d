/** The figure of one image and what a model says of it. */
import { label, layout, OKABE_ITO, pngDataUri } from '../plots';
import type { Figure } from '../plots';
import { axis, GREY, hiddenAxis } from '../plots/theme';
import type { Prediction } from '../predict';

/** The image beside its likeliest classes; the true class is green where it is among them. */
export function predictionFigure(
  { sample, seen, probabilities }: Prediction,
  { names, top = 5 }: { readonly names: readonly string[]; readonly top?: number },
): Figure {
  const ranked = probabilities.map((p, c) => ({ p, c })).sort((a, b) => b.p - a.p);
  const shown = ranked.slice(0, top);
  const place = ranked.findIndex(({ c }) => c === sample.label) + 1;
  const y = shown.map((_, i) => i);
  const truth = names[sample.label] ?? `class ${sample.label}`;
  return {
    data: [
      {
        ...{ type: 'bar', orientation: 'h', xaxis: 'x2', yaxis: 'y2', x: shown.map(({ p }) => 100 * p), y },
        marker: { color: shown.map(({ c }) => (c === sample.label ? OKABE_ITO[2] : GREY)) },
        hovertemplate: '%{x:.1f} %<extra></extra>',
      },
    ],
    layout: layout(`It is ${truth}`, {
      ...{ width: 780, height: 320 },
      images: [
        {
          ...{ source: pngDataUri(seen), xref: 'x', yref: 'y', x: 0, y: 1, sizex: 1, sizey: 1 },
          ...{ sizing: 'stretch', layer: 'below' },
        },
      ],
      xaxis: hiddenAxis({ domain: [0, 0.28], range: [0, 1], anchor: 'y' }),
      yaxis: hiddenAxis({ range: [0, 1], anchor: 'x', scaleanchor: 'x', constrain: 'domain' }),
      xaxis2: axis('Probability (%)', { domain: [0.55, 1], range: [0, 100], anchor: 'y2' }),
      yaxis2: axis('', {
        ...{ showgrid: false, anchor: 'x2', range: [shown.length - 0.5, -0.5], tickvals: y },
        ticktext: shown.map(({ c }) => label(names[c] ?? `class ${c}`, 26)),
      }),
    }),
    meta: {
      caption:
        `The image as the network sees it, and its ${shown.length} likeliest classes. Green is the true class; here it stands in place ${place} of ${names.length}. ` +
        'A long bar says that the network is sure, not that it is right.',
    },
  };
}
