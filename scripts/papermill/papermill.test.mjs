// What papermill writes into a TypeScript notebook. The run from end to end is in notebooks/notebooks.test.mjs.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { venv } from '../jupyter.mjs';
import { at } from '../setup/stamp.mjs';

const here = fs.existsSync(venv('papermill'));
const title = `values as TypeScript${here ? '' : ' (skipped: no papermill in .venv; npm run setup installs it)'}`;

function python(code) {
  const env = { ...process.env, PYTHONPATH: at('scripts', 'papermill') };
  const { status, stdout, stderr } = spawnSync(venv('python'), ['-c', code], { encoding: 'utf8', env });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

describe.skipIf(!here)(title, () => {
  it('writes every kind of value, and assigns it', () => {
    const lines = python(`
import json, papermill
from csdnet_papermill import TypeScriptTranslator as T
values = {"a": True, "b": 2, "c": -1.5e-7, "d": "it's \\"q\\" \\\\ \\n é", "e": [1, [False]], "f": {"k-1": {"x": None}}, "g": None, "h": float("inf"), "i": float("nan")}
print(json.dumps(T.codify(values).splitlines()))`);
    expect(lines.map((line) => line.trim())).toEqual([
      ...['// Parameters', 'a = true;', 'b = 2;', 'c = -1.5e-07;', 'd = "it\'s \\"q\\" \\\\ \\n \\u00e9";'],
      ...['e = [1, [false]];', 'f = { "k-1": { "x": undefined } };', 'g = undefined;', 'h = Infinity;', 'i = NaN;'],
    ]);
  });

  it('finds the parameters of a cell, several on a line too', () => {
    const found = python(`
import json, papermill
from csdnet_papermill import TypeScriptTranslator as T
cell = {"source": "import * as cs from 'csdnet';\\nlet name = 'leaf20'; // a dataset\\nlet seed: number = 1; let sizes = [1, 2];"}
print(json.dumps([list(p) for p in T.inspect(cell)]))`);
    expect(found.map(([name, type, value, help]) => [name, type, value, help.trim()])).toEqual([
      ['name', 'None', "'leaf20'", 'a dataset'],
      ['seed', 'number', '1', ''],
      ['sizes', 'None', '[1, 2]', ''],
    ]);
  });

  it('is what papermill finds for a tslab notebook by itself', () => {
    const found = python(`
import json, papermill
from papermill.translators import papermill_translators as t
print(json.dumps(t.find_translator("tslab", "typescript").__name__))`);
    expect(found).toBe('TypeScriptTranslator');
  });
});
