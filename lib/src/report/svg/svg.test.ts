import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import {
  ablationBars,
  confusionHeatmap,
  differencePlot,
  embeddingScatter,
  trainingCurves,
  viewRow,
  type Figure,
} from '../../plots';
import { inkOn, parseColour, scaleColour } from './colour';
import { figureToSvg } from './index';
import { escapeXml, measure, textLines, wrap } from './text';
import { logTicks, niceTicks, tickText } from './ticks';

const HOSTILE = '<script>alert("1")</script> & \u0000 \' ]]>';
const scores = [
  { variant: 'baseline', values: [0.5, 0.52, 0.54] },
  { variant: HOSTILE, values: [0.58, 0.61, 0.6] },
];
const image = { height: 2, width: 2, data: new Uint8Array(12).fill(99) };
const SAMPLES: Readonly<Record<string, Figure>> = {
  bars: ablationBars(scores, { reference: 'baseline', run: 'a1b2' }),
  difference: differencePlot(scores, scores[0]!),
  curves: trainingCurves(
    ['Loss (nats)', 'Accuracy'].map((yTitle) => ({
      yTitle,
      curves: [1, 2].flatMap((seed) =>
        scores.map(({ variant }, k) => ({ variant, seed, x: [1, 2, 3], y: [3 + k, 2 * seed, 1] })),
      ),
    })),
  ),
  confusion: confusionHeatmap(
    [
      [2, 1],
      [0, 3],
    ],
    { names: ['a', HOSTILE], boundaries: [1] },
  ),
  views: viewRow([
    {
      image,
      label: HOSTILE,
      heat: { height: 1, width: 2, values: [0, 1] },
      box: { top: 0, left: 0, height: 1, width: 1 },
    },
  ]),
  embedding: embeddingScatter([
    { x: 0, y: 1, label: 0, kind: HOSTILE },
    { x: 1, y: 0, label: 8, kind: 'b', hover: HOSTILE },
  ]),
  grouped: {
    data: [
      { type: 'bar', name: 'a', x: ['one', HOSTILE], y: [1, -2], error_y: { type: 'data', array: [0.5, 0.5] } },
      { type: 'bar', name: 'b', x: ['one', HOSTILE], y: [2, 3], marker: { color: '#D55E00' } },
    ],
    layout: { title: { text: 'Bars' }, yaxis: { title: { text: 'Value (unit)' } } },
  },
  log: {
    data: [{ type: 'scatter', mode: 'lines+markers', x: [64, null, 4096], y: [0, 1, 2], line: { color: '#0072B2' } }],
    layout: {
      xaxis: { type: 'log' },
      shapes: [{ type: 'line', xref: 'x', yref: 'y', x0: 100, x1: 100, y0: 0, y1: 2 }],
      annotations: [{ text: 'a<br>b', x: 2, y: 1, xref: 'x', yref: 'y', showarrow: false }],
    },
  },
};

