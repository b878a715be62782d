import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { projectPaths } from '../project';
import type { Table } from '../report/table';
import { COST_DEFAULTS, costPage, keptReport, paperTable, rough } from './cost';
import { NINE, onPaper } from './on-paper';

/** The numbers and words of a page: prettier has its own mind about blanks, dashes and line ends. */
const words = (text: string): string[] =>
  text
    .replace(/\\(?=[~_*])/g, '')
    .split(/[\s|]+|:?-{3,}:?/)
    .filter((word) => word !== '' && word !== ':');

describe('the cost on paper', () => {
  let table: Table;
  beforeAll(() => {
    table = paperTable('laptop', keptReport(), COST_DEFAULTS);
  }, 120_000);

  it('docs/cost.md is what the command prints', { timeout: 120_000 }, () => {
    const page = fs.readFileSync(path.join(projectPaths().root, 'docs', 'cost.md'), 'utf8');
    expect(words(page)).toEqual(words(costPage(keptReport(), COST_DEFAULTS)));
  });

  it('docs/sweeps.md tells the runs an hour that were measured', () => {
    const page = fs.readFileSync(path.join(projectPaths().root, 'docs', 'sweeps.md'), 'utf8');
    const perHour = (name: string, jobs: number, threads: number) =>
      Math.round(keptReport().jobs!.find((one) => one.name === `jobs: ${name}` && one.jobs === jobs && one.threads === threads)!.cellsPerHour); // prettier-ignore
    for (const name of ['tiny', 'laptop']) {
      const row = new RegExp(`^ *\\| ${name} +\\|(.*)\\|$`, 'm').exec(page)![1]!;
      expect(row.split('|').map(Number)).toEqual([perHour(name, 1, 1), perHour(name, 1, 2), perHour(name, 2, 1)]);
    }
  });

  it('has a row for each dataset and counts runs as the tables plan them', () => {
    expect(table.rows.map(({ title }) => title)).toEqual([...NINE, 'all nine', 'all nine, the modules table alone']);
    const runs = table.rows.map((row) => Number(row['runs']));
    expect(runs[9]).toBe(runs.slice(0, 9).reduce((a, b) => a + b, 0));
    // Nine rows and five seeds, on eight sets and five stages.
    expect(runs[10]).toBe(9 * 5 * 13);
  });

  it('divides by the GPUs, and takes the price as it is given', () => {
    const at = (price: number) => paperTable('laptop', keptReport(), { seeds: 1, gpus: [1, 1000], price }).rows[0]!;
    expect(at(0)['price']).toBe('0 (0 to 0)');
    const [one, many] = [at(2)['gpu1'], at(2)['gpu1000']].map((text) => Number.parseFloat(String(text)));
    // Never less than the longest run, however many GPUs there are.
    expect(many!).toBeGreaterThan(one! / 1000);
    expect(many!).toBeLessThan(one!);
  });

  it('knows the published counts, and says which sets it knows', () => {
    expect(onPaper('SoyGene').dataset.train.samples).toHaveLength(12_763);
    expect(onPaper('SoyAgeing').stages).toHaveLength(5);
    expect(() => onPaper('Iris')).toThrow(/no counts of Iris are known: Cotton80/);
  });

  it('tells two digits', () => {
    expect([0.0234, 5.67, 14_321, 999, 0].map(rough)).toEqual(['0.023', '5.7', '14 000', '1 000', '0']);
  });
});
