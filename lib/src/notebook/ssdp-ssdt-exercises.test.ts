import { describe, expect, it } from 'vitest';
import { ssdpViewsExercises } from './exercises/ssdp-views';
import { ssdtDistillationExercises } from './exercises/ssdt-distillation';

const A = [[2 / 9, 1 / 9, 0], [1 / 9, 1, 2 / 3], [1 / 9, 1 / 3, 0]]; // prettier-ignore
const truth = [[0, 0, 0], [0, 0, 1], [0, 1, 1]]; // prettier-ignore
const z = [[2, 1, 0], [0, 0, 3]]; // prettier-ignore
const w = [[1, 1, 1], [0, 1, 2]]; // prettier-ignore

describe('the exercises of 03-ssdp-views', () => {
  it('count the cells above the threshold, and know the count of the other one', () => {
    expect(ssdpViewsExercises['ssdp-cells'].judge(3, { A }).right).toBe(true);
    expect(ssdpViewsExercises['ssdp-cells'].judge(2, { A })).toMatchObject({ right: false, because: expect.stringContaining('0.5') as string }); // prettier-ignore
  });

  it.each([
    [1 / 3, true, 'spread evenly'],
    [0.33, true, 'spread evenly'],
    [0, false, 'above 0'],
    [1, false, 'every cell'],
    [33.3, false, 'percent'],
    [0.5, false, 'too much'],
  ])('a flat saliency catches the area of the truth: %s', (answer, right, because) => {
    const judged = ssdpViewsExercises['ssdp-flat'].judge(answer, { truth });
    expect([judged.right, judged.because]).toEqual([right, expect.stringContaining(because)]);
  });

  it('a kernel needs a soft mask, and the control is random', () => {
    expect(['a', 'b', 'c'].map((one) => ssdpViewsExercises['ssdp-kernel'].judge(one, undefined).right)).toEqual([false, false, true]); // prettier-ignore
    expect(ssdpViewsExercises['ssdp-control'].judge('random', undefined).right).toBe(true);
  });
});

describe('the exercises of 05-ssdt-distillation', () => {
  it.each([
    [1.0986, true, 'ln 3'],
    [1.585, false, 'bits'],
    [0, false, 'other end'],
    [1 / 3, false, 'share of each class'],
  ])('the most entropy: %s', (answer, right, because) => {
    const judged = ssdtDistillationExercises['ssdt-entropy'].judge(answer, { classes: 3 });
    expect([judged.right, judged.because]).toEqual([right, expect.stringContaining(because)]);
  });

  it('only the student moves', () => {
    expect(ssdtDistillationExercises['ssdt-moves'].judge('second', undefined).right).toBe(true);
    expect(ssdtDistillationExercises['ssdt-moves'].judge('raw', undefined).because).toContain('teacher');
  });

  it.each([
    [4, true, 'close to 4'],
    [4.05, true, 'close to 4'],
    [0.25, false, 'other way round'],
    [2, false, 'second one'],
    [1, false, 'left out'],
  ])('without T^2 a doubled T is four times less: %s', (answer, right, because) => {
    const judged = ssdtDistillationExercises['ssdt-factor'].judge(answer, { z, w });
    expect([judged.right, judged.because]).toEqual([right, expect.stringContaining(because)]);
  });
});
