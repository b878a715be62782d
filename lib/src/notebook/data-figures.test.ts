import { readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../data';
import type { ScatterTrace } from '../plots';
import { figureToSvg, toMarkdown } from '../report';
import { quantile } from '../core/median';
import { accuracyBars, classAndFamilyWords } from './accuracy-bars';
import { layoutText, readChanged } from './changed-copy';
import { classesByFamily, familiesFigure } from './families-figure';
import { classAndFamily, guessedShares } from './family-shares';
import { publishedTable } from './published-table';
import { middleHalf, spreadFigure, spreadTable } from './spread-figure';
import { storedTable } from './stored';
import { storedSeedsFigure } from './stored-seeds';
import { useStripes } from '../testing/hooks';
import { cultivarsOf, tellingShare, traitTable } from './traits';

let dataset: Dataset;
useStripes(3, 4, (made) => ({ dataset } = made));

describe('families and traits', () => {
  it('without a description: one family, names alone', async () => {
    expect(cultivarsOf(dataset)).toBeUndefined();
    expect(classesByFamily(dataset)).toEqual([[0, 1, 2]]);
    expect(traitTable(dataset, [1]).rows).toEqual([{ name: 'class 2', traits: 'not described' }]);
    expect(figureToSvg(await familiesFigure(dataset))).toContain('family 1');
    expect(await tellingShare(dataset)).toBeCloseTo(0.5, 1);
    expect(await tellingShare({ ...dataset, maskOf: undefined })).toBeUndefined();
  });

  it('with one: families from 0, and the traits in words', async () => {
    const cultivars = [1, 2, 2].map((family) => ({ family, words: ['a notch', 'a stripe'] }));
    await writeFile(path.join(dataset.root, 'dataset.json'), JSON.stringify({ cultivars }));
    expect(classesByFamily(dataset)).toEqual([[0], [1, 2]]);
    expect(traitTable(dataset, [0]).rows[0]!['traits']).toBe('a notch; a stripe');
    await rm(path.join(dataset.root, 'dataset.json'));
  });

  it('classes and families are told apart, guessing exactly', () => {
    const families = [0, 0, 1, 1];
    const [labels, predictions] = [
      [0, 1, 2, 3],
      [0, 0, 3, 1],
    ];
    expect(classAndFamily(predictions, labels, families)).toEqual([0.25, 0.75]);
    expect(guessedShares(4, families)).toEqual([0.25, 0.5]);
    expect([classAndFamily(predictions, labels), guessedShares(4)]).toEqual([[0.25], [0.25]]);
  });
});

describe('numbers in pictures', () => {
  it('quantiles lie between values by proportion', () => {
    expect([0, 0.5, 0.75, 1].map((q) => quantile([4, 1, 2, 3], q))).toEqual([1, 2.5, 3.25, 4]);
    expect(middleHalf([1, 2, 3, 4])).toBeCloseTo(1.5, 12);
    expect(() => quantile([], 0.5)).toThrow('no values');
  });

  it('a row of spread has its points, two bars and the median; few values have one bar; numbers stand in a table', () => {
    const rows = [
      { name: 'many', values: Array.from({ length: 500 }, (_, i) => i / 499) },
      { name: 'few', values: [0.2, 0.4] },
    ];
    const figure = spreadFigure(rows, { title: 't', xTitle: 'x', caption: 'c', line: { at: 0.5, name: 'truth' } });
    expect(figure.data).toHaveLength(1 + 4 + 3);
    expect((figure.data[1] as ScatterTrace).x).toHaveLength(120);
    const svg = figureToSvg(figure);
    for (const word of ['truth', 'many', 'few']) expect(svg).toContain(word);
    expect(spreadTable(rows, { title: 't' }).rows[1]).toMatchObject({ results: 2, mean: 30.000000000000004 });
    expect(() => spreadFigure([], { title: 't', xTitle: 'x', caption: 'c' })).toThrow('no row');
  });

  it('bars: guessing without an interval, tests with one', () => {
    const bars = [
      { name: 'guessing', shares: [0.25], images: 0 },
      { name: 'model', shares: [0.5], images: 100 },
    ];
    const figure = accuracyBars(bars, classAndFamilyWords('Bars'));
    expect(figure.data.map((trace) => 'error_y' in trace)).toEqual([false, true]);
    expect(figureToSvg(figure)).toContain('the class is right');
  });

  it('stored seeds are points of their row, with the source in the caption', () => {
    const summary = storedTable({ table: 'modules', shots: 3 })!;
    const figure = storedSeedsFigure(summary, ['baseline', 'SSDP']);
    expect((figure.data[1] as ScatterTrace).x).toHaveLength(summary.seeds.length);
    expect(figure.meta!.caption).toContain(`seeds ${summary.seeds.join(', ')}`);
    expect(() => storedSeedsFigure(summary, ['base'])).toThrow('choose from baseline');
  });

  it('published counts stand beside this dataset, fewest images a class first', () => {
    const { rows } = publishedTable(dataset);
    expect(rows.find(({ name }) => name === 'Cotton80')).toMatchObject({ classes: 80, train: 240, perClass: 3 });
    const perClass = rows.map((row) => row['perClass'] as number);
    expect(perClass).toEqual([...perClass].sort((a, b) => a - b));
    expect(toMarkdown(publishedTable(dataset))).toContain('(this one)');
  });
});

describe('a changed copy', () => {
  const name = (split: string, k: number): string => `1_${k}_${split}.png`;
  const copies = async (): Promise<string[]> =>
    (await readdir(os.tmpdir())).filter((folder) => folder.startsWith('csdnet-copy-'));

  it('is in order unchanged, shows its layout, and is gone afterwards', async () => {
    const before = await copies();
    expect(await readChanged(dataset)).toBe('in order: 2 classes, 6 training and 6 test images');
    expect(layoutText(dataset)).toContain(`    ${name('train', 1)} 1`);
    expect(await copies()).toEqual(before);
  });

  it('is refused with the reason: a wrong label, a lost file, a leak, a missing split; no path of the machine is told', async () => {
    const train = name('train', 1);
    const said = await Promise.all([
      readChanged(dataset, { 'anno/train.txt': (text) => text.replace(`${train} 1`, `${train} 0`) }),
      readChanged(dataset, { [`images/${name('test', 2)}`]: null }),
      readChanged(dataset, { 'anno/test.txt': (text) => text.replace(name('test', 1), train) }),
      readChanged(dataset, { 'anno/test.txt': null }),
    ]);
    expect(said[0]).toContain('the label 0; allowed: 1..2');
    expect(said[1]).toContain('is missing');
    expect(said[2]).toContain('is also a training image');
    expect(said[3]).toContain('anno/test.txt');
    expect(said.join()).not.toContain(os.tmpdir());
  });

  it('says which files it holds when another is to be changed', async () => {
    await expect(readChanged(dataset, { 'anno/val.txt': null })).rejects.toThrow('it holds anno/train.txt');
  });
});
