/** DDL's pairs as pictures: what each costs, and where it moves an image in the plane. */
import { layout, OKABE_ITO } from '../plots';
import type { Annotation, Figure, HeatmapTrace, ScatterTrace } from '../plots';
import type { Scale } from '../plots/figure';
import { axis, GREY } from '../plots/theme';
import type { Labelled } from './contrast-plain';
import { dot } from './rows';

/** A pair of an image and a row of the queue under the margin loss. */
interface PairCost {
  readonly s: number;
  readonly kind: 'pull' | 'push' | 'free';
  /** Before the division by |Q|. */
  readonly cost: number;
}

function pairCost(s: number, same: boolean, margin: number): PairCost {
  const cost = same ? 1 - s : Math.max(0, s - margin);
  return { s, cost, kind: cost < 1e-9 ? 'free' : same ? 'pull' : 'push' };
}

/** Pulls are negative and blue, pushes positive and orange: one scale, white in its middle. */
const PULL_PUSH: Scale = [
  [0, '#0072B2'],
  [0.5, '#ffffff'],
  [1, '#D55E00'],
];

/** Each pair of some images (rows) with the rows of a queue (columns): pull, push or nothing, and the cost before it is divided by |Q|. */
export function pairCostFigure(anchors: Labelled, queue: Labelled, margin: number): Figure {
  const pairs = anchors.features.map((f, i) =>
    queue.features.map((q, j) => pairCost(dot(f, q), anchors.labels[i] === queue.labels[j], margin)),
  );
  const words = { pull: 'pull', push: 'push', free: 'nothing' } as const;
  const text = pairs.map((row) =>
    row.map(({ s, kind, cost }) => `s = ${s.toFixed(2)}: ${words[kind]} ${cost.toFixed(2)}`),
  );
  const heat: HeatmapTrace = {
    ...{ type: 'heatmap', zmin: -1, zmax: 1, colorscale: PULL_PUSH, showscale: false, xgap: 3, ygap: 3 },
    z: pairs.map((row) => row.map(({ kind, cost }) => (kind === 'pull' ? -0.6 * cost : 0.6 * cost))),
    ...{ text, texttemplate: '%{text}', textfont: { size: 13 }, hovertemplate: '%{text}<extra></extra>' },
  };
  const name = (what: string) => (label: number, i: number) => `${what} ${i + 1}, class ${label}`;
  return {
    data: [heat],
    layout: layout(`What each pair costs at margin ${margin}`, {
      height: 120 + 56 * anchors.labels.length,
      xaxis: axis('Row of the queue', {
        ...{ showgrid: false, range: [-0.5, queue.labels.length - 0.5] },
        ...{ tickvals: queue.labels.map((_, j) => j), ticktext: queue.labels.map(name('row')) },
      }),
      yaxis: axis('', {
        ...{ showgrid: false, range: [anchors.labels.length - 0.5, -0.5] },
        ...{ tickvals: anchors.labels.map((_, i) => i), ticktext: anchors.labels.map(name('image')) },
      }),
    }),
    meta: {
      caption:
        'Blue: a pair of one class, pulled together; its cost is 1 − s. Orange: a pair of two classes above the margin, pushed apart; its cost is ' +
        's − ξ. White: it costs nothing and moves nothing. The loss of an image is the sum of its line, divided by the number of rows.',
    },
  };
}

/** A line with a head, as one trace. */
function arrow(
  from: readonly number[],
  by: readonly number[],
  style: { name: string; color: string; width: number },
): ScatterTrace {
  const [x, y] = [from[0]! + by[0]!, from[1]! + by[1]!];
  const length = Math.hypot(by[0]!, by[1]!);
  const back = Math.min(0.06, 0.4 * length) / (length || 1);
  const side = (turn: number): [number, number] => [
    x - back * (by[0]! + turn * by[1]!),
    y - back * (by[1]! - turn * by[0]!),
  ];
  const [a, b] = [side(0.5), side(-0.5)];
  return {
    ...{ type: 'scatter', mode: 'lines', name: style.name, hoverinfo: 'skip' },
    x: [from[0]!, x, a[0], x, b[0]],
    y: [from[1]!, y, a[1], y, b[1]],
    line: { color: style.color, width: style.width },
  };
}

