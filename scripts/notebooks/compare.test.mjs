// The comparison of kept and new outputs, on made notebooks: what it must find, and what it must let pass.
import { describe, expect, it } from 'vitest';
import { compareNotebooks } from './compare.mjs';

const notebook = (outputs, tags) => ({
  cells: [
    { cell_type: 'markdown', source: '# Made', metadata: {} },
    { cell_type: 'code', source: 'x', metadata: tags ? { tags } : {}, outputs, execution_count: 1 },
  ],
});
const stream = (text) => ({ output_type: 'stream', name: 'stdout', text });
const shown = (data) => ({ output_type: 'display_data', data, metadata: {} });
const html = (text) => shown({ 'text/html': text });
const figure = (y, more = {}) =>
  shown({
    'application/vnd.plotly.v1+json': {
      data: [{ type: 'scatter', mode: 'lines', name: 'loss', x: [1, 2], y, ...more }],
      layout: { xaxis: { title: { text: 'epoch' } } },
    },
    'image/svg+xml': `<svg width="700" height="400"><title>Loss</title><path d="M${y.join(' ')}" fill="#0072B2"/></svg>`,
  });
const varies = ['varies'];

const compare = (kept, came, tags) => compareNotebooks(notebook([kept].flat(), tags), notebook([came].flat(), tags));

describe('what is kept against what came', () => {
  it('passes equal outputs, and one stream cut at other places', () => {
    expect(compare([figure([1, 2]), html('<b>3</b>')], [figure([1, 2]), html('<b>3</b>')])).toEqual([]);
    expect(compare([stream('one '), stream('two')], stream(['one two']))).toEqual([]);
  });

  it('finds a number beyond the tolerance, and says which cell, what was kept and what came', () => {
    const [found] = compare(html('<td>Accuracy</td><td>39.9</td>'), html('<td>Accuracy</td><td>42.1</td>'));
    expect(found).toMatch(/^cell 2 gives other outputs than are kept: output 1 \(text\/html\): another number/);
    expect(found).toMatch(/kept: .*39\.9/);
    expect(found).toMatch(/came: .*42\.1/);
    expect(compare(stream('5 classes\n'), stream('6 classes\n'))).toHaveLength(1);
    expect(compare(stream('loss 0.5'), stream('loss -0.5'))).toHaveLength(1);
    expect(compare(stream('share 0.5'), stream('share 0.6'))).toHaveLength(1);
    expect(compare(figure([0.5, 0.2]), figure([0.6, 0.2]))).toHaveLength(1);
  });

  it('passes the last digits of a number: 0.1 %, or one unit of the last that is printed', () => {
    expect(compare(stream('loss 1.23456'), stream('loss 1.23461'))).toEqual([]);
    expect(compare(stream('39.9 %'), stream('40.0 %'))).toEqual([]);
    expect(compare(figure([1, 0.2]), figure([1.0004, 0.2]))).toEqual([]);
  });

  it('finds other words, kinds, numbers of outputs, and a cell that stopped', () => {
    expect(compare(stream('it helps'), stream('it hurts'))[0]).toContain('another text');
    expect(compare(html('a'), stream('a'))[0]).toMatch(/kept: text\/html\n {4}came: stdout/);
    expect(compare([html('a'), html('b')], html('a'))[0]).toContain('other outputs');
    expect(compare(stream('a'), { output_type: 'error', ename: 'Error', evalue: 'broken' })).toHaveLength(1);
  });

  it('finds a changed figure: a value, a trace, a key, a label', () => {
    expect(compare(figure([1, 2]), figure([1, 2.1]))[0]).toContain('figure.data.0.y.1: another number');
    expect(compare(figure([1, 2]), figure([1, 2, 3]))[0]).toContain('another shape');
    expect(compare(figure([1, 2]), figure([1, 2], { name: 'accuracy' }))[0]).toContain('figure.data.0.name');
    expect(compare(figure([1, 2]), figure([1, 2], { line: {} }))).toHaveLength(1);
  });

  it('finds another colour and another picture, and passes what an encoder may change', () => {
    expect(compare(html('<i style="color:#0072B2">'), html('<i style="color:#0073B1">'))).toEqual([]);
    expect(compare(html('<i style="color:#0072B2">'), html('<i style="color:#D55E00">'))).toHaveLength(1);
    const image = (kind, bytes) => html(`<img src="data:image/${kind};base64,${'A'.repeat(bytes)}">`);
    expect(compare(image('jpeg', 1000), image('jpeg', 1010))).toEqual([]);
    expect(compare(image('jpeg', 1000), image('jpeg', 3000))).toHaveLength(1);
    expect(compare(image('jpeg', 1000), image('png', 1000))).toHaveLength(1);
  });

  it('does not look at times, and at live output only in its last state', () => {
    expect(compare(stream('ready, done in 12 s.'), stream('ready, done in 1 min 3 s.'))).toEqual([]);
    expect(compare(html('<p>took 250 ms</p>'), html('<p>took 1.3 s</p>'))).toEqual([]);
    expect(compare(stream('1 of 2\r2 of 2\n'), stream('2 of 2\n'))).toEqual([]);
    const bar = html('<div><div></div></div><span>100 %, Drawing: 20 of 20, done in 9 s</span>');
    expect(compare([bar, html('a')], html('a'))).toEqual([]);
    expect(compare(stream('5 s and 3 classes'), stream('6 s and 4 classes'))).toHaveLength(1);
  });
});

