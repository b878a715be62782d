import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ablationBars } from '../plots';
import { imagesHtml, inNotebook, liveDisplay, show, showImages, showStatic, showTable, tableHtml } from './show';

const figure = ablationBars([{ variant: '<b>full</b>', values: [0.5, 0.6] }], { run: 'a<1>' });
const table = {
  title: '<T>',
  columns: [{ key: 'a', title: 'A', unit: '%' }],
  rows: [{ a: '<script>' }],
  notes: ['n & m'],
};
const image = { height: 1, width: 1, data: new Uint8Array([1, 2, 3]) };
const PLOTLY = 'application/vnd.plotly.v1+json';

/** Stands in for a kernel: what tslab would have been told. */
function fakeKernel(): [string, unknown][] {
  const said: [string, unknown][] = [];
  const display = {
    html: (text: string) => said.push(['text/html', text]),
    raw: (mime: string, data: unknown) => said.push([mime, data]),
  };
  vi.stubGlobal('__tslab__', { require: () => ({ display, newDisplay: () => display }) });
  return said;
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('inside a notebook', () => {
  it('a figure is an object for Plotly, with its caption below, escaped', () => {
    const said = fakeKernel();
    expect(inNotebook()).toBe(true);
    show(figure);
    expect(said[0]).toEqual([PLOTLY, { data: figure.data, layout: figure.layout }]);
    expect(said[1]![1]).toContain('Run a&lt;1&gt;.');
    show(figure, { caption: false, as: 'plotly' });
    expect(said).toHaveLength(3);
  });

  it('a static figure is an SVG, asked for by call or by CSDNET_SHOW', () => {
    const said = fakeKernel();
    showStatic(figure, { caption: false, width: 500 });
    vi.stubEnv('CSDNET_SHOW', 'svg');
    show(figure, { caption: false, width: 500 });
    expect(said.map(([mime]) => mime)).toEqual(['image/svg+xml', 'image/svg+xml']);
    expect(said[0]![1]).toContain('width="500"');
    vi.stubEnv('CSDNET_SHOW', 'pdf');
    expect(() => show(figure)).toThrow("CSDNET_SHOW is 'pdf'");
  });

  it('tables, pictures and live displays are HTML', () => {
    const said = fakeKernel();
    showTable(table);
    showImages([{ image, label: '<x>' }], { width: 64 });
    const live = liveDisplay();
    live.text('1 < 2');
    live.html('<i>3</i>');
    live.figure(figure);
    expect(said.map(([, text]) => text).slice(0, 4)).toEqual([
      tableHtml(table),
      imagesHtml([{ image, label: '<x>' }], 64),
      '<pre>1 &lt; 2</pre>',
      '<i>3</i>',
    ]);
    expect(said[4]![1]).toContain('<svg');
  });
});

describe('HTML', () => {
  it('holds no text from outside as it came', () => {
    expect(tableHtml(table)).toMatchSnapshot();
    expect(imagesHtml([{ image, label: '"><script>' }])).not.toContain('<script>');
  });
});

describe('outside a notebook', () => {
  const lines: string[] = [];
  beforeEach(() => {
    lines.length = 0;
    vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  });

  it('everything is a line on the console', () => {
    expect(inNotebook()).toBe(false);
    show(figure);
    showTable(table);
    showImages([{ image }, { image, label: 'b' }]);
    const live = liveDisplay();
    live.html('<b>epoch</b> <i>1</i>');
    live.text('2');
    live.figure(figure);
    expect(lines[0]).toMatch(/^\[figure\] Accuracy by variant: Each filled point/);
    expect(lines[1]).toContain('| &lt;script&gt; |');
    expect(lines.slice(2)).toEqual(['[images] picture 0, b', 'epoch 1', '2', '[figure] Accuracy by variant']);
  });
});