const CIRCLE = Array.from({ length: 181 }, (_, i) => (i * Math.PI) / 90);

/** One image and its queue on the unit circle. */
export interface PlaneScene {
  /** Unit vector of two numbers. */
  readonly feature: readonly number[];
  readonly label: number;
  readonly queue: Labelled;
  readonly margin: number;
  /** dL/df; a step of training goes against it. */
  readonly gradient: readonly number[];
}

/** Where the margin loss moves an image: each pair's pull or push, and the step against the whole gradient, along the circle. */
export function planeFigure({ feature, label, queue, margin, gradient }: PlaneScene): Figure {
  const sizes = [feature, ...queue.features].map(({ length }) => length);
  if (sizes.some((size) => size !== 2))
    throw new RangeError(
      `planeFigure: features of ${sizes.join(', ')} numbers; give each two, so that they lie in the plane`,
    );
  const count = queue.labels.length;
  const forces = queue.features.map((q, j): ScatterTrace[] => {
    const same = queue.labels[j] === label;
    const { kind } = pairCost(dot(feature, q), same, margin);
    if (kind === 'free') return [];
    const by = q.map((v) => ((same ? 1 : -1) * v) / count);
    return [arrow(feature, by, { name: `row ${j + 1}: ${kind}`, color: OKABE_ITO[same ? 0 : 1], width: 2 })];
  });
  const dots = (same: boolean): ScatterTrace => {
    const own = queue.features.filter((_, j) => (queue.labels[j] === label) === same);
    const [x, y] = [own.map((q) => q[0]!), own.map((q) => q[1]!)];
    const marker = { size: 13, color: OKABE_ITO[same ? 0 : 1], symbol: same ? 'circle' : 'square' } as const;
    return { type: 'scatter', mode: 'markers', name: same ? 'row of its class' : 'row of another class', x, y, marker };
  };
  const names = queue.features.map((q, j): Annotation => ({
    ...{ text: `row ${j + 1}`, x: 1.18 * q[0]!, y: 1.18 * q[1]!, xref: 'x', yref: 'y', showarrow: false },
    ...{ xanchor: 'center', yanchor: 'middle' },
  }));
  const step = gradient.map((v) => -v);
  return {
    data: [
      {
        ...{ type: 'scatter', mode: 'lines', name: 'features of unit length', hoverinfo: 'skip' },
        ...{ x: CIRCLE.map(Math.cos), y: CIRCLE.map(Math.sin), line: { color: GREY, width: 1, dash: 'dot' } },
      },
      dots(true),
      dots(false),
      ...forces.flat(),
      arrow(feature, step, { name: 'the step: minus the gradient', color: '#000000', width: 4 }),
      {
        ...{ type: 'scatter', mode: 'markers', name: 'the image', x: [feature[0]!], y: [feature[1]!] },
        marker: { size: 15, color: '#000000', symbol: 'diamond' },
      },
    ],
    layout: layout(`Pull and push on one image, margin ${margin}`, {
      ...{ width: 720, height: 520, showlegend: true, annotations: names },
      xaxis: axis('First number of the feature', { range: [-1.3, 1.3] }),
      yaxis: axis('Second number of the feature', { range: [-1.3, 1.3], scaleanchor: 'x' }),
    }),
    meta: {
      caption:
        'Blue arrows point at rows of its own class, orange ones away from rows of other classes above the margin; each has the length 1 / |Q|, ' +
        'however near or far the row is. The black arrow is their sum along the circle, minus the gradient that the library computes.',
    },
  };
}
