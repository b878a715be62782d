import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { splitNamed } from '../data';
import type { Dataset } from '../data';
import { calibration, mcnemar, shareInterval } from '../metrics';
import { figureToSvg, toMarkdown } from '../report';
import { useStripes } from '../testing/hooks';
import { smallConfig } from '../testing/images';
import { score } from '../train';
import { changeFigure, sharedErrors, sharedTable } from './errors-compare';
import { confidenceFigure, confidenceTable } from './errors-confidence';
import { classAccuracyFigure, confusedFigure, confusedTable, confusionFigure, familyTable } from './errors-figure';
import { linkedConfusion } from './errors-linked';
import { cutTable, lookAtGuesses, seenTable, seenVerdict } from './errors-seen';
import { errorsExercises } from './exercises/errors';
import { boundariesOf, guessesOf } from './guesses';
import { familiesOf } from './traits';
import type { Guesses } from './guesses';
import type { LiveRun } from './train-live';

const CLASSES = 4;
const EACH = 3;
let dataset: Dataset;
useStripes(CLASSES, EACH, (made) => ({ dataset } = made));
let first: Guesses;
let second: Guesses;

/** A run that gives each test image (class by class) this class, with a logit of 2 against 0. */
function runThatSays(predicted: readonly number[], seed: number): LiveRun & { readonly name: string } {
  const { samples } = splitNamed(dataset, 'test');
  const labels = samples.map(({ label }) => label);
  const logits = new Float32Array(labels.length * CLASSES);
  predicted.forEach((p, i) => (logits[i * CLASSES + p] = 2));
  const outputs = { logits, features: new Float32Array(labels.length), featureSize: 1 };
  const images = { count: labels.length, size: 32, labels: Int32Array.from(labels), names: labels.map(String) };
  const config = { ...smallConfig(), seed };
  return {
    ...{ id: `run${seed}`, config, classNames: dataset.classNames, stopped: false, seconds: 1, epochs: [] },
    ...{ split: 'test', labels, outputs, evaluation: score(outputs, images, CLASSES), queue: undefined, name: 'made' },
    model: { config, classes: CLASSES, values: new Map() },
  };
}

beforeAll(async () => {
  const cultivars = dataset.classNames.map((name, c) => ({ name, family: c < 2 ? 1 : 2 }));
  await writeFile(path.join(dataset.root, 'dataset.json'), JSON.stringify({ cultivars }));
  const labels = splitNamed(dataset, 'test').samples.map(({ label }) => label);
  const sibling = [1, 0, 3, 2];
  first = guessesOf(dataset, runThatSays(labels.map((label, i) => (i % 3 === 0 ? sibling[label]! : label)), 1)); // prettier-ignore
  second = guessesOf(dataset, runThatSays(labels.map((label, i) => (i % 4 === 0 ? (label + 2) % 4 : label)), 2)); // prettier-ignore
});

describe('guesses', () => {
  it('join a run with its images', () => {
    expect(first.name).toBe('made, seed 1');
    expect(first.labels).toHaveLength(CLASSES * EACH);
    expect(first.right.reduce((sum, one) => sum + one, 0)).toBe(8);
    const sure = Math.exp(2) / (Math.exp(2) + 3);
    for (const confidence of first.confidences) expect(confidence).toBeCloseTo(sure, 6);
    expect(first.counts.flat().reduce((sum, n) => sum + n, 0)).toBe(12);
  });

  it('refuse another dataset', () => {
    const other = { ...runThatSays(Array<number>(12).fill(0), 1), labels: Array<number>(12).fill(0) };
    expect(() => guessesOf(dataset, other)).toThrow('give the dataset that it was trained with');
  });

  it('know families where the dataset describes them', () => {
    expect(familiesOf(dataset)).toEqual([0, 0, 1, 1]);
    expect(boundariesOf([1, 1, 2, 2])).toEqual([2]);
    expect(familiesOf({ ...dataset, root: path.join(dataset.root, 'images') })).toBeUndefined();
  });
});

describe('figures and tables', () => {
  it('count errors within families beside chance', () => {
    const [one, two] = familyTable([first, second]).rows;
    expect(one).toMatchObject({ errors: 4, share: 100, even: expect.closeTo(100 / 3, 9) });
    expect(one!['low']).toBeCloseTo(100 * shareInterval(4, 4).low!, 9);
    expect(two).toMatchObject({ errors: 3, share: 0 });
  });

  it('draw the matrix, the classes and the most confused siblings', async () => {
    expect(figureToSvg(confusionFigure(first))).toContain('made, seed 1');
    expect(figureToSvg(classAccuracyFigure(first))).toContain('named rightly');
    expect(confusedTable(first, 2).rows).toHaveLength(2);
    expect(confusedTable(first, 1).rows[0]).toMatchObject({ siblings: 'yes', count: 1 });
    expect((await confusedFigure(dataset, first, 2)).layout.images).toHaveLength(6);
    await expect(confusedFigure(dataset, second)).rejects.toThrow('no sibling is taken for another');
  });

  it('embed the pictures of the errors and of the training images once each', async () => {
    const html = await linkedConfusion(dataset, first, { size: 16, training: 2 });
    const json = /<script type="application\/json">(.*)<\/script>/.exec(html)![1]!;
    const data = JSON.parse(json) as { pictures: string[]; guesses: unknown[]; training: number[][] };
    expect([data.pictures.length, data.guesses.length]).toEqual([4 + CLASSES * 2, 4]);
    expect(data.training.flat()).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
    const all = await linkedConfusion(dataset, first, { size: 16, training: 2, right: true });
    expect(all.match(/data-cell=/g)!.length).toBeGreaterThan(html.match(/data-cell=/g)!.length);
  });
});

