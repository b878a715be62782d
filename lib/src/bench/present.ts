/** Rows as text. */
import type { Row } from './measure';

export const milliseconds = (value: number): string => value.toPrecision(value < 1000 ? 3 : 4);

/** One line of the terminal for a row. */
export function rowLine({ name, ours, theirs, ratio, comparable, gap }: Row): string {
  const own = `${name}: ${milliseconds(ours.milliseconds)} ms`;
  if (!theirs || !ratio) return own;
  const range = `[${ratio.low.toFixed(2)}, ${ratio.high.toFixed(2)}]`;
  const doubt = comparable ? '' : `, NOT COMPARABLE: first numbers differ by ${gap!.toExponential(1)}`;
  return `${own}, PyTorch ${milliseconds(theirs.milliseconds)} ms, ratio ${ratio.value.toFixed(2)} ${range}${doubt}`;
}
