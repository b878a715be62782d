import { describe, expect, it } from 'vitest';
import { useConsole } from '../testing/hooks';
import { answerHtml, checkAnswer } from './check-answer';
import { choice, number } from './exercise';
import { EXERCISES } from './exercises';

const letters = choice({ right: 'b', because: 'It is b.', wrong: { a: 'Not a.' } });
const double = number<{ x: number }>({
  expected: ({ x }) => 2 * x,
  because: (expected) => `It is ${expected}.`,
  wrong: (answer, _, { x }) => (answer === x ? 'That is x itself.' : undefined),
});

describe('a choice', () => {
  it.each([
    ['b', true, 'It is b.'],
    [' B ', true, 'It is b.'],
    ['a', false, 'Not a.'],
    ['z', false, "Choose one of 'a', 'b'."],
    [3, false, "Choose one of 'a', 'b'."],
  ])('judges %s', (answer, right, because) => {
    expect(letters.judge(answer, undefined)).toEqual({ right, because });
  });
});

describe('a number', () => {
  it.each([
    [6, true, 'It is 6.'],
    ['6.00', true, 'It is 6.'],
    [6.05, true, 'It is 6.'],
    [3, false, 'That is x itself.'],
    [7, false, 'That is too much.'],
    [5, false, 'That is too little.'],
    ['many', false, 'Write a number, without a unit.'],
  ])('judges %s', (answer, right, because) => {
    expect(double.judge(answer, { x: 3 })).toEqual({ right, because });
  });
});

describe('checkAnswer', () => {
  const { lines, listen } = useConsole();

  it('waits for an answer, and explains a right and a wrong one', () => {
    listen();
    checkAnswer('map-inference', undefined);
    checkAnswer('map-inference', 'none');
    checkAnswer('map-inference', 'ddl');
    expect(lines[0]).toContain('Not answered yet.');
    expect(lines[1]).toContain('Right.');
    expect(lines[2]).toMatch(/Not yet\..*queue/);
  });

  it('computes what is right from the values of the notebook', () => {
    listen();
    const F = [[1, 0, 0], [0.8, 0.6, 0], [0.6, 0.8, 0], [0, 0, 1]]; // prettier-ignore
    const given = { F, y: [0, 0, 1, 1], Q: [[0, 1, 0], [1, 0, 0], [0, 0.6, 0.8]], yQ: [1, 0, 0] }; // prettier-ignore
    checkAnswer('map-margin', 0.32667, given);
    // By hand, without a margin: image 1 costs (0 + 0 + 1) / 3; the others in the same way.
    const cosine = (f: number[], q: number[]) => f.reduce((sum, v, k) => sum + v * q[k]!, 0);
    const cost = (i: number, j: number) => {
      const s = cosine(given.F[i]!, given.Q[j]!);
      return given.y[i] === given.yQ[j] ? 1 - s : Math.max(0, s);
    };
    const costs = [0, 1, 2, 3].flatMap((i) => [0, 1, 2].map((j) => cost(i, j)));
    checkAnswer('map-margin', costs.reduce((sum, v) => sum + v, 0) / 12, given);
    expect(lines[0]).toContain('mean at the margin 0.4');
    expect(lines[1]).toContain('Right.');
  });

  it('knows the answers of the atlas, worked out by hand', () => {
    listen();
    const points = [[0, 0], [0.1, 0], [0, 0.15], [0.3, 0.3], [6, 5], [5, 6.5]]; // prettier-ignore
    checkAnswer('atlas-neighbour', 1, { points, of: 3 }); // 0.36 away; point 2 is 0.3354, point 0 is 0.42
    checkAnswer('atlas-neighbour', 2, { points, of: 3 });
    const rows = { stale: [1, 0], fresh: [0.6, 0.8] };
    checkAnswer('atlas-drift', 0.4, rows);
    checkAnswer('atlas-drift', 0.6, rows);
    checkAnswer('atlas-drift', Math.sqrt(0.8), rows);
    checkAnswer('atlas-seeds', 'worse');
    const expected = [/One is nearer/, /Right/, /Right.*0\.40/, /That is the cosine/, /straight distance/, /numbers beside the map/]; // prettier-ignore
    expected.forEach((pattern, i) => expect(lines[i]).toMatch(pattern));
  });

  it('refuses an exercise that is not there', () => {
    expect(() => checkAnswer('no-such' as 'map-inference', 'a')).toThrow(
      /no exercise 'no-such': choose from .*map-theta/,
    );
  });

  it('shows text as text', () => {
    expect(answerHtml('wrong', 'a < b')).toContain('a &lt; b');
  });
});

it('names every exercise after its notebook', () => {
  for (const name of Object.keys(EXERCISES)) expect(name).toMatch(/^[a-z]+(-[a-z0-9]+)+$/);
});