describe('what the saliency saw', () => {
  it('follows every image, and both tables count them all', async () => {
    const seen = await lookAtGuesses(dataset, smallConfig(), first);
    expect(seen).toHaveLength(12);
    for (const { kept, area } of seen) {
      expect(kept).toBeGreaterThanOrEqual(0);
      expect(kept).toBeLessThanOrEqual(1 + 1e-6);
      expect(area).toBeLessThanOrEqual(1 + 1e-6);
    }
    const images = seenTable(seen).rows.map((row) => row['images'] as number);
    expect(images[0]! + images[1]!).toBe(12);
    const cells = cutTable(seen).rows.flatMap(({ right, wrong }) => [right as number, wrong as number]);
    expect(cells.reduce((sum, n) => sum + n, 0)).toBe(12);
  });

  it('tells the difference of both groups, and nothing where one is empty or there is no truth', async () => {
    const [look] = await lookAtGuesses(dataset, smallConfig(), first);
    const made = (right: number, kept: number | null) => ({ ...look!, right, kept, area: 0.5 });
    const table = seenTable([made(1, 0.9), made(1, 1), made(0, 0.4), made(0, 0.5)]);
    expect(table.rows.map(({ kept }) => String(kept).split(' ')[0])).toEqual(['95.0', '45.0', '50.0']);
    expect(seenVerdict([made(1, 0.9), made(1, 0.91), made(0, 0.4), made(0, 0.41)])).toContain(
      'more than chance explains',
    );
    expect(seenVerdict([made(1, 0.5), made(1, 0.9), made(0, 0.4), made(0, 0.9)])).toContain('reaches across 0');
    expect(seenVerdict([made(1, null), made(0, 0.4)])).toContain('too few images');
    expect(seenTable([made(1, 0.9)]).rows[2]).toMatchObject({ kept: '', area: '' });
    expect(seenTable([made(1, null), made(0, null)]).rows.map(({ kept }) => kept)).toEqual(['', '', '']);
  });
});

describe('two runs', () => {
  it('share errors', () => {
    // Wrong: images 0, 3, 6, 9 in the first run, 0, 4, 8 in the second.
    const found = sharedErrors(first, second);
    expect(found).toMatchObject({ bothRight: 6, onlyFirst: 2, onlySecond: 3, bothWrong: 1, byChance: 1, sameClass: 0 });
    expect(found.p).toBe(mcnemar(2, 3));
    expect(sharedErrors(first, first)).toMatchObject({ bothWrong: 4, sameClass: 4, p: 1 });
    expect(toMarkdown(sharedTable(first, second))).toContain('Both wrong: 1 images');
    expect(figureToSvg(changeFigure(first, second))).toContain('made, seed 2');
  });

  it('refuse other images', () => {
    expect(() => sharedErrors(first, { ...second, samples: second.samples.slice(1) })).toThrow('the same images');
  });
});

it('confidence: the table holds what calibration measures', () => {
  const [row] = confidenceTable([first]).rows;
  expect(row!['ece']).toBeCloseTo(100 * calibration(first.confidences, first.right).ece, 9);
  const [sure, rest] = [Math.exp(2) / (Math.exp(2) + 3), 1 / (Math.exp(2) + 3)];
  expect(String(row!['nll'])).toMatch(`${((-8 * Math.log(sure) - 4 * Math.log(rest)) / 12).toFixed(2)} [`);
  expect(figureToSvg(confidenceFigure(first))).toContain('Confidence');
});

describe('exercises', () => {
  const coins = { onlyA: 1, onlyB: 7 };
  it('accept what is right', () => {
    expect(errorsExercises['errors-column'].judge('B', undefined).right).toBe(true);
    expect(errorsExercises['errors-images'].judge(94, undefined).right).toBe(true);
    expect(errorsExercises['errors-coins'].judge((2 * 10) / 512, coins).right).toBe(true);
  });

  it('explain what is wrong', () => {
    expect(errorsExercises['errors-column'].judge('a', undefined).because).toContain('ROW');
    expect(errorsExercises['errors-images'].judge(10, undefined).because).toContain('With 10 images');
    expect(errorsExercises['errors-images'].judge(0, undefined).because).toContain('even number');
    expect(errorsExercises['errors-coins'].judge(10 / 512, coins).because).toContain('one side');
    expect(errorsExercises['errors-coins'].judge(18 / 256, coins).because).toContain('before the change');
  });
});
