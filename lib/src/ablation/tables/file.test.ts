import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkConfig, findTerm, preset } from '../../config';
import { isTableName, tablesOf } from '.';
import { readTable } from './file';

const table = {
  ...{ title: 'Softness', question: 'How soft should the teacher be?', reference: 'control', full: 'T = 4' },
  control: 'control',
  rows: [
    { name: 'control', why: 'two views', without: ['contrast', 'distill'], set: { 'view.kind': 'random' } },
    { name: 'T = 4', why: 'the preset' },
    { name: 'T = 2', why: 'sharper', set: { 'distill.temperature': 2, 'view.fraction': [0.5, 0.5] } },
  ],
};

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'csdnet-table-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

function written(content: unknown, name = 'softness.json'): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

describe('readTable', () => {
  it('makes each row from the full model', () => {
    const full = preset('laptop');
    const { variants, ...head } = readTable(written(table));
    expect(head).toEqual({ ...table, rows: undefined });
    const [control, same, sharper] = variants(full);
    expect(control!.config.objective.map(({ kind }) => kind)).toEqual(['classify']);
    expect(control!.config.view.kind).toBe('random');
    expect(same).toEqual({ name: 'T = 4', why: 'the preset', config: full });
    expect(findTerm(sharper!.config, 'distill')!.temperature).toBe(2);
    expect(sharper!.config.view.fraction).toEqual([0.5, 0.5]);
    for (const { config } of [control!, same!, sharper!]) expect(checkConfig(config)).toEqual(config);
  });

  it.each([
    ['no JSON', '{', /cannot be read as a table/],
    ['no rows', { ...table, rows: [] }, /rows: /],
    ['a misspelt field', { ...table, rows: [{ name: 'a', why: 'b', sets: {} }] }, /rows\.0: .*sets/],
    ['an unknown term', { ...table, rows: [{ name: 'a', why: 'b', without: ['queue'] }] }, /rows\.0\.without\.0: /],
    [
      'a name that is no row',
      { ...table, reference: 'x' },
      /reference: "x" is no row; choose one of control, T = 4, T = 2/,
    ],
    ['a name twice', { ...table, rows: [...table.rows, table.rows[1]] }, /two rows are called "T = 4"/],
  ])('refuses %s', (_, content, message) => {
    expect(() => readTable(written(content))).toThrow(message);
  });

  it('names the row whose field no recipe has', () => {
    const rows = [...table.rows, { name: 'odd', why: 'a slip', set: { 'distill.heat': 2 } }];
    expect(() => readTable(written({ ...table, rows })).variants(preset('laptop'))).toThrow(
      /row "odd": no field is called distill\.heat: choose from .*distill\.temperature/,
    );
  });

  it('says where a file is not', () => {
    expect(() => readTable(path.join(folder, 'none.json'))).toThrow(/none\.json: there is no such table file/);
  });
});

describe('the experiments of docs/experiments.md', () => {
  const experiments = path.join(__dirname, '../../../../data/experiments');
  it.each(fs.readdirSync(experiments))('%s is a table of valid configs', (name) => {
    const variants = readTable(path.join(experiments, name)).variants(preset('laptop'));
    expect(variants.length).toBeGreaterThan(0);
    for (const { config } of variants) expect(checkConfig(config)).toEqual(config);
  });
});

describe('tablesOf', () => {
  it('takes names and files together, each once', () => {
    const file = written(table);
    const found = tablesOf(`margin, ${file},margin`);
    expect(found.map(({ name, word }) => [name, word])).toEqual([
      ['margin', 'margin'],
      ['softness', file],
    ]);
    expect(found[1]!.table.question).toBe(table.question);
  });

  it("takes all of lib's", () => {
    const all = tablesOf('all');
    expect(all.length).toBeGreaterThan(20);
    expect(all.every(({ name, word }) => isTableName(name) && name === word)).toBe(true);
  });

  it("refuses a file that goes by the name of lib's own", () => {
    expect(() => tablesOf(written(table, 'margin.json'))).toThrow(/"margin" is a table of lib/);
  });
});
