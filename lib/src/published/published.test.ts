import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { TableSummary } from '../ablation/summary';
import { TABLES } from '../ablation/tables';
import { preset, recipeFields } from '../config';
import type { Config } from '../config';
import { PUBLISHED } from '../data';
import { toCsv, toLatex, toMarkdown } from '../report/table';
import { ablationTable, notObtained } from './ablations';
import { checkPublished, publishedWarnings } from './check';
import { compareWithPublished } from './compare';
import { oursOf, publishedKey } from './ours';
import { comparisonTable } from './present';
import { publishedFile, readPublished } from './read';
import type { Published } from './types';

const published = readPublished();
const raw = (): Record<string, unknown> => JSON.parse(fs.readFileSync(publishedFile(), 'utf8')) as Record<string, unknown>; // prettier-ignore

const interval = (mean: number, n: number) => ({ ...{ mean, sd: 0.01, low: mean - 0.02, high: mean + 0.02 }, n, level: 0.95 }); // prettier-ignore

/** A stored table on Cotton80 as the recipe `paper` would give it, with some facts changed. */
function summary(
  change: { config?: Config; train?: number; seeds?: number; test?: number; table?: TableSummary['table'] } = {},
) {
  // prettier-ignore
  const { config = preset('paper'), train = 240, seeds = 5, test = 240, table = 'modules' } = change;
  const { dataset: _, ...fields } = recipeFields(config);
  const row = (name: string, mean: number) => ({
    ...{ name, change: [], runs: [], accuracies: [], nlls: [], toReference: null, toControl: null },
    accuracy: interval(mean, seeds),
  });
  const rows = TABLES[table].variants(config).map(({ name }, i) => row(name, 0.5 + i / 100));
  return {
    ...{ table, question: '', reference: TABLES[table].reference, control: 'control' in TABLES[table] ? 'two views (control)' : null }, // prettier-ignore
    dataset: { name: 'cotton', fingerprint: 'f'.repeat(64), classes: 80, train, tests: { test } },
    ...{ split: 'test', seeds: Array.from({ length: seeds }, (__, i) => i + 1), recipe: fields, rows },
    made: { commit: [], tensorflow: [], cpu: [], threads: [] },
  } as TableSummary;
}

const verdictOn = (method: string, ...summaries: TableSummary[]) => {
  const all = compareWithPublished(published, 'cotton80', summaries.map(oursOf));
  return all.find(({ theirs }) => theirs.method === method)!;
};

describe('the file', () => {
  it('holds every row of the five subsets, each with source, protocol and tag', () => {
    const count = published.results.reduce((sum, { values }) => sum + Object.keys(values).length, 0);
    expect(count).toBe(31);
    expect(published.results[0]).toMatchObject({ method: 'CSDNet', backbone: 'ViT-B/16', imageSize: 448 });
    expect(published.results[0]!.values).toEqual({ cotton80: 57.92, soylocal: 46.17, soygene: 70.82, soyageing: 75.39, soyglobal: 56.3 }); // prettier-ignore
    for (const row of published.results) expect(row.protocol).toEqual({ runs: 1, epoch: 'best on test' });
  });

  it('has one value that is no whole number of test images', () => {
    expect(publishedWarnings(published)).toEqual([
      'SIM-Trans on SoyAgeing: 34.76 % is no whole number of 4950 test images (nearest: 1721, 34.768 %): a mean over parts that were rounded first can be so',
    ]);
  });

  it("has room for the paper's own tables, its rows named as our variants, and no value", () => {
    for (const { table, status, rows } of published.ablations) {
      const variants = TABLES[table as TableSummary['table']].variants(preset('paper'));
      const names = variants.map(({ name, why }) =>
        name === 'default' ? why.replace("the preset's own: ", '') : name,
      );
      expect(rows).toEqual(names.map((name) => ({ name, value: null })));
      expect(status).toBe('not obtained');
    }
    expect(notObtained(published)).toContain('modules, length, margin, alpha, beta, temperature');
  });
});

