import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TABLES } from '../../ablation/tables';
import { planRuns } from '../../ablation/plan';
import { summarizeRuns } from '../../ablation/results';
import { merge, preset } from '../../config';
import type { Config } from '../../config';
import { embeddingScatter } from '../../plots';
import { runRecord } from '../../testing/records';
import { tablePageHtml } from '.';
import type { TablePage } from '.';
import { policyOf } from './frame';
import { RECONSTRUCTION } from './overview';

const NAMES = ['<script>alert(1)</script>', '"><img src=x onerror=alert(2)>'];
const full = preset('tiny', { dataset: { name: '/home/somebody/secret/two' } });
const variants = TABLES.modules.variants(full);
/** Some accuracy that depends on the seed and on the objective. */
const accuracyOf = ({ seed, objective }: Config): number => 0.5 + 0.1 * ((seed + objective.length) % 3);
const runs = planRuns(variants, [1, 2, 3], {
  sources: () => ({ dataset: 'f', weights: null }),
  find: () => undefined,
}).map((run) => ({ ...run, record: runRecord(run.config, accuracyOf(run.config)) }));
const results = summarizeRuns(TABLES.modules, variants, runs)!;

const picture = `data:image/jpeg;base64,${Buffer.from('picture').toString('base64')}`;
const mistake = {
  ...{ name: "a'b<i>.png", truth: NAMES[0]!, called: NAMES[1]!, probability: 0.91, trueProbability: 0.04 },
  ...{ picture, calledPicture: picture },
};
const page: TablePage = {
  ...{ results, full, classNames: NAMES, command: 'npm run reproduce -- --table modules --set "a<b"' },
  map: {
    figure: embeddingScatter([0, 1, 2].map((i) => ({ x: i, y: i * i, label: i % 2 })), { names: NAMES }), // prettier-ignore
    note: 'UMAP of all 3 test images.',
  },
  mistakes: { items: [mistake], wrong: 4, images: 10, run: '0123456789ab' },
};
const html = tablePageHtml(page);
const POLICY = policyOf({});