/** Opening and closing tags match, and nothing but tags and text is there. */
function wellFormed(svg: string): boolean {
  const open: string[] = [];
  for (const [, close, name, , own] of svg.matchAll(/<(\/?)([a-zA-Z]+)((?:\s[a-zA-Z0-9:-]+="[^"<]*")*)(\/?)>/g)) {
    if (close) {
      if (open.pop() !== name) return false;
    } else if (!own) open.push(name!);
  }
  return open.length === 0 && !/[<>]/.test(svg.replace(/<(\/?)([a-zA-Z]+)((?:\s[a-zA-Z0-9:-]+="[^"<]*")*)(\/?)>/g, ''));
}

describe.each(Object.entries(SAMPLES))('the SVG of %s', (name, figure) => {
  const svg = figureToSvg(figure);

  it('is the same as before', () => {
    expect(svg).toMatchSnapshot();
  });

  it('is sound: well formed, no number missing, no script, no link to elsewhere', () => {
    expect(wellFormed(svg)).toBe(true);
    expect(svg).not.toMatch(/NaN|undefined|Infinity|\[object/);
    expect(svg).not.toContain('<script');
    expect([...svg.matchAll(/(?:href|src)="([^"]{0,10})/g)].every(([, link]) => link === 'data:image')).toBe(true);
    expect(svg).not.toMatch(/url\((?!#)/);
  });

  it('is the same text the second time', () => {
    expect(figureToSvg(JSON.parse(JSON.stringify(figure)) as Figure)).toBe(svg);
  });

  it('is read by another renderer, and is not blank', async () => {
    const { channels } = await sharp(Buffer.from(svg)).stats();
    expect(Math.min(...channels.slice(0, 3).map((c) => c.min)), name).toBeLessThan(120);
  });
});

describe('figureToSvg', () => {
  it('keeps the whole of a long title, on lines that fit', () => {
    const title = 'What each module adds to the accuracy on the test set of the generated leaves, five seeds each';
    const svg = figureToSvg({ data: [], layout: { title: { text: title } } }, { width: 320, height: 300 });
    const lines = [...svg.matchAll(/font-weight="bold">([^<]*)</g)].map((m) => m[1]!);
    expect(lines.join(' ')).toBe(title);
    expect(lines.every((line) => measure(line, 16) <= 320 - 28)).toBe(true);
  });

  it('never yields a broken number, whatever the points', () => {
    const value = fc.option(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { nil: null });
    const points = fc.array(fc.tuple(value, value), { maxLength: 8 });
    fc.assert(
      fc.property(points, fc.constantFrom('lines', 'markers', 'lines+markers'), (list, mode) => {
        const trace = {
          type: 'scatter',
          mode,
          x: list.map(([x]) => x),
          y: list.map(([, y]) => y),
          name: HOSTILE,
        } as const;
        const svg = figureToSvg({ data: [trace], layout: { showlegend: true } });
        return wellFormed(svg) && !/NaN|Infinity|undefined/.test(svg);
      }),
      { numRuns: 60 },
    );
  });

  it('puts a point where its axis says', () => {
    const svg = figureToSvg(
      {
        data: [{ type: 'scatter', mode: 'lines', x: [0, 10], y: [0, 10] }],
        layout: {
          xaxis: { range: [0, 10], visible: false },
          yaxis: { range: [0, 10], visible: false },
          margin: { l: 20, r: 30, t: 0, b: 40 },
        },
      },
      { width: 250, height: 150 },
    );
    expect(svg).toContain('d="M20 110L220 10"');
  });

  it('refuses what it cannot draw, and says what to do', () => {
    const pie = { data: [{ type: 'pie' }], layout: {} } as unknown as Figure;
    expect(() => figureToSvg(pie)).toThrow("{ as: 'plotly' }");
    const linked = {
      ...SAMPLES.views!,
      layout: { ...SAMPLES.views!.layout, images: [{ ...SAMPLES.views!.layout.images![0]!, source: 'x.png' }] },
    };
    expect(() => figureToSvg(linked)).toThrow('must be a data URI');
    expect(() => figureToSvg({ data: [], layout: { paper_bgcolor: 'url(#x)' } })).toThrow("colour 'url(#x)'");
    expect(() => figureToSvg(SAMPLES.bars!, { width: 100, height: 80 })).toThrow('leave no room');
    const astray = {
      data: [],
      layout: { annotations: [{ text: '', x: 0, y: 0, xref: 'x7', yref: 'y', showarrow: false }] },
    } as const;
    expect(() => figureToSvg(astray)).toThrow("axis 'x7'");
  });
});

describe('ticks', () => {
  it('stand at 1, 2 or 5 times a power of ten', () => {
    expect(niceTicks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(niceTicks(0.5, 59.3, 6)).toEqual([10, 20, 30, 40, 50]);
    expect(niceTicks(10, -10, 4)).toEqual([-10, -5, 0, 5, 10]);
    expect(logTicks(0, 3)).toEqual([1, 10, 100, 1000]);
    expect(logTicks(1.9, 3.1)).toEqual([100, 200, 500, 1000]);
    expect(() => niceTicks(1, 1, 5)).toThrow('no range');
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        (low, span) => {
          const ticks = niceTicks(low, low + span, 6);
          return (
            ticks.length >= 2 &&
            ticks.length <= 8 &&
            ticks.every((t) => t >= low - span * 1e-6 && t <= low + span * (1 + 1e-6))
          );
        },
      ),
    );
  });

  it('say as many digits as their step needs', () => {
    expect(tickText(0.5, 0.05)).toBe('0.50');
    expect(tickText(-20, 10)).toBe('\u221220');
    expect(tickText(0.25, 0.1, '.0%')).toBe('25%');
    expect(tickText(2e7, 1e7)).toBe('2e7');
  });
});

describe('text and colour', () => {
  it('reads the little HTML that Plotly reads, and takes the rest literally', () => {
    expect(textLines('<b>a</b> &lt;i&gt;<br>c <script>')).toEqual(['a <i>', 'c <script>']);
    expect(escapeXml('<a href="x">\u0001&\ud800')).toBe('&lt;a href=&quot;x&quot;&gt;&amp;');
  });

  it('wraps without losing a letter and never beyond the room', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 30, max: 300 }), (text, room) => {
        const lines = wrap(text, 12, room);
        return (
          lines.join('').replace(/ /g, '') === text.replace(/ /g, '') &&
          lines.every((line) => measure(line, 12) <= room)
        );
      }),
    );
  });

  it('mixes a scale between its colours', () => {
    const scale = [
      [0, '#000000'],
      [0.5, 'rgba(255,0,0,0.5)'],
      [1, '#fff'],
    ] as const;
    expect(scaleColour(scale, 0.25)).toEqual([128, 0, 0, 0.75]);
    expect([scaleColour(scale, -1), scaleColour(scale, 0.5), scaleColour(scale, 2)]).toEqual([
      [0, 0, 0, 1],
      [255, 0, 0, 0.5],
      [255, 255, 255, 1],
    ]);
    expect(() => parseColour('no')).toThrow("colour 'no'");
    expect([inkOn([255, 255, 255, 1]), inkOn([0, 0, 80, 1])]).toEqual(['#222222', '#ffffff']);
  });
});
