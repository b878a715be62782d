import { describe, expect, it } from 'vitest';
import { toMarkdown, figureToSvg } from '../report';
import * as tf from '../tf';
import { familiesTable, queueGradient, queueLoss } from './contrast-plain';
import { pairCostFigure, planeFigure } from './pair-figures';

const F = [[1, 0, 0], [0.8, 0.6, 0], [0.6, 0.8, 0], [0, 0, 1]]; // prettier-ignore
const batch = { features: F, labels: [0, 0, 1, 1] };
const queue = { features: [[0, 1, 0], [1, 0, 0], [0, 0.6, 0.8]], labels: [1, 0, 0] }; // prettier-ignore
const views = [[0.96, 0.28, 0], [0.6, 0.8, 0], [0.8, 0.6, 0], [0, 0.28, 0.96]]; // prettier-ignore

const turn = (degrees: number): number[] => [Math.cos, Math.sin].map((of) => of((degrees * Math.PI) / 180));

describe('the contrast on plain arrays', () => {
  it('is the hand-checked loss of method section 3', () => {
    const losses = queueLoss(batch, queue, { margin: 0.4 });
    [1 / 3, 0.34667, 0.16, 0.46667].forEach((expected, i) => expect(losses[i]).toBeCloseTo(expected, 4));
  });

  it('balanced, is a mean over positives plus a mean over negatives', () => {
    const losses = queueLoss(batch, queue, { margin: 0.4, reduction: 'balanced' });
    [0.5, 0.62, 0.34, 1.2].forEach((expected, i) => expect(losses[i]).toBeCloseTo(expected, 5));
  });

  it('has a gradient along the sphere that equals the difference quotient', () => {
    const at = (degrees: number) => ({ features: [turn(degrees)], labels: [0] });
    const plane = { features: [turn(85), turn(20), turn(65), turn(170)], labels: [0, 1, 1, 1] };
    const [gradient] = queueGradient(at(50), plane);
    const [f, along] = [turn(50), turn(140)];
    const dot = (v: number[]): number => gradient!.reduce((sum, g, k) => sum + g * v[k]!, 0);
    const step = 0.5;
    const [more, less] = [50 + step, 50 - step].map((degrees) => queueLoss(at(degrees), plane)[0]!);
    expect(dot(f)).toBeCloseTo(0, 6);
    expect(dot(along)).toBeCloseTo((more! - less!) / ((2 * step * Math.PI) / 180), 4);
  });

  it('tells all families in one table, and leaves no tensor', () => {
    const before = tf.memory().numTensors;
    const table = familiesTable({ ...batch, positives: views }, queue, { margin: 0.4 });
    queueGradient(batch, queue);
    expect(tf.memory().numTensors).toBe(before);
    expect(table.rows.map(({ family }) => family)).toEqual(['margin', 'xbm', 'supcon', 'infonce', 'triplet']);
    expect(table.rows[1]).toMatchObject({ a0: 1 });
    expect(toMarkdown(table)).toContain('Image 4 (class 1)');
    expect(() => queueLoss(batch, queue, { family: 'infonce' })).toThrow(/second view/);
  });
});

describe('its pictures', () => {
  it('write what each pair costs', () => {
    const svg = figureToSvg(pairCostFigure(batch, queue, 0.4));
    for (const words of ['s = 0.00: pull 1.00', 's = 0.80: push 0.40', 's = 1.00: nothing 0.00'])
      expect(svg).toContain(words);
  });

  it('draw pull, push and the step in the plane, and nothing else', () => {
    const plane = { features: [turn(85), turn(20), turn(170)], labels: [0, 1, 1] };
    const scene = { feature: turn(50), label: 0, queue: plane, margin: 0.4, gradient: [0.1, -0.1] };
    const { data } = planeFigure(scene);
    const names = data.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['row 1: pull', 'row 2: push', 'the step: minus the gradient']));
    expect(names).not.toContain('row 3: push');
    expect(() => planeFigure({ ...scene, feature: [1, 0, 0] })).toThrow(/give each two/);
  });
});
