import { describe, expect, it } from 'vitest';
import { preset, recipeFields } from '../config';
import { mean } from '../metrics';
import { figureToSvg } from '../report';
import { useConsole } from '../testing/hooks';
import { shotsOf } from '../ablation/summary';
import {
  earlierDefaults,
  scoredOnTest,
  showStored,
  sourceNote,
  storedFigure,
  storedResultsTable,
  storedTable,
  storedTables,
} from './stored';

const { lines, listen } = useConsole();

describe('stored results', () => {
  it('are found by table and images a class', () => {
    const found = storedTable({ table: 'margin', shots: 5 })!;
    expect([found.table, shotsOf(found)]).toEqual(['margin', 5]);
    expect(storedTable({ table: 'margin', shots: 4 })).toBeUndefined();
    expect(() => storedTables('nowhere')).toThrow(/no stored results "nowhere": choose from .*grapevine5/);
  });

  it('are of test images, also where a choice on training images lies beside them', () => {
    const found = storedTable({ table: 'margin', shots: 5 })!;
    const chosen = { ...found, split: 'validation', recipe: { ...found.recipe, 'dataset.validation': 'folds:5' } };
    expect(scoredOnTest([chosen, found])).toEqual([found]);
  });

  it('are shown as they were measured: every row, with its mean over the seeds', () => {
    for (const summary of storedTables()) {
      const table = storedResultsTable(summary);
      expect(table.rows.length).toBe(summary.rows.length);
      summary.rows.forEach(({ accuracies }, i) =>
        expect(String(table.rows[i]!['accuracy'])).toMatch(`${(100 * mean(accuracies)).toFixed(1)} ±`),
      );
      const svg = figureToSvg(storedFigure(summary));
      expect(svg).toContain('no difference');
    }
  });

  it('say how to measure what is missing', () => {
    listen();
    showStored({ table: 'margin', shots: 4 });
    expect(lines[0]).toContain('npm run reproduce -- --table margin --shots 4');
    showStored({ table: 'margin', shots: 5 });
    expect(lines.slice(1).join('\n')).toMatch(/Mean ± standard deviation[\s\S]*grapevine5[\s\S]*\[figure\]/);
  });
});

describe('tables of before a default changed', () => {
  const found = storedTable({ table: 'margin', shots: 5 })!;
  const today = { ...found, recipe: { ...found.recipe, ...recipeFields(preset('laptop')), 'training.epochs': 30 } };

  it('say so', () => {
    expect(earlierDefaults(today)).toEqual([]);
    expect(sourceNote(today)).not.toMatch(/earlier defaults/);
    const before = { ...today, recipe: { ...today.recipe, 'contrast.margin': 0.3 } };
    expect(sourceNote(before)).toMatch(/Measured with earlier defaults: contrast\.margin = 0\.3 \(now 0\.4\)\.$/);
  });
});
