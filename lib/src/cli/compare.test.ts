import fs from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { mergeSummaries, summaryOf } from '../ablation/summary';
import { planRuns } from '../ablation/plan';
import { summarizeRuns } from '../ablation/results';
import { TABLES } from '../ablation/tables';
import { preset } from '../config';
import { temporaryFolder } from '../data/testing';
import { publishedFile } from '../published';
import { runRecord } from '../testing/records';
import { compareCommand } from './compare';

let folder: string;
const at = (...parts: string[]): string => path.join(folder, ...parts);

/** A file of results of the recipe `paper` on a dataset of some name with the counts of Cotton80. */
function results(name: string): string {
  const full = preset('paper');
  const variants = TABLES.modules.variants(full);
  const planned = planRuns(variants, [1, 2], {
    sources: () => ({ dataset: 'f', weights: null }),
    find: () => undefined,
  });
  const dataset = { name, fingerprint: 'f', classes: 80, train: 240, tests: { test: 240 } };
  const done = planned.map((run) => ({ ...run, record: { ...runRecord(run.config, 0.5), dataset } }));
  const summary = summaryOf('modules', full, summarizeRuns(TABLES.modules, variants, done)!);
  fs.writeFileSync(at(`${name}.json`), JSON.stringify(mergeSummaries(undefined, summary)));
  return at(`${name}.json`);
}

beforeAll(async () => {
  folder = await temporaryFolder();
  vi.stubEnv('CSDNET_HOME', folder);
});
afterAll(() => {
  vi.unstubAllEnvs();
  fs.rmSync(folder, { recursive: true, force: true });
});
afterEach(() => vi.restoreAllMocks());

/** What the command prints: its tables and its words. */
async function compare(...args: string[]): Promise<string> {
  const lines = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  await compareCommand().parseAsync(args, { from: 'user' });
  return lines.mock.calls.flat().join('\n');
}

describe('csdnet compare', () => {
  it('puts ours beside theirs, and writes the table in three forms', async () => {
    const text = await compare('--results', results('cotton'));
    expect(text).toContain('**Cotton80: ours beside published numbers**');
    expect(text).toMatch(
      /\| ours: SSDP \+ DDL \+ SSDT \| ViT-B\/16 \| 448 \| all \| 50\.0 ± 0\.0 \| mean of 2 seeds, last epoch \|/,
    );
    expect(text).toMatch(/\| CSDNet \|.*\| −7\.9 \| in part: /);
    expect(text).toContain("The paper's own ablation tables (modules, ");
    for (const form of ['md', 'csv', 'tex']) expect(fs.existsSync(at('data', 'tables', `compare.cotton80.${form}`))).toBe(true); // prettier-ignore
  });

  it('says that nothing can be compared, and what to run', async () => {
    const text = await compare('--results', results('daisies'));
    expect(text).toContain('Nothing can be compared: our results are on daisies; numbers are published for Cotton80, ');
    expect(text).toContain('npm run reproduce -- --dataset /path/to/cotton80 --preset paper');
  });

  it("shows the paper's own table beside ours as soon as a person has filled it in", async () => {
    const file = at('published.json');
    const content = JSON.parse(fs.readFileSync(publishedFile(), 'utf8')) as { ablations: object[] };
    content.ablations = [
      {
        ...{ table: 'modules', status: 'obtained', source: 'table 3', dataset: 'cotton80' },
        ...{ backbone: 'ViT-B/16', imageSize: 448, rows: [{ name: 'baseline', value: 52.5 }] },
      },
    ];
    fs.writeFileSync(file, JSON.stringify(content));
    const text = await compare('--published', file, '--results', results('cotton'));
    expect(text).toContain("**Modules: the paper's own table (table 3) beside ours**");
    expect(text).toContain('| baseline | 52.5 | 50.0 | +0.0 | +0.0 |');
    expect(text).not.toContain('not obtained');
  });

  it.each([
    [['--dataset', 'daisies'], /dataset "daisies": no numbers are published; choose one of cotton80, /],
    [['--results', 'nowhere.json'], /nowhere\.json: there is no such file; reproduce --results writes one/],
    [['--published', 'nowhere.json'], /nowhere\.json cannot be used:\n {2}- there is no such file/],
  ])('says what is wrong with %j', async (args, message) => {
    await expect(compare(...args)).rejects.toThrow(message);
  });
});
