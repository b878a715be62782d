/** The linked confusion matrix in a report: the one script of a page, allowed by its hash alone. */
import { linkedConfusionParts } from '../linked/confusion';
import type { LinkedConfusion, LinkedParts } from '../linked/confusion';
import { paragraph } from './pieces';

/** The matrix with what its page must allow for it to answer; `what` the scored images are called. @throws RangeError as `linkedConfusionHtml` */
export function linkedPiece(data: LinkedConfusion, what: string): LinkedParts {
  const { html, ...own } = linkedConfusionParts(data);
  const words = `Choose a cell (click it, or Tab and the arrow keys) to see the ${what} behind it, beside training images of both classes.`;
  return { html: `<h3>The images behind the cells</h3>\n${paragraph(words)}\n${html}`, ...own };
}