describe('a cell tagged varies', () => {
  const table = (rows, head = 'Top-1 (%)') =>
    html(
      `<table><tr><th>Name</th><th>${head}</th></tr>${rows.map((n) => `<tr><td>a</td><td>${n}</td></tr>`).join('')}</table>`,
    );

  it('may have other numbers, in tables, sentences, figures and the name of a run', () => {
    expect(compare(table([10, 20]), table([30.5, 7]), varies)).toEqual([]);
    expect(compare(figure([1, 2]), figure([5, 9]), varies)).toEqual([]);
    expect(compare(stream('loss 3.2'), stream('loss 1.4e-3'), varies)).toEqual([]);
    expect(compare(html('<p>Run 1d98179a2950.</p>'), html('<p>Run 77aa01b2c3d4.</p>'), varies)).toEqual([]);
  });

  it('must keep its kinds of outputs, the shape of its tables, its traces and its words', () => {
    expect(compare(table([10, 20]), table([10]), varies)).toHaveLength(1);
    expect(compare(table([10]), html('10'), varies)[0]).toContain('another shape of tables');
    expect(compare(table([10]), table([10], 'Loss'), varies)).toHaveLength(1);
    expect(compare(figure([1, 2]), figure([1, 2], { type: 'bar' }), varies)).toHaveLength(1);
    expect(compare(stream('it helps'), stream('it hurts'), varies)).toHaveLength(1);
    expect(compare(html('a'), stream('a'), varies)).toHaveLength(1);
  });
});

describe('a cell tagged varies-wholly', () => {
  it('may say other words and show other tables, but not another kind of output', () => {
    expect(compare(stream('a called b'), stream('c called d'), ['varies-wholly'])).toEqual([]);
    expect(compare(html('<table></table>'), html('<p>none</p>'), ['varies-wholly'])).toEqual([]);
    expect(compare(html('a'), stream('a'), ['varies-wholly'])).toHaveLength(1);
  });
});

it('lets a picture name its parts by another hash', () => {
  const svg = (hash, x) =>
    shown({ 'image/svg+xml': `<svg><clipPath id="${hash}-0"/><g clip-path="url(#${hash}-0)" x="${x}"/></svg>` });
  expect(compare(svg('f1xpkf6j', 5), svg('f5imvet', 5.1))).toEqual([]);
  expect(compare(svg('f1xpkf6j', 5), svg('f5imvet', 9))).toHaveLength(1);
});
