import { describe, expect, it } from 'vitest';
import { figureToSvg, toMarkdown } from '../report';
import { smallConfig } from '../testing/images';
import { marginCurve, marginFigure } from './margin-curve';
import { contrastLoss } from './plain';
import { driftCompareFigure, queueCompareTable } from './queue-compare';

const look = { similarity: [[0.9, 0.5, 0.2], [0.3, 0.7, 0.6]], anchorLabels: [0, 1], rowLabels: [0, 1, 1] }; // prettier-ignore

describe('the margin turned', () => {
  it('costs what the contrast costs, and counts the pairs that push', () => {
    const [zero, middle, one] = marginCurve(look, [0, 0.4, 1]);
    expect(zero!.pushing).toBe(1);
    expect(middle!.pushing).toBeCloseTo(1 / 3, 9);
    expect(middle!.pull).toBeCloseTo((0.1 + 0.3 + 0.4) / 6, 9);
    expect(middle!.push).toBeCloseTo(0.1 / 6, 9);
    expect(one!.push).toBe(0);
    expect(one!.loss).toBe(one!.pull);
  });

  it('agrees with the loss of the library on unit features', () => {
    const turn = (a: number): number[] => [Math.cos(a), Math.sin(a)];
    const [f, q] = [[0.1, 0.9].map(turn), [0, 0.5, 1.4].map(turn)];
    const labels = { anchorLabels: [0, 1], rowLabels: [0, 1, 0] };
    const similarity = f.map((a) => q.map((b) => a[0]! * b[0]! + a[1]! * b[1]!));
    const losses = contrastLoss({ features: f, labels: [0, 1] }, { features: q, labels: [0, 1, 0] }, 0.4);
    const [point] = marginCurve({ similarity, ...labels }, [0.4]);
    expect(point!.loss).toBeCloseTo((losses[0]! + losses[1]!) / 2, 6);
  });

  it('is drawn, and refuses a look without a pair', () => {
    expect(figureToSvg(marginFigure(marginCurve(look, [0, 0.5, 1]), { at: 0.4 }))).toContain('pairs that push');
    expect(() => marginCurve({ similarity: [], anchorLabels: [], rowLabels: [] }, [0])).toThrow(/no pair/);
  });
});

describe('runs beside each other', () => {
  const statistics = {
    ...{ rows: 8, filled: 8, lengthInSets: 2, filledInSets: 2, age: { mean: 1, median: 1, max: 3 } },
    ...{ classesPresent: 2, coverage: 1, rowsPerClass: [4, 4], copiesPerImage: 2 },
  };
  const drift = [0, 1].map((age) => ({ age, mean: age / 10, max: age / 5, count: 4 }));
  const run = { name: 'two sets', id: 'abc', config: smallConfig(), stopped: false, queue: { statistics, drift } };
  const none = { ...run, name: 'without', queue: undefined };

  it('tell what each remembers; one without a queue has empty cells', () => {
    const table = queueCompareTable([run, none]);
    expect(table.rows[0]).toMatchObject({ rows: 8, copies: 2, oldest: 3, drift: 0.1 });
    expect(table.rows[1]).toMatchObject({ rows: null, drift: null });
    expect(toMarkdown(table)).toContain('two sets');
  });

  it('draw their drift, and say where there is none', () => {
    const other = { ...run, name: 'four sets', id: 'def' };
    const figure = driftCompareFigure([run, none, other]);
    expect(figureToSvg(figure)).toContain('four sets');
    expect(figure.meta?.run).toBe('abc, def');
    expect(() => driftCompareFigure([none])).toThrow(/none of these runs/);
  });
});
