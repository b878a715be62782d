/** The linked confusion matrix in a report: the one script of a page, allowed by its hash alone. */
import { linkedConfusionHtml } from '../linked/confusion';
import type { LinkedConfusion } from '../linked/confusion';
import type { Html } from './frame';
import { paragraph } from './pieces';

export interface LinkedPiece {
  readonly html: Html;
  /** The script and the style in it, for the policy of the page. */
  readonly script: string;
  readonly style: string;
}

/** The text of an element that stands in a piece of HTML once. */
function only(html: Html, pattern: RegExp, what: string): string {
  const found = [...html.matchAll(pattern)].map(([, text]) => text!);
  if (found.length === 1) return found[0]!;
  throw new RangeError(`the linked matrix has ${found.length} ${what}s where a page allows one`);
}

/** The matrix with what its page must allow for it to answer; `what` the scored images are called. @throws RangeError as `linkedConfusionHtml` */
export function linkedPiece(data: LinkedConfusion, what: string): LinkedPiece {
  const html = linkedConfusionHtml(data);
  const words = `Choose a cell (click it, or Tab and the arrow keys) to see the ${what} behind it, beside training images of both classes.`;
  return {
    html: `<h3>The images behind the cells</h3>\n${paragraph(words)}\n${html}`,
    script: only(html, /<script>([\s\S]*?)<\/script>/g, 'script'),
    style: only(html, /<style>([\s\S]*?)<\/style>/g, 'style'),
  };
}
