import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { figureToSvg } from '../report';
import * as tf from '../tf';
import { queueWalkFigure, walkQueue } from './queue-walk';

const batches = [
  [0, 1],
  [2, 0],
  [3, 1, 2],
  [0, 3],
  [2, 1],
];

describe('a walk', () => {
  it('tells class, age and who left after each step', () => {
    const walk = walkQueue(batches, 6);
    expect(walk.map(({ left }) => left)).toEqual([[], [], [0], [1, 2], [0, 3]]);
    expect(walk[0]).toEqual({
      ...{ entered: [0, 1], left: [], labels: [-1, -1, -1, -1, 0, 1] },
      ages: [null, null, null, null, 0, 0],
    });
    expect(walk[4]).toMatchObject({ labels: [1, 2, 0, 3, 2, 1], ages: [2, 2, 1, 1, 0, 0] });
  });

  it('is the last rows of everything that came in, for any batches', () => {
    const some = fc.array(fc.array(fc.nat(4), { minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 8 }), (given, length) => {
        const walk = walkQueue(given, length);
        const all = given.flat();
        expect(walk[walk.length - 1]!.labels.filter((one) => one >= 0)).toEqual(all.slice(-length));
        expect(walk.flatMap(({ left }) => left)).toEqual(all.slice(0, Math.max(0, all.length - length)));
      }),
      { numRuns: 30 },
    );
  });

  it('leaves no tensor, and tells a wrong length and an empty batch', () => {
    const before = tf.memory().numTensors;
    walkQueue(batches, 4);
    expect(() => walkQueue(batches, 0)).toThrow(/length is 0; allowed: whole numbers from 1/);
    expect(() => walkQueue([[1], []], 3)).toThrow(/batch 2 is empty/);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('is drawn as strips with class, age, and who came and went', () => {
    const figure = queueWalkFigure(walkQueue(batches, 6), { names: ['A', '<B>', 'C', 'D'] });
    const svg = figureToSvg(figure);
    for (const word of ['step 5', 'out: A, D', 'age 2', 'empty', '&lt;B&gt;']) expect(svg).toContain(word);
    expect(() => queueWalkFigure([])).toThrow(/no step/);
  });
});