/** What a reader reads: no style, no picture, no tag. */
const textOf = (source: string): string =>
  source
    .replace(/<style>[\s\S]*?<\/style>|<svg[\s\S]*?<\/svg>/g, '')
    .replace(/<(h1|h2|h3|p|li|tr|pre|dt|summary|figcaption|div)\b[^>]*>/g, '\n')
    .replace(/<\/t[dh]>/g, ' | ')
    .replace(/<[^>]*>/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');

describe('tablePageHtml', () => {
  it('has its parts in this order, with these words', () => {
    // Without what other files decide: the columns of the table, the fields of a recipe, the names of runs.
    const own = html
      .replace(/(<section id="table"[^>]*>\n<h2[^>]*>[^<]*<\/h2>)[\s\S]*?<\/section>/, '$1</section>')
      .replace(/<\/summary>[\s\S]*?<\/details>/g, '</details>')
      .replace(/Runs [0-9a-f]{12}/g, 'Runs <i>HASH</i>');
    expect(textOf(own)).toMatchSnapshot();
  });

  it('allows its own style and pictures in itself, and nothing else', () => {
    const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(html)![1]!;
    expect(policy.replaceAll('&#39;', "'")).toBe(POLICY);
    expect(POLICY).toMatch(/^default-src 'none'; img-src data:; script-src 'none'; style-src 'sha256-[\w+/=]{44}'; base-uri 'none'; form-action 'none'$/); // prettier-ignore
    const styles = [...html.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, text]) => text!);
    expect(styles).toHaveLength(1);
    expect(POLICY).toContain(createHash('sha256').update(styles[0]!).digest('base64'));
    // The policy stands before everything that it is to hold for, and no style of an element is needed, which it would forbid.
    expect(html.indexOf('Content-Security-Policy')).toBeLessThan(html.indexOf('<style>'));
    expect(html).not.toMatch(/<[^>]*\sstyle=/);
  });

  it('allows the script of the linked matrix by its hash, and no other', () => {
    const counts = [[1, 2], [0, 3]]; // prettier-ignore
    const data = { title: 'Run x', names: NAMES, counts, pictures: [picture], guesses: [{ picture: 0, truth: 0, predicted: 1 }], training: [[], [0]] }; // prettier-ignore
    const linked = tablePageHtml({ ...page, linked: data });
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(linked)![1]!.replaceAll('&#39;', "'");
    const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const run = [...linked.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text]) => hash(text!));
    expect(run).toHaveLength(1);
    expect(policy).toContain(`script-src ${run[0]!};`);
    const styles = [...linked.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, text]) => hash(text!));
    expect(policy).toContain(`style-src ${styles.join(' ')};`);
    expect(linked).not.toMatch(/<[^>]*\sstyle=/);
    expect(linked.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\/|fetch\(|XMLHttp|import\(/);
    expect(linked).not.toContain('<script>alert');
  });

  it('asks nobody for anything', () => {
    const rest = html.replaceAll('http://www.w3.org/2000/svg', '');
    expect(rest).not.toMatch(/https?:\/\/|@import|url\((?!#)|<link|<script|<iframe|<object|fetch\(/i);
    const sources = [...html.matchAll(/\b(?:src|href)="([^"]*)"/g)].map(([, value]) => value!);
    expect(sources.length).toBeGreaterThan(9);
    expect(sources.filter((value) => !/^(#[a-z]+|data:image\/jpeg;base64,)/.test(value))).toEqual([]);
  });

  it('shows names of classes and files as text alone', () => {
    expect(html).not.toContain('<script');
    expect(html).not.toMatch(/<img(?! src="data:image)/);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).toContain('a&#39;b&lt;i&gt;.png');
    expect(html).toContain('--set &quot;a&lt;b&quot;');
  });

  it('names no folder of the machine', () => {
    expect(html).not.toMatch(/\/home\/|secret/);
    expect(html).toMatch(/dataset\.name += two\n/);
  });

  it('has closed every element that it opened, and every link leads to a part', () => {
    const open: string[] = [];
    const empty = /^(meta|br|img|!doctype)$/i;
    for (const [, end, name, self] of html.matchAll(/<(\/?)([!a-z][\w:]*)(?:"[^"]*"|[^">])*?(\/?)>/gi)) {
      if (end) expect(open.pop()).toBe(name);
      else if (!empty.test(name!) && !self) open.push(name!);
    }
    expect(open).toEqual([]);
    const ids = new Set([...html.matchAll(/<section id="([^"]*)"/g)].map(([, id]) => id));
    for (const [, id] of html.matchAll(/<li><a href="#([^"]*)"/g)) expect(ids).toContain(id);
  });

  it('is the same for the same results, and says on every page what it is not', () => {
    expect(tablePageHtml(page)).toBe(html);
    expect(textOf(html)).toContain(RECONSTRUCTION.replace("'", '&#39;'));
  });

  it('has a sentence where a part is not there', () => {
    const bare = tablePageHtml({ ...page, map: { missing: 'No features <here>.' }, mistakes: { missing: 'No predictions.' } }); // prettier-ignore
    expect(bare).toContain('<p>No features &lt;here&gt;.</p>');
    expect(bare).toContain('<p>No predictions.</p>');
    expect(bare).not.toContain('<img');
  });

  it('shows one seed without an interval, and a sweep without a control', () => {
    const sweep = TABLES.margin.variants(full);
    const one = planRuns(sweep, [1], { sources: () => ({ dataset: 'f', weights: null }), find: () => undefined });
    const single = summarizeRuns(TABLES.margin, sweep, one.map((run) => ({ ...run, record: runRecord(run.config, 0.5) })))!; // prettier-ignore
    const text = textOf(tablePageHtml({ ...page, results: single }));
    expect(text).toContain('the full model; one seed: no interval');
    expect(text).toContain('xi = 0 against default: +0.0 points on a single seed: one seed cannot tell.');
    const alone = summarizeRuns(TABLES.margin, sweep, one.slice(2, 3).map((run) => ({ ...run, record: runRecord(run.config, 0.5) })))!; // prettier-ignore
    const words = textOf(tablePageHtml({ ...page, results: alone }));
    expect(words).toContain('Paired differences need the reference and another variant on the same seeds.');
  });

  it('shows further tables and other sentences where it is given some', () => {
    const tests = {
      title: 'Tests <of> rows',
      columns: [{ key: 'p', title: 'p' }],
      rows: [{ p: '0.5' }],
      notes: ['Holm.'],
    };
    const text = textOf(tablePageHtml({ ...page, sentences: ['Nothing can be told.'], tables: [tests] }));
    const beside = textOf(
      tablePageHtml({ ...page, published: { ...tests, title: 'Two: ours beside published numbers' } }),
    );
    expect(beside).toContain('Two: ours beside published numbers\np |\n0.5 |\nHolm.\nHow it was made');
    expect(text).not.toContain('Published');
    expect(text).toContain('Nothing can be told.\nThis is a reconstruction.');
    expect(text).toContain('Tests &lt;of&gt; rows\np |\n0.5 |\nHolm.');
  });

  it('counts the images of parts that are trained apart together, and a seed once', () => {
    const stages = ['R1', 'R3'].map((name) => ({
      name,
      of: 'Soy',
      dataset: { ...{ name, root: `/${name}`, classes: 2, classNames: ['a', 'b'], fingerprint: name, tests: {} }, train: { name: 'train', samples: [] } },
    })); // prettier-ignore
    const knowledge = { sources: () => ({ dataset: 'f', weights: null }), find: () => undefined, stages };
    const parts = planRuns(variants, [1, 2, 3], knowledge).map((run) => ({
      ...run,
      record: runRecord(run.config, 0.5),
    }));
    const text = textOf(tablePageHtml({ ...page, results: summarizeRuns(TABLES.modules, variants, parts)! }));
    expect(text).toContain('ablation of Soy');
    expect(text).toContain('\nSoy\n2 stages: R1, R3\n');
    expect(text).toContain('8 training images\n20 test images (test)');
    expect(text).toContain('mean over 3 seeds');
  });

  it('counts the images of folds together, and calls them no test images', () => {
    const chosen = preset('tiny', { dataset: { validation: 'folds:2' } });
    const rows = TABLES.margin.variants(chosen);
    const planned = planRuns(rows, [1, 2], { sources: () => ({ dataset: 'f', weights: null }), find: () => undefined });
    const done = planned.map((run) => {
      const record = runRecord(run.config, 0.5);
      const { test: validation } = record.evaluation;
      return { ...run, record: { ...record, dataset: { ...record.dataset, train: 10, tests: { validation: 10 } }, evaluation: { validation: validation! } } }; // prettier-ignore
    });
    const text = textOf(tablePageHtml({ ...page, results: summarizeRuns(TABLES.margin, rows, done)! }));
    expect(text).toContain('20 training images\n20 validation images (folds:2)\n');
    expect(text).toContain('4 of 10 validation images were called wrongly');
    expect(text).toContain('Share of each class&#39;s validation images that default names rightly');
    expect(text.replaceAll('no test image was read', '').replace('UMAP of all 3 test images', '')).not.toMatch(
      /test (image|accuracy|feature)/,
    );
  });

  it('says of a row with fewer images how many it has', () => {
    const rows = TABLES.shots.variants(full, { classes: 2, perClass: 2, images: 4 });
    const planned = planRuns(rows, [1], { sources: () => ({ dataset: 'f', weights: null }), find: () => undefined });
    const done = planned.map((run) => ({ ...run, record: runRecord(run.config, 0.5) }));
    const text = textOf(tablePageHtml({ ...page, results: summarizeRuns(TABLES.shots, rows, done)! }));
    expect(text).toMatch(/baseline, 1 a class \| [^|]*\| no contrast term, [^|]*dataset\.trainPerClass = 1,/);
    expect(text).toContain('4 training images\n10 test images (test)\nconvnet, 64 px\n20 epochs\n');
    expect(text).toMatch(/\nSSDP \+ DDL \+ SSDT \| [^|]*\| the recipe as it is \|/);
  });

  it('shows the ends of many classes, and all of them on demand', () => {
    const names = Array.from({ length: 50 }, (_, c) => `class ${c + 1}`);
    const wide = runs.map((run) => {
      const record = runRecord(run.config, 0.5);
      const perClass = names.map((_, c) => c / 50);
      const evaluation = { test: { ...record.evaluation.test!, perClass } };
      return { ...run, record: { ...record, dataset: { ...record.dataset, classes: 50 }, evaluation } };
    });
    const text = textOf(tablePageHtml({ ...page, classNames: names, results: summarizeRuns(TABLES.modules, variants, wide)! })); // prettier-ignore
    expect(text).toContain('The 10 worst');
    expect(text).toContain('The 10 best');
    expect(text).toContain('All 50 classes');
  });

  it('refuses a picture that is a link', () => {
    const items = [{ ...mistake, picture: 'https://example.org/a.jpg' }];
    const mistakes = { items, wrong: 1, images: 2, run: '' };
    expect(() => tablePageHtml({ ...page, mistakes })).toThrow(
      'a report holds its pictures itself: https://example.org/a.jpg',
    );
    const changed = merge(full, { training: { epochs: 3 } });
    expect(tablePageHtml({ ...page, full: changed })).toMatch(/training\.epochs += 3\n/);
  });
});
