import type { Data, Layout as PlotlyLayout } from 'plotly.js';
import { describe, expect, it } from 'vitest';
import { ablationBars } from './bars';
import { confusionHeatmap } from './confusion';
import { averageCurves, trainingCurves, type Curve } from './curves';
import { differencePlot } from './difference';
import { embeddingScatter } from './embedding';
import type { BarTrace, Figure, HeatmapTrace, Layout, ScatterTrace } from './figure';
import { pixelsOf } from './png';
import { viewGrid, viewRow } from './views';

/** Numbers with four significant digits, pictures by their length: a snapshot that does not break on the last bit. */
function rounded(figure: Figure): unknown {
  return JSON.parse(
    JSON.stringify(figure, (key, value: unknown) => {
      if (typeof value === 'number') return Number(value.toPrecision(4));
      return key === 'source' ? 'data:...' : value;
    }),
  );
}

const scores = [
  { variant: 'baseline', values: [0.5, 0.52, 0.54] },
  { variant: 'two views', values: [0.53, 0.52, 0.55] },
  { variant: 'full <b>', values: [0.58, 0.61, 0.6] },
];

const curve = (variant: string, seed: number, y: readonly number[]): Curve => ({
  variant,
  seed,
  x: [1, 2, 3].slice(0, y.length),
  y,
});

type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;

describe('figures', () => {
  it('are of the types of @types/plotly.js, readonly aside', () => {
    const data = (trace: Mutable<ScatterTrace | BarTrace>): Data => trace;
    // Plotly takes a matrix of texts for a heatmap; the types know a list alone.
    const heat = (trace: Mutable<Omit<HeatmapTrace, 'text'>>): Data => trace;
    const layout = (part: Mutable<Layout>): Partial<PlotlyLayout> => part;
    expect([data({ type: 'bar', x: [1], y: [2] }), heat({ type: 'heatmap', z: [[1]] }), layout({})]).toHaveLength(3);
  });

  it('survive JSON unchanged', () => {
    for (const figure of [
      ablationBars(scores),
      differencePlot(scores, scores[0]!),
      confusionHeatmap([
        [1, 0],
        [1, 2],
      ]),
    ])
      expect(JSON.parse(JSON.stringify(figure))).toEqual(figure);
  });
});

describe('ablationBars', () => {
  it('draws mean, interval, seeds and the reference', () => {
    expect(rounded(ablationBars(scores, { reference: 'baseline', run: 'a1b2' }))).toMatchSnapshot();
  });

  it('refuses an unknown reference, and nothing', () => {
    expect(() => ablationBars(scores, { reference: 'none' })).toThrow('there are baseline, two views');
    expect(() => ablationBars([])).toThrow('no variants');
  });

  it('draws no interval for one seed, and says so', () => {
    const { data, layout } = ablationBars([{ variant: 'lone', values: [0.5] }]);
    expect((data[1] as ScatterTrace).error_x).toMatchObject({ array: [0], arrayminus: [0] });
    expect(layout.annotations?.[0]?.text).toBe('50.0 (1 seed)');
  });
});

describe('differencePlot', () => {
  it('pairs seed by seed and leaves the reference out', () => {
    expect(rounded(differencePlot(scores, scores[0]!))).toMatchSnapshot();
  });

  it('says in the caption what the seeds can tell', () => {
    const caption = differencePlot(scores, scores[0]!).meta!.caption;
    expect(caption).toContain('two views: +1.3 points (95 % interval -2.5 to +5.1, 3 seeds): 3 seeds are too few');
    expect(caption).toContain('full <b>: +7.7 points');
    expect(() => differencePlot([scores[0]!], scores[0]!)).toThrow('beside the reference');
    expect(() => differencePlot([{ variant: 'x', values: [1] }], scores[0]!)).toThrow('same seeds');
  });
});

describe('trainingCurves', () => {
  const curves = [curve('full', 1, [2, 1, 0.5]), curve('full', 2, [1, 0.5, 0.3]), curve('base', 1, [2, 1.5])];

  it('averages what each epoch has', () => {
    expect(averageCurves(curves.slice(0, 2), 'range')).toEqual([
      { x: 1, mean: 1.5, low: 1, high: 2 },
      { x: 2, mean: 0.75, low: 0.5, high: 1 },
      { x: 3, mean: 0.4, low: 0.3, high: 0.5 },
    ]);
    expect(averageCurves(curves.slice(2), 'interval', 100)[1]).toEqual({ x: 2, mean: 150, low: null, high: null });
  });

  it('draws a panel each, one colour a variant, one legend', () => {
    const figure = trainingCurves([
      { yTitle: 'Loss (nats)', curves },
      { yTitle: 'Accuracy (%)', scale: 100, curves: [curve('base', 1, [0.1, 0.2])] },
    ]);
    expect(rounded(figure)).toMatchSnapshot();
    expect(figure.data.filter((t) => t.showlegend).map((t) => t.name)).toEqual(['full', 'base']);
  });

  it('refuses nothing, and curves that do not fit', () => {
    const curves = [{ variant: 'a', seed: 1, x: [1], y: [2] }];
    expect(trainingCurves([{ yTitle: '', curves }], { run: 'r', caption: 'Own words.' }).meta).toEqual({ caption: 'Own words.', run: 'r' }); // prettier-ignore
    expect(() => trainingCurves([])).toThrow('at least one panel');
    expect(() => trainingCurves([{ yTitle: '', curves: [{ variant: 'a', seed: 1, x: [1], y: [] }] }])).toThrow(
      '1 x against 0 y',
    );
  });
});