describe('checkPublished', () => {
  const withResult = (patch: object) => ({ ...raw(), results: [{ ...published.results[0], ...patch }] });
  const withAblation = (patch: object) => ({ ...raw(), ablations: [{ ...published.ablations[0], ...patch }] });
  it.each([
    [
      withResult({ values: { cotton80: 579.2 } }),
      /results\[0\]\.values\.cotton80: expected a percent, 0 to 100; given: 579\.2/,
    ],
    [
      withResult({ values: { daisies: 50 } }),
      /results\[0\]\.values: "daisies" is no dataset of this file; choose one of cotton80, /,
    ],
    [withResult({ imageSize: '448' }), /results\[0\]\.imageSize: .*given: "448"/],
    [withResult({ note: 'x' }), /results\[0\]: Unrecognized key: "note"/],
    [withAblation({ table: 'modulus' }), /ablations\[0\]\.table: .*"modules"/],
    [withAblation({ rows: [{ name: 'baseline', value: 50 }] }), /has values and says "not obtained"/],
    [withAblation({ status: 'obtained' }), /\(modules\): says "obtained" and lacks a value, source, dataset/],
    [[], /file: /],
  ])('names what is wrong (%#)', (value, message) => {
    expect(() => checkPublished(value, 'F')).toThrow(message);
    expect(() => checkPublished(value, 'F')).toThrow(/^F cannot be used:\n/);
  });

  it('warns of a value that no number of images gives', () => {
    const odd = checkPublished(withResult({ values: { cotton80: 57.9 } }));
    expect(publishedWarnings(odd)).toEqual([expect.stringMatching(/^CSDNet on Cotton80: 57\.90 % .*\(nearest: 139, 57\.917 %\)/)]); // prettier-ignore
    expect(() => readPublished('nowhere.json')).toThrow('nowhere.json cannot be used:\n  - there is no such file');
  });
});

describe('publishedKey', () => {
  it('knows the names that a folder has', () => {
    const key = (name: string) => publishedKey(published, name);
    expect(
      ['COTTON', 'Cotton80', 'soybean200', 'soybean_gene', 'soybean_aging_R3', 'R1', 'SoyAgeing'].map(key),
    ).toEqual(['cotton80', 'cotton80', 'soylocal', 'soygene', 'soyageing', 'soyageing', 'soyageing']);
    expect(key('grapevine5')).toBeUndefined();
  });
});

describe('compareWithPublished', () => {
  it('holds the full model against the published one, in the same setting, with its reserves', () => {
    const { verdict, difference } = verdictOn('CSDNet', summary());
    expect(verdict).toEqual({
      ...{ comparable: 'in part', obstacles: [] },
      reserves: ['theirs is the epoch that did best on the test images, ours the last one', 'theirs is a single run'],
    });
    expect(difference).toBeCloseTo(58 - 57.92, 9);
    // The plain network is held against our plain network.
    expect(verdictOn('ViT-B/16 alone', summary()).difference).toBeCloseTo(50 - 52.5, 9);
    // Like beside like, where our runs kept their best epoch on test.
    const kept = summary();
    const rows = kept.rows.map((row) => ({ ...row, bestOnTest: { accuracy: interval(0.6, 5), gain: 0.01 } }));
    const best = verdictOn('CSDNet', { ...kept, rows });
    expect(best.difference).toBeCloseTo(60 - 57.92, 9);
    expect(best.verdict!.reserves[0]).toBe('both are the epoch that did best on the test images, which flatters both');
    expect(verdictOn('CSDNet', summary({ seeds: 1 })).verdict!.reserves).toContain('ours is a single seed');
  });

  it.each([
    [
      summary({ config: preset('laptop') }),
      ['another backbone: EfficientNet-Lite0 here, ViT-B/16 there', 'another image size: 96 px here, 448 px there'],
    ],
    [
      summary({ test: 200 }),
      ['another split: 80 classes, 240 + 200 images here, 80 classes, 240 + 240 images published'],
    ],
    [
      summary({ train: 80, config: preset('paper', { dataset: { trainPerClass: 1 } }) }),
      ['ours was trained on 1 images a class (80), theirs on all 240'],
    ],
  ])('says why not (%#)', (mine, obstacles) => {
    const { verdict, difference } = verdictOn('CSDNet', mine);
    expect(verdict).toMatchObject({ comparable: 'no', obstacles });
    expect(difference).toBeNull();
  });

  it('takes no score on training images for one on the test images', () => {
    const mine = { ...summary(), split: 'validation' };
    expect(verdictOn('CSDNet', mine).verdict!.obstacles[0]).toMatch(/held-out training images/);
  });

  it('knows one stage of SoyAgeing from the whole, and another split by its fingerprint', () => {
    const stage = oursOf({ ...summary(), dataset: { ...summary().dataset, name: 'R1', classes: 198, train: 990, tests: { test: 990 } } }); // prettier-ignore
    const [first] = compareWithPublished(published, 'soyageing', [stage]);
    expect(first!.verdict!.obstacles).toEqual(['ours is one part of 5, theirs the mean over all']);
    const marked = { ...published, datasets: { cotton80: { ...published.datasets.cotton80!, fingerprint: '0'.repeat(64) } } } as Published; // prettier-ignore
    const [other] = compareWithPublished(marked, 'cotton80', [oursOf(summary())]);
    expect(other!.verdict!.obstacles[0]).toMatch(/fingerprint/);
  });

  it('takes the table of ours that differs least, and tells where there is none', () => {
    const near = summary();
    expect(verdictOn('CSDNet', summary({ config: preset('laptop') }), near).ours!.summary).toBe(near);
    expect(verdictOn('CSDNet')).toMatchObject({ ours: undefined, difference: null });
  });
});

