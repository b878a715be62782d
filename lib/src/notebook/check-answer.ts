/** The cell that checks an answer. */
import { safe } from '../plots';
import { showHtml } from '../report';
import type { Answer, Exercise } from './exercise';
import { EXERCISES } from './exercises';

export type ExerciseName = keyof typeof EXERCISES;

/** The values that an exercise asks for beside the answer: none, or one record. */
type GivenOf<Name extends ExerciseName> =
  (typeof EXERCISES)[Name] extends Exercise<infer Given> ? ([Given] extends [undefined] ? [] : [given: Given]) : [];

const LOOKS = {
  open: { colour: '#595959', head: 'Not answered yet.' },
  right: { colour: '#00694a', head: '\u2713 Right.' },
  wrong: { colour: '#a34700', head: '\u2717 Not yet.' },
} as const;

/** The judgement as a box of HTML. */
export function answerHtml(look: keyof typeof LOOKS, text: string): string {
  const { colour, head } = LOOKS[look];
  return (
    `<div style="border-left:4px solid ${colour};padding:4px 12px;max-width:46em">` +
    `<b style="color:${colour}">${head}</b> ${safe(text)}</div>`
  );
}

/**
 * Tells whether an answer is right, and why. `undefined` is an answer that is still to come, so a notebook runs to its end without any.
 *
 * @param given the notebook's values on which the right answer depends
 * @throws RangeError where there is no such exercise
 */
export function checkAnswer<Name extends ExerciseName>(name: Name, answer: Answer, ...given: GivenOf<Name>): void {
  const exercise = EXERCISES[name] as Exercise<unknown> | undefined;
  if (!exercise)
    throw new RangeError(`There is no exercise '${name}': choose from ${Object.keys(EXERCISES).sort().join(', ')}.`);
  if (answer === undefined) {
    showHtml(answerHtml('open', 'Write your answer in place of undefined, and run this cell.'));
    return;
  }
  const { right, because } = exercise.judge(answer, given[0]);
  showHtml(answerHtml(right ? 'right' : 'wrong', because));
}
