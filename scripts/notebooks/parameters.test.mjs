// Values given in place of a notebook's parameters.
import { describe, expect, it } from 'vitest';
import { checkSettings, parametersOf, parseSettings, parseValue, withSettings } from './parameters.mjs';

const code = (source, tags) => ({ cell_type: 'code', source, metadata: tags ? { tags } : {}, outputs: [] });
const notebook = {
  cells: [
    code(
      "import * as cs from 'csdnet';\nlet datasetName = 'leaf20'; // a dataset\nlet seed: number = 1; let sizes = [1, 2];",
      ['parameters'],
    ),
    code('seed'),
  ],
};

describe('parameters', () => {
  it('are read from the tagged cell with their defaults', () => {
    expect(parametersOf(notebook)).toEqual([
      { name: 'datasetName', value: "'leaf20'" },
      { name: 'seed', value: '1' },
      { name: 'sizes', value: '[1, 2]' },
    ]);
    expect(parametersOf({ cells: [code('let seed = 1;')] })).toEqual([]);
  });

  it('are typed as a person means them', () => {
    const given = [
      '2',
      '-1.5e-3',
      'true',
      'false',
      'undefined',
      '[1,"a"]',
      '{"a":1}',
      'leaf80',
      "it's",
      'a=b',
      '1d98',
      '',
    ];
    expect(given.map(parseValue)).toEqual([
      ...[2, -0.0015, true, false, undefined, [1, 'a'], { a: 1 }],
      ...['leaf80', "it's", 'a=b', '1d98', ''],
    ]);
    expect(parseSettings(['seed=2', 'datasetName=a=b'])).toEqual({ seed: 2, datasetName: 'a=b' });
  });

  it('that cannot be read are errors that say what to write', () => {
    expect(() => parseSettings(['seed'])).toThrow('--set seed: give name=value');
    expect(() => parseValue('[1, 2')).toThrow(/\[1, 2 begins like JSON and is none/);
  });

  it('that the notebook does not have are errors that say which it has', () => {
    expect(() => checkSettings(notebook, { sed: 2 }, '00-map')).toThrow(
      /^00-map has no parameter "sed"\. It has .*\n {2}datasetName = 'leaf20'\n {2}seed = 1\n/,
    );
    expect(() => checkSettings({ cells: [] }, { seed: 2 }, '00-map')).toThrow('It has none.');
    expect(() => checkSettings(notebook, { seed: 2 }, '00-map')).not.toThrow();
  });

  it('are assigned in a cell of their own after the tagged one, once', () => {
    const settings = { seed: 2, datasetName: 'it\'s "a"', sizes: undefined };
    const made = withSettings(withSettings(notebook, { seed: 9 }), settings);
    expect(made.cells.map((cell) => cell.metadata.tags?.[0])).toEqual(['parameters', 'injected-parameters', undefined]);
    expect(made.cells[1].source).toBe('// Parameters\nseed = 2;\ndatasetName = "it\'s \\"a\\"";\nsizes = undefined;');
    expect(notebook.cells).toHaveLength(2);
  });
});
