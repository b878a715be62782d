/** What 05-ssdt-distillation shows: lessons with their gradients, who moves, and whether two views agree. */
import { describe, expect, it } from 'vitest';
import { figureToSvg, toMarkdown } from '../report';
import * as tf from '../tf';
import { distillLesson, entropyOf, gradientSize } from './distill-plain';
import { agreementTable, lessonsFigure, viewAgreement } from './lessons-figure';
import { distillLoss, softened } from './plain';
import type { ViewLook } from './views';

const z = [[2, 1, 0], [0, 0, 3]]; // prettier-ignore
const w = [[1, 1, 1], [0, 1, 2]]; // prettier-ignore
const pair = { raw: z, second: w };

describe('a lesson', () => {
  it('costs what the plain loss says, and its gradient is T (q - p) on the student alone', () => {
    const before = tf.memory().numTensors;
    const lesson = distillLesson(pair, { temperature: 2 });
    expect(tf.memory().numTensors).toBe(before);
    expect(lesson.losses).toEqual(distillLoss(w, z, 2));
    z.forEach((row, i) => {
      const [q, p] = [softened(row, 2), softened(w[i]!, 2)];
      lesson.toRaw[i]!.forEach((g, c) => expect(g).toBeCloseTo(2 * (q[c]! - p[c]!), 5));
    });
    expect(gradientSize(lesson.toSecond)).toBe(0);
  });

  it('moves the other view in the other direction, both without the stop, and both halfway when symmetric', () => {
    const back = distillLesson(pair, { direction: 'rawToAug' });
    expect([gradientSize(back.toRaw), gradientSize(back.toSecond) > 0]).toEqual([0, true]);
    const free = distillLesson(pair, { stopGradient: false });
    expect([gradientSize(free.toRaw) > 0, gradientSize(free.toSecond) > 0]).toEqual([true, true]);
    const both = distillLesson(pair, { direction: 'symmetric' });
    expect(gradientSize(both.toSecond)).toBeCloseTo(gradientSize(back.toSecond) / 2, 6);
    const svg = figureToSvg(lessonsFigure({ 'augToRaw, fixed': distillLesson(pair), 'both move': free }));
    expect(svg).toContain('on z, the raw view');
  });

  it('reads the labels where it is decoupled, and tells views that do not belong together', () => {
    const of = (labels: number[]): number[] => distillLesson({ ...pair, labels }, { divergence: 'decoupled' }).losses;
    expect(of([0, 2])).not.toEqual(of([1, 1]));
    expect(() => distillLesson({ raw: z, second: [[1, 2, 3]] })).toThrow('both views of the same samples');
    expect(tf.memory().numTensors).toBe(0);
  });

  it('entropy runs from 0 to the logarithm of the number of classes', () => {
    expect(entropyOf([1, 0, 0])).toBe(0);
    expect(entropyOf([0.25, 0.25, 0.25, 0.25])).toBeCloseTo(Math.log(4), 12);
  });
});

/** A look of which only logits, label and box are read. */
const lookOf = (label: number, raw: number[], cut: number[], height = 4): ViewLook =>
  ({
    sample: { label },
    raw: { height: 4, width: 4 },
    box: { top: 0, left: 0, height, width: 4 },
    logits: { raw: Float32Array.from(raw), cut: Float32Array.from(cut) },
  }) as unknown as ViewLook;

describe('the agreement of two views', () => {
  it('counts images by hand', () => {
    const looks = [
      lookOf(0, [2, 0], [1, 0]),
      lookOf(0, [0, 1], [3, 0], 2),
      lookOf(1, [0, 1], [0, 1]),
      lookOf(1, [2, 0], [3, 0]),
    ];
    const found = viewAgreement(looks);
    expect(found).toMatchObject({ images: 4, area: 0.875, agree: 0.75, raw: 0.5, second: 0.75, ensemble: 0.75 });
    expect(found.gain.mean).toBe(0.25);
    expect(found.kl).toBeGreaterThan(0);
    expect(toMarkdown(agreementTable({ one: found }))).toContain('4 test images');
    expect(() => viewAgreement(looks.slice(0, 1))).toThrow('at least two');
  });

  it('equal views have no distance', () => {
    const same = viewAgreement([lookOf(0, [2, 0], [2, 0]), lookOf(1, [80, -80], [80, -80])]);
    expect([same.kl, same.agree, same.gain.mean]).toEqual([0, 1, 0]);
  });
});
