/** What a terminal is told: names of classes and files come from outside, and a terminal obeys the control characters in them. */
import { format } from 'node:util';
import { spelledControls } from '../core/text';

/** Makes `console` spell characters that act on a terminal (`core/text`). The commands send none of their own through it; progress bars have theirs. */
export function spellControls(target: Pick<Console, 'log' | 'warn' | 'error'> = console): void {
  for (const name of ['log', 'warn', 'error'] as const) {
    const write = target[name].bind(target);
    target[name] = (...parts: unknown[]) => write('%s', spelledControls(format(...parts)));
  }
}