describe('comparisonTable', () => {
  const tableOf = (...summaries: TableSummary[]) => {
    const ours = summaries.map(oursOf);
    return comparisonTable(published, 'cotton80', ours);
  };

  it('tells ours and theirs apart in Markdown, CSV and LaTeX', () => {
    const table = tableOf(summary());
    const text = toMarkdown(table);
    expect(text).toContain(
      '| ours: SSDP + DDL + SSDT | ViT-B/16 | 448 | all | 58.0 ± 1.0 | mean of 5 seeds, last epoch |',
    );
    expect(text).toMatch(
      /\| CSDNet \| ViT-B\/16 \| 448 \| all \| 57\.92 \| one run, best epoch on test \| \+0\.1 \| in part: /,
    );
    expect(text).toMatch(
      /\| CLE-ViT \| Swin-B \| not told \| .* \| {2}\| no: another backbone: ViT-B\/16 here, Swin-B there \|/,
    );
    expect(text).toContain('An epoch chosen by its accuracy on the test images flatters');
    expect(toCsv(table).split('\r\n')).toHaveLength(1 + 3 + 7 + 1);
    expect(toLatex(table)).toContain('\\toprule');
  });

  it('says of a row of ours that no test image was scored', () => {
    const text = toMarkdown(tableOf({ ...summary(), split: 'validation' }));
    expect(text).toContain('| mean of 5 seeds, last epoch, on held-out training images |');
  });

  it('says that nothing is comparable, and what to run', () => {
    const note = 'Nothing here is comparable: no published number may be held against ours. To get one that comes nearest, run: npm run reproduce -- --dataset /path/to/cotton80 --preset paper --seeds 5'; // prettier-ignore
    expect(tableOf(summary({ config: preset('laptop') })).notes[0]).toContain(note);
    expect(tableOf().rows.every(({ comparable }) => comparable === 'no: no result of ours on this dataset')).toBe(true);
  });
});

describe('ablationTable', () => {
  const filled = (patch: object): Published['ablations'][number] => ({
    ...published.ablations[0]!,
    ...{ status: 'obtained', source: 'table 9', dataset: 'cotton80', backbone: 'ViT-B/16', imageSize: 448, ...patch },
  });

  it('is not there before somebody has filled it in', () => {
    expect(ablationTable(published, published.ablations[0]!, [oursOf(summary())])).toBeUndefined();
  });

  it('shows ours beside the paper, row by row', () => {
    const theirs = filled({ rows: [{ name: 'baseline', value: 52 }, { name: 'SSDP', value: 54.5 }, { name: 'DDL', value: null }] }); // prettier-ignore
    const table = ablationTable(published, theirs, [oursOf(summary())])!;
    expect(table.rows).toEqual([
      { row: 'baseline', theirs: 52, ours: '50.0', theirGain: '+0.0', ourGain: '+0.0' },
      { row: 'SSDP', theirs: 54.5, ours: '52.0', theirGain: '+2.5', ourGain: '+2.0' },
      { row: 'DDL', theirs: 'not obtained', ours: '53.0', theirGain: '', ourGain: '+3.0' },
    ]);
    expect(table.notes[0]).toMatch(/Comparable: in part: /);
    expect(ablationTable(published, theirs, [])!.notes[0]).toContain('npm run reproduce -- --table modules');
  });

  it("finds a sweep's default row under the value it has", () => {
    const theirs = filled({ table: 'margin', rows: [{ name: 'xi = 0.4', value: 60 }, { name: 'xi = 0.2', value: 59 }, { name: 'xi = 9', value: 1 }] }); // prettier-ignore
    const mine = summary({ table: 'margin' });
    const table = ablationTable(published, theirs, [oursOf(mine)])!;
    const of = (name: string) => (100 * mine.rows.find((row) => row.name === name)!.accuracy.mean).toFixed(1);
    expect(table.rows.map(({ ours }) => ours)).toEqual([of('default'), of('xi = 0.2'), 'no row']);
  });
});

it('counts and finds each dataset as the check of a folder does', () => {
  const known = new Map(PUBLISHED.map((one) => [one.title, one]));
  for (const { title, classes, train, test, folders, parts } of Object.values(published.datasets)) {
    const names = parts ? parts.names.map((name) => `${title} ${name}`) : [title];
    const found = names.map((name) => known.get(name));
    expect(found.map((one) => [one?.classes, one?.train, one?.test])).toEqual(
      names.map(() => [classes, parts?.train ?? train, parts?.test ?? test]),
    );
    if (!parts) expect(found[0]!.folders).toEqual(folders);
  }
});