describe('confusionHeatmap', () => {
  it('writes numbers into few classes', () => {
    expect(
      rounded(
        confusionHeatmap(
          [
            [2, 1],
            [0, 0],
          ],
          { names: ['<script>', 'b'], boundaries: [1] },
        ),
      ),
    ).toMatchSnapshot();
  });

  it('leaves 80 classes to the colour and thins the ticks', () => {
    const counts = Array.from({ length: 80 }, (_, t) => Array.from({ length: 80 }, (__, p) => (t === p ? 3 : 0)));
    const { data, layout, meta } = confusionHeatmap(counts, { as: 'count' });
    const heat = data[0] as HeatmapTrace;
    expect(heat.text).toBeUndefined();
    expect(heat.zmax).toBe(3);
    expect(layout.xaxis?.tickvals).toHaveLength(16);
    expect(meta?.caption).toContain('240 of 240');
  });

  it('refuses what is not a square matrix', () => {
    expect(() => confusionHeatmap([])).toThrow('square');
    expect(() => confusionHeatmap([[1, 2]])).toThrow('square');
    expect(() => confusionHeatmap([[1]], { names: [] })).toThrow('0 names');
  });
});

describe('views', () => {
  const image = { height: 2, width: 4, data: new Uint8Array(24).fill(128) };
  const heat = { height: 1, width: 2, values: new Float32Array([0, 1]) };

  it('lay pictures, heat, boxes and labels into a grid', () => {
    const grid = viewGrid(
      [
        [
          { image, label: 'raw' },
          { image, heat, box: { top: 0, left: 1, height: 1, width: 2 } },
        ],
      ],
      { rowLabels: ['a'] },
    );
    expect(rounded(grid)).toMatchSnapshot();
  });

  it('carry their pictures as PNG', () => {
    const source = viewRow([{ image }]).layout.images![0]!.source;
    expect(source).toMatch(/^data:image\/png;base64,iVBORw0KGgo/);
    expect(
      viewRow([{ image: { ...image, data: new Float32Array(24).fill(128 / 255) } }]).layout.images![0]!.source,
    ).toBe(source);
  });

  it('are taken out of a pack of images', () => {
    const pack = { size: 1, data: new Uint8Array([1, 2, 3, 4, 5, 6]) };
    expect(pixelsOf(pack, 1)).toEqual({ height: 1, width: 1, data: new Uint8Array([4, 5, 6]) });
    expect(() => pixelsOf(pack, 2)).toThrow('image 2 of 2');
  });

  it('refuse nothing, and sizes that do not fit', () => {
    expect(() => viewGrid([])).toThrow('no picture');
    expect(() => viewRow([{ image: { height: 2, width: 2, data: [1] } }])).toThrow('1 values are not 2 x 2');
    expect(() => viewRow([{ image, heat: { ...heat, height: 3 } }])).toThrow('2 values are not 3 x 2');
  });
});

describe('embeddingScatter', () => {
  const points = [
    { x: 0, y: 0, label: 0, kind: 'raw' },
    { x: 1, y: 1, label: 1, kind: 'queue', hover: 'image <7>' },
    { x: 2, y: 0, label: 0, kind: 'raw' },
  ];

  it('is a trace a class and kind', () => {
    expect(rounded(embeddingScatter(points, { names: ['a', 'b'] }))).toMatchSnapshot();
  });

  it('turns what is not highlighted grey, below the rest and out of the legend', () => {
    const { data } = embeddingScatter(points, { highlight: [1] });
    expect(data.map((t) => t.showlegend)).toEqual([false, true]);
  });

  it('has no legend for 80 classes', () => {
    const many = Array.from({ length: 80 }, (_, i) => ({ x: i, y: i, label: i }));
    expect(embeddingScatter(many).layout.showlegend).toBe(false);
  });

  it('refuses nothing and points without a place', () => {
    expect(() => embeddingScatter([])).toThrow('no point');
    expect(() => embeddingScatter([{ x: NaN, y: 0, label: 0 }])).toThrow('point 0 has no finite place');
  });
});
