// The tools of the notebooks: comparison of outputs, parameters, pairs.
import { describe, expect, it } from 'vitest';
import { compareNotebooks, textDifference } from './compare.mjs';
import { parametersOf, readSetting, withParameters } from './parameters.mjs';

const code = (outputs, tags = []) => ({ cell_type: 'code', source: '', metadata: { tags }, outputs });
const html = (text) => ({ output_type: 'display_data', data: { 'text/html': text } });
const figure = (y, type = 'scatter') => ({
  output_type: 'display_data',
  data: { 'application/vnd.plotly.v1+json': { data: [{ type, y }], layout: {} }, 'image/svg+xml': '<svg/>' },
});
const compare = (kept, got, tags) => compareNotebooks({ cells: [code(kept, tags)] }, { cells: [code(got, tags)] });

describe('the comparison of outputs', () => {
  it.each([
    ['equal words', 'loss 1.5', 'loss 1.5'],
    ['a last digit', 'loss 1.23456', 'loss 1.23457'],
    ['a duration', 'done in 8 s', 'done in 12 s'],
    ['a long duration', 'about 1 min 15 s left', 'about 9 s left'],
    ['a minus sign', 'difference −1.2000', 'difference −1.2001'],
    ['a picture', '<img src="data:image/jpeg;base64,AAAA"/>', '<img src="data:image/jpeg;base64,BBBBCC"/>'],
  ])('lets pass %s', (_, kept, got) => expect(textDifference(kept, got)).toBeUndefined());

  it.each([
    ['another word', 'of class 3', 'of klass 3'],
    ['another number', 'loss 1.23', 'loss 1.33'],
    ['another sign', 'difference −1.2', 'difference 1.2'],
    ['a number too many', 'loss 1', 'loss 1 2'],
    ['a number missing', '1, 2, 3', '1, 2'],
    ['no number', 'loss 1', 'loss NaN'],
  ])('finds %s', (_, kept, got) => expect(textDifference(kept, got)).toMatch(/^kept ".*", now ".*"$/));

  it('names the cell, the output, and both values', () => {
    expect(compare([html('<b>1.00</b>')], [html('<b>2.00</b>')])).toEqual([
      'cell 1, output 1: kept "<b>1.00</b>", now "<b>2.00</b>"',
    ]);
  });

  it('judges the numbers of a figure by its own size', () => {
    expect(compare([figure([0.001, 1000])], [figure([0.002, 1000])])).toEqual([]);
    expect(compare([figure([0.001, 0.002])], [figure([0.0015, 0.002])])[0]).toContain(
      'figure.data.0.y.0: kept 0.001, now 0.0015',
    );
    expect(compare([figure([1, 2])], [figure([1, 2, 3])])[0]).toContain('figure.data.0.y.2');
  });

  it('finds an output of another kind, or one that is gone', () => {
    expect(compare([html('a')], [])[0]).toMatch(/kept with the outputs \[text\/html\] and gave \[\]/);
    expect(compare([html('a')], [figure([1])])[0]).toContain('image/svg+xml');
  });

  it('joins the pieces of a stream', () => {
    const stream = (text) => ({ output_type: 'stream', name: 'stdout', text });
    expect(compare([stream('a\n'), stream('b\n')], [stream('a\nb\n')])).toEqual([]);
  });

  it('compares only the form of a cell that trains', () => {
    const table = (head, value) => html(`<table><th>${head}</th><td>${value}</td></table>`);
    expect(compare([table('Accuracy', 12)], [table('Accuracy', 99)], ['varies'])).toEqual([]);
    expect(compare([table('Accuracy', 12)], [table('Loss', 12)], ['varies'])[0]).toContain('Loss');
    expect(compare([figure([1])], [figure([5])], ['varies'])).toEqual([]);
    expect(compare([figure([1])], [figure([1], 'bar')], ['varies'])[0]).toContain('bar');
  });
});

describe('parameters', () => {
  const notebook = {
    cells: [
      { cell_type: 'markdown', source: 'words', metadata: {} },
      {
        ...{ cell_type: 'code', metadata: { tags: ['parameters'] }, outputs: [], execution_count: null },
        source: [
          "import * as cs from 'csdnet';\n",
          "let datasetName = 'leaf20'; // a name\n",
          'let preset: cs.PresetName = "tiny";\n',
          'let seed = 1;',
        ],
      },
      { cell_type: 'code', source: 'seed', metadata: {}, outputs: [], execution_count: null },
    ],
  };

  it('are read with their defaults', () => {
    expect(parametersOf(notebook)).toEqual({ datasetName: "'leaf20'", preset: '"tiny"', seed: '1' });
  });

  it.each([
    ['seed=2', ['seed', 2]],
    ['name=leaf80', ['name', 'leaf80']],
    ['on=true', ['on', true]],
    ['list=[1,2]', ['list', [1, 2]]],
    ['a=b=c', ['a', 'b=c']],
  ])('reads %s', (setting, wanted) => expect(readSetting(setting)).toEqual(wanted));

  it('are given in a cell of their own after the one with the defaults', () => {
    const { cells } = withParameters(notebook, { seed: 2, datasetName: 'a"b', preset: 'laptop' }, '00');
    expect(cells.map(({ cell_type: type }) => type)).toEqual(['markdown', 'code', 'code', 'code']);
    expect(cells[2].source).toBe(
      'let seed = 2 as const;\nlet datasetName = "a\\"b" as const;\nlet preset = "laptop" as const;',
    );
    expect(withParameters({ cells }, { seed: 3 }, '00').cells.length).toBe(4);
  });

  it('must be there', () => {
    expect(() => withParameters(notebook, { sed: 2 }, '00-map')).toThrow(
      `00-map has no parameter sed; it has datasetName ('leaf20'), preset ("tiny"), seed (1).`,
    );
    expect(() => readSetting('seed')).toThrow(/write name=value/);
  });
});
