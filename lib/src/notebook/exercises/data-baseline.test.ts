import { describe, expect, it } from 'vitest';
import { baselineExercises } from './baseline';
import { dataExercises } from './data';

describe('the exercises of 01-data', () => {
  const one = dataExercises['data-one-image'];
  it('one image is 100/n points; a share and the other way round are explained', () => {
    expect(one.judge(0.5, { images: 200 })).toMatchObject({ right: true });
    expect(one.judge('0.5 points', { images: 200 }).right).toBe(true);
    expect(one.judge(0.005, { images: 200 }).because).toContain('a share');
    expect(one.judge(2, { images: 200 }).because).toContain('wrong way round');
  });
  it('four times the images, and what pairing takes out', () => {
    expect(dataExercises['data-half-width'].judge(4, undefined).right).toBe(true);
    expect(dataExercises['data-half-width'].judge(2, undefined).because).toContain('1.41');
    expect(dataExercises['data-pairing'].judge('shared', undefined).right).toBe(true);
    expect(dataExercises['data-pairing'].judge('luck', undefined).right).toBe(false);
  });
});

describe('the exercises of 02-baseline', () => {
  it('equal logits cost ln C', () => {
    const even = baselineExercises['baseline-even-loss'];
    expect(even.judge(Math.log(20), { classes: 20 }).right).toBe(true);
    expect(even.judge(0.05, { classes: 20 }).because).toContain('minus its logarithm');
    expect(even.judge(Math.log2(20), { classes: 20 }).because).toContain('in bits');
    expect(even.judge(-Math.log(20), { classes: 20 }).because).toContain('The sign');
  });
  it('the pull is prediction minus target', () => {
    const p = Math.E / (Math.E + 2);
    const given = { logits: [1, 0, 0], label: 0 };
    const pull = baselineExercises['baseline-pull'];
    expect(pull.judge(p - 1, given).right).toBe(true);
    expect(pull.judge(1 - p, given).because).toContain('the sign is not');
    expect(pull.judge(p, given).because).toContain('prediction alone');
  });
  it('the test chooses nothing', () => {
    const best = baselineExercises['baseline-best-epoch'];
    expect(best.judge('Validation', undefined).right).toBe(true);
    for (const answer of ['test', 'train', 'average']) expect(best.judge(answer, undefined).right).toBe(false);
  });
});
