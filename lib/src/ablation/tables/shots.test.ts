import { describe, expect, it } from 'vitest';
import { merge, preset } from '../../config';
import type { Config } from '../../config';
import { runRecord } from '../../testing/records';
import type { RunRecord } from '../record';
import { resultsFigures, resultsTable } from '../present';
import { summarizeRuns } from '../results';
import { significanceOf } from '../significance';
import { testsTable } from '../significance-present';
import { TABLES } from '.';

const table = TABLES.shots;
const full = preset('laptop');
const GRAPES = { classes: 5, perClass: 12, images: 60 };
const stepsOf = ({ training, dataset }: Config, { classes, images }: typeof GRAPES): number => {
  const train = dataset.trainPerClass === 'all' ? images : dataset.trainPerClass * classes;
  return training.epochs * Math.ceil(train / training.batchSize);
};

describe('the table of images a class', () => {
  it('has the full model, the control and the baseline at every number that the dataset has', () => {
    const rows = table.variants(full, GRAPES);
    expect(rows.map(({ config }) => config.dataset.trainPerClass)).toEqual(
      [1, 2, 3, 5, 10, 'all'].flatMap((n) => [n, n, n]),
    );
    expect(rows.slice(-3).map(({ name }) => name)).toEqual([table.reference, table.control, table.full]);
    expect(rows.at(-1)!.config).toEqual(full);
  });

  it('pairs each row with the baseline and the control of as many images', () => {
    const rows = table.variants(full, GRAPES);
    const names = new Set(rows.map(({ name }) => name));
    for (const { name, reference, control } of rows) {
      const few = /, \d+ a class$/.exec(name)?.[0];
      if (few) expect([reference, control]).toEqual([`baseline${few}`, `two views (control)${few}`]);
      else expect([reference, control]).toEqual([undefined, undefined]);
      for (const other of [reference, control]) if (other !== undefined) expect(names).toContain(other);
    }
  });

  it('trains as many steps whatever the images are, within half an epoch', () => {
    for (const images of [
      GRAPES,
      { classes: 80, perClass: 3, images: 240 },
      { classes: 198, perClass: 25, images: 4950 },
    ]) {
      const whole = stepsOf(full, images);
      for (const { config } of table.variants(full, images)) {
        const epoch = stepsOf({ ...config, training: { ...config.training, epochs: 1 } }, images);
        expect(Math.abs(stepsOf(config, images) - whole)).toBeLessThanOrEqual(epoch / 2);
      }
    }
  });

  it('ends at the number that the recipe asks for', () => {
    const ten = merge<Config>(full, { dataset: { trainPerClass: 10 } });
    const rows = table.variants(ten, GRAPES);
    expect(rows.map(({ config }) => config.dataset.trainPerClass).at(-1)).toBe(10);
    expect(rows).toHaveLength(3 * 5);
    expect(table.variants(merge<Config>(full, { dataset: { trainPerClass: 1 } }), GRAPES)).toHaveLength(3);
  });

  it('gives a table whose differences are of as many images, and a figure with a line for each model', () => {
    const variants = table.variants(full, { classes: 2, perClass: 4, images: 8 });
    const runs = variants.flatMap(({ name, config }, row) =>
      [1, 2, 3].map((seed) => {
        const own = { ...config, seed };
        const train = config.dataset.trainPerClass === 'all' ? 8 : 2 * config.dataset.trainPerClass;
        const made = runRecord(own, 0.05 * Math.floor(row / 3) + 0.1 * (row % 3) + 0.1 * seed);
        const record: RunRecord = { ...made, dataset: { ...made.dataset, train } };
        return { id: record.id, variant: name, seed, config: own, record };
      }),
    );
    const results = summarizeRuns(table, variants, runs)!;
    for (const variant of results.variants) {
      const expected = variant.name.startsWith('baseline') ? null : variant.name.startsWith('two') ? 0.1 : 0.2;
      if (expected === null) expect(variant.toReference).toBeNull();
      else expect(variant.toReference!.mean).toBeCloseTo(expected, 12);
    }
    expect(resultsTable(results).columns[2]!.title).toBe('Difference to the baseline of as many images');
    const tests = testsTable(results, significanceOf(results));
    expect(tests.rows[0]).toMatchObject({ variant: 'two views (control), 1 a class', against: 'baseline, 1 a class' });
    expect(tests.rows).toHaveLength(12);
    const { curve, difference } = resultsFigures(results, ['a', 'b']);
    expect(curve!.data.map(({ name }) => name)).toEqual(['baseline', 'two views (control)', 'SSDP + DDL + SSDT']);
    expect(curve!.layout.xaxis!.ticktext).toEqual(['1', '2', '3', '4']);
    // The rows of all images alone: the others have another reference.
    expect(JSON.stringify(difference)).not.toContain('a class');
  });
});
