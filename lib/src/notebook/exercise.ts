/**
 * Exercises: what is right, and what a wrong answer has overlooked. A cell asks `checkAnswer`; the exercises themselves stand in
 * `exercises/`, one file a notebook, so that a cell does not give its own answer away.
 */

/** What a person writes into a cell; `undefined` until then. */
export type Answer = number | string | boolean | undefined;

export interface Judgement {
  readonly right: boolean;
  /** Why, in a sentence or two. */
  readonly because: string;
}

/** `Given` are the values of the notebook that the answer depends on; `undefined` where it depends on none. */
export interface Exercise<Given = undefined> {
  judge(answer: Exclude<Answer, undefined>, given: Given): Judgement;
}

export interface Choice {
  /** The right one of the letters or words. */
  readonly right: string;
  readonly because: string;
  /** What each other choice has overlooked. */
  readonly wrong: Readonly<Record<string, string>>;
}

const clean = (answer: Exclude<Answer, undefined>): string => String(answer).trim().toLowerCase();

/** One of several given answers; upper and lower case are the same. */
export const choice = ({ right, because, wrong }: Choice): Exercise => ({
  judge(answer) {
    const said = clean(answer);
    if (said === right.toLowerCase()) return { right: true, because };
    const found = Object.entries(wrong).find(([name]) => name.toLowerCase() === said);
    const allowed = [right, ...Object.keys(wrong)].sort().map((name) => `'${name}'`);
    return { right: false, because: found?.[1] ?? `Choose one of ${allowed.join(', ')}.` };
  },
});

export interface NumberOptions<Given> {
  /** The right number, computed from the given values. */
  readonly expected: (given: Given) => number;
  /** How far an answer may be from it. Default: 1 % of it, at least 1e-6. */
  readonly tolerance?: number;
  readonly because: (expected: number, given: Given) => string;
  /** What a wrong number has overlooked; undefined where nothing fits. */
  readonly wrong?: (answer: number, expected: number, given: Given) => string | undefined;
}

/** A number. */
export const number = <Given = undefined>(options: NumberOptions<Given>): Exercise<Given> => ({
  judge(answer, given) {
    const value = typeof answer === 'number' ? answer : Number.parseFloat(String(answer));
    if (!Number.isFinite(value)) return { right: false, because: 'Write a number, without a unit.' };
    const expected = options.expected(given);
    const tolerance = options.tolerance ?? Math.max(1e-6, 0.01 * Math.abs(expected));
    if (Math.abs(value - expected) <= tolerance) return { right: true, because: options.because(expected, given) };
    const direction = value > expected ? 'That is too much.' : 'That is too little.';
    return { right: false, because: options.wrong?.(value, expected, given) ?? direction };
  },
});
