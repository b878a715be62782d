/** The gradient of cross-entropy as a picture: prediction minus target. */
import { layout, label, OKABE_ITO } from '../plots';
import type { BarTrace, Figure } from '../plots';
import { axis } from '../plots/theme';
import { softened } from './plain';
import { classifyGradient } from './plain-classify';

export interface PullOptions {
  readonly smoothing?: number;
  /** [classes] */
  readonly names?: readonly string[];
}

/**
 * One row of logits: the prediction softmax(z), the smoothed target t, and the gradient by the logits, which is their difference.
 *
 * @throws RangeError where the label is no class
 */
export function pullFigure(
  logits: readonly number[],
  target: number,
  { smoothing = 0, names }: PullOptions = {},
): Figure {
  const classes = names ?? logits.map((_, c) => `class ${c}`);
  const [gradient] = classifyGradient([logits], [target], smoothing);
  const wanted = logits.map((_, c) => (c === target ? 1 - smoothing : 0) + smoothing / logits.length);
  const bars = (name: string, y: readonly number[], color: string): BarTrace => ({
    ...{ type: 'bar', name, x: classes.map((one) => label(one)), y, marker: { color } },
    hovertemplate: '%{x}: %{y:.3f}<extra>' + name + '</extra>',
  });
  return {
    data: [
      bars('prediction', softened(logits, 1), OKABE_ITO[0]),
      bars('target', wanted, OKABE_ITO[2]),
      bars('gradient = prediction - target', gradient!, OKABE_ITO[1]),
    ],
    layout: layout('What cross-entropy asks of each logit', {
      height: 360,
      barmode: 'group',
      showlegend: true,
      xaxis: axis('Class', { type: 'category', showgrid: false }),
      yaxis: axis('Probability, and gradient by the logit', {
        range: [-1.05, 1.05],
        zeroline: true,
        zerolinecolor: '#999999',
      }),
    }),
    meta: {
      caption:
        'Training moves each logit against its gradient: a bar above zero pushes the logit down, a bar below zero pulls it up. The gradients sum to zero.',
    },
  };
}
