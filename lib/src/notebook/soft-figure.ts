/** SSDT as a picture: what two views predict, at several temperatures. */
import { label, layout, OKABE_ITO } from '../plots';
import type { Axis, BarTrace, Figure } from '../plots';
import { axis } from '../plots/theme';
import { softened } from './plain';

export interface SoftOptions {
  readonly temperatures?: readonly number[];
  /** [classes] */
  readonly names?: readonly string[];
  readonly title?: string;
}

/** Between two panels, as a share of the width. */
const GAP = 0.08;

const VIEWS = [
  ['raw view (student)', OKABE_ITO[0]],
  ['augmented view (teacher)', OKABE_ITO[1]],
] as const;

/**
 * The two views' distributions over the classes, one panel a temperature, one bar a class and view.
 *
 * @param raw z, [classes]
 * @param augmented z', [classes]
 */
export function softFigure(raw: ArrayLike<number>, augmented: ArrayLike<number>, options: SoftOptions = {}): Figure {
  const { temperatures = [1, 4], title = 'Softened predictions of the two views' } = options;
  const names = options.names ?? Array.from(raw, (_, c) => `class ${c}`);
  const wide = (1 - GAP * (temperatures.length - 1)) / temperatures.length;
  const axes: Record<string, Axis> = {};
  const most = Math.max(...temperatures.flatMap((t) => [...softened(raw, t), ...softened(augmented, t)]));
  const data = temperatures.flatMap((temperature, k) => {
    const n = k === 0 ? '' : (String(k + 1) as '2');
    const domain: [number, number] = [k * (wide + GAP), k * (wide + GAP) + wide];
    const ticks = {
      tickangle: names.length > 6 ? -90 : 0,
      tickvals: names.map((_, c) => c),
      ticktext: names.map((one) => label(one, 14)),
      tickfont: { size: names.length > 12 ? 9 : 12 },
    };
    axes[`xaxis${n}`] = axis(`Class, at T = ${temperature}`, { domain, anchor: `y${n}`, showgrid: false, ...ticks });
    axes[`yaxis${n}`] = axis(k === 0 ? 'Probability' : '', { anchor: `x${n}`, range: [0, 1.05 * most] });
    return VIEWS.map(([name, color], v): BarTrace => ({
      ...{
        type: 'bar',
        name,
        legendgroup: name,
        showlegend: k === 0,
        marker: { color },
        xaxis: `x${n}`,
        yaxis: `y${n}`,
      },
      x: names.map((_, c) => c),
      y: softened(v === 0 ? raw : augmented, temperature),
      hovertemplate: `class %{x}: %{y:.3f}<extra>${name}, T = ${temperature}</extra>`,
    }));
  });
  return {
    data,
    layout: layout(title, { height: 400, barmode: 'group', showlegend: true, ...axes }),
    meta: {
      caption:
        'A higher temperature flattens both predictions: the small bars, which say what the image is like besides its class, become visible. ' +
        'SSDT asks the raw view to copy the augmented one.',
    },
  };
}
