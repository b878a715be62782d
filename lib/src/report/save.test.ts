import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ablationBars } from '../plots';
import { saveFigure, saveTable } from './save';
import { figureToSvg } from './svg';

const figure = ablationBars([{ variant: 'full', values: [0.5, 0.6] }], { run: 'a1' });
let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'csdnet-save-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('save', () => {
  it('writes a figure as JSON and SVG, into folders that it makes', async () => {
    const paths = await saveFigure(figure, { dir: join(dir, 'a', 'b'), name: 'modules' });
    expect(paths).toEqual({ json: join(dir, 'a', 'b', 'modules.json'), svg: join(dir, 'a', 'b', 'modules.svg') });
    expect(JSON.parse(await readFile(paths.json, 'utf8'))).toEqual(figure);
    expect(await readFile(paths.svg, 'utf8')).toBe(figureToSvg(figure));
  });

  it('writes a table three times', async () => {
    const table = { title: 't', columns: [{ key: 'a', title: 'A' }], rows: [{ a: 1 }], notes: [] };
    const paths = await saveTable(table, { dir, name: 'modules' });
    expect(Object.keys(paths)).toEqual(['md', 'csv', 'tex']);
    expect(await readFile(paths.csv, 'utf8')).toBe('A\r\n1\r\n');
  });

  it('leaves nothing behind for a figure that cannot be drawn or a name that is a path', async () => {
    const broken = { ...figure, data: [{ ...figure.data[0]!, type: 'pie' as 'scatter' }] } as typeof figure;
    await expect(saveFigure(broken, { dir, name: 'x' })).rejects.toThrow("not 'pie'");
    await expect(saveFigure(figure, { dir, name: '../x' })).rejects.toThrow('no file name');
    expect(await readdir(dir)).toEqual([]);
  });
});
