import { describe, expect, it } from 'vitest';
import { checkConfig } from '../config';
import { CASES, chooseCases, CSDNET, CSDNET_LARGE, groupsOf, SERIES } from './cases';
import type { SeriesName } from './cases';
import { JOBS } from './jobs';
import { benchConfig } from './recipe';
import { SOAK } from './soak';
import { WAITING } from './waiting';

const all = [...CASES, ...JOBS, SOAK, WAITING];
const rowsOf = ({ baseline, step, long }: typeof CSDNET) => [baseline, step, long];
const names = all.map(({ name }) => name);

describe('the rows of the benchmark', () => {
  it('have names of their own', () => {
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(['step', 'inference'])('hold the %s of every network that is promised', (kind) => {
    const networks = [96, 128, 224].map((side) => `efficientnet-lite0 ${side} px`);
    for (const network of [...networks, 'vit-tiny 224 px', 'vit-small 224 px', 'vit-base 224 px'])
      expect(names).toContain(`${kind} ${network}`);
  });

  it('hold queues of 1k, 8k and 65k rows, the CSDNet step, trained batch norm and jobs', () => {
    expect(names).toEqual(expect.arrayContaining([1024, 8192, 65536].map((rows) => `queue of ${rows} rows`)));
    expect(names).toEqual(expect.arrayContaining([...rowsOf(CSDNET), 'jobs: tiny', 'jobs: laptop']));
    expect(names).toContain('step efficientnet-lite0 96 px, batch norm trained');
  });

  it('hold maps and input', () => {
    const maps = ['umap 2000 x 256', 'umap 5000 x 768'];
    const inputs = ['1024 x 768 to 448', '512 x 384 to 256'].map((what) => `input: JPEG ${what} px`);
    expect(names).toEqual(expect.arrayContaining([...maps, ...inputs]));
  });

  it('give every series three points or more', () => {
    for (const series of Object.keys(SERIES) as SeriesName[])
      expect(CASES.filter((one) => one.series?.[series] !== undefined).length).toBeGreaterThanOrEqual(3);
  });

  it('ask for what a config allows', () => {
    const works = [...CASES, ...JOBS].map(({ work }) => work);
    for (const work of works)
      if (work.kind === 'step' || work.kind === 'inference') expect(() => checkConfig(benchConfig(work))).not.toThrow();
  });

  it('are chosen by a part of their names', () => {
    expect(chooseCases(CASES, [])).toBe(CASES);
    expect(chooseCases(CASES, ['step vit-', 'queue of 1024']).map(({ name }) => name)).toEqual([
      ...['step vit-tiny 224 px', 'step vit-small 224 px', 'step vit-base 224 px', 'queue of 1024 rows'],
    ]);
    expect(() => chooseCases(CASES, ['vit-huge'])).toThrow(/"vit-huge" is part of no name\. The rows are:\n {2}step/);
  });

  it('share their rounds by group', () => {
    const groups = groupsOf(CASES);
    expect(groups.flat()).toHaveLength(CASES.length);
    for (const network of [CSDNET, CSDNET_LARGE]) {
      const own = groups.find((group) => group.some(({ name }) => name === network.baseline))!;
      expect(own.map(({ name }) => name)).toEqual(expect.arrayContaining(rowsOf(network)));
    }
  });
});
