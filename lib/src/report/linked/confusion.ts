/** The linked confusion matrix: a piece of HTML in which a cell shows the pictures behind it. Data in, text out. */
import { createHash } from 'node:crypto';
import { escapeXml, isPictureData, jsonForScript } from '../svg/text';
import { SCRIPT } from './confusion-script';
import { STYLE } from './confusion-style';

/** One image that was scored and what a model made of it. */
export interface LinkedGuess {
  /** Its picture, counted in `pictures`. */
  readonly picture: number;
  readonly truth: number;
  readonly predicted: number;
  /** P(true class) and P(predicted class), in 0..1; undefined where the model gives no probabilities. */
  readonly probabilities?: readonly [truth: number, predicted: number];
}

export interface LinkedConfusion {
  readonly title: string;
  /** Which images were scored. Default: `test`. */
  readonly scored?: 'test' | 'validation';
  /** [classes] */
  readonly names: readonly string[];
  /** Classes at which a new family starts: a line is drawn before each. */
  readonly boundaries?: readonly number[];
  /** [classes][classes], rows are the truth. */
  readonly counts: readonly (readonly number[])[];
  /** Data URIs; each picture stands here once, however many cells show it. */
  readonly pictures: readonly string[];
  /** The guesses that have a picture. A cell without any shows its count and cannot be chosen. */
  readonly guesses: readonly LinkedGuess[];
  /** Training pictures of each class, counted in `pictures`. */
  readonly training: readonly (readonly number[])[];
}

/** Beyond so many classes cells are small and their numbers are left to the screen reader and the title. */
const ROOMY = 30;

/** A table of more classes has more cells than a browser draws. */
const MOST_CLASSES = 600;

/** How many pairs the text names that stands there without scripts. */
const NAMED = 8;

function check({ names, counts, pictures, guesses, training }: LinkedConfusion): void {
  const classes = names.length;
  if (classes > MOST_CLASSES)
    throw new RangeError(
      `linkedConfusionHtml: ${classes} classes; at most ${MOST_CLASSES} have room. Choose some of them, or show confusionHeatmap`,
    );
  if (classes === 0 || counts.length !== classes || counts.some((row) => row.length !== classes))
    throw new RangeError(`linkedConfusionHtml: counts is not ${classes} x ${classes}, one row and column a name`);
  if (training.length !== classes)
    throw new RangeError(`linkedConfusionHtml: training pictures of ${training.length} classes, give ${classes} lists`);
  const whole = (value: number, below: number): boolean => Number.isInteger(value) && value >= 0 && value < below;
  for (const { picture, truth, predicted } of guesses)
    if (!whole(picture, pictures.length) || !whole(truth, classes) || !whole(predicted, classes))
      throw new RangeError(`linkedConfusionHtml: no picture ${picture} or no class ${truth} or ${predicted}`);
  if (!training.flat().every((picture) => whole(picture, pictures.length)))
    throw new RangeError(`linkedConfusionHtml: a training picture is not among the ${pictures.length} pictures`);
  const foreign = pictures.find((source) => !isPictureData(source));
  if (foreign !== undefined)
    throw new RangeError(`linkedConfusionHtml: ${foreign.slice(0, 40)} is no JPEG or PNG as a data URI`);
}

/** With the images of each true class. */
type Totalled = LinkedConfusion & { readonly totals: readonly number[] };

/** One of six shades by the share of the row's images; 0 is empty. */
const shade = (count: number, total: number): number => (count === 0 ? 0 : Math.max(1, Math.ceil((5 * count) / total)));

function rowHtml(data: Totalled, t: number, linked: ReadonlySet<string>): string {
  const { names, counts, totals, boundaries = [] } = data;
  const cells = counts[t]!.map((count, p) => {
    const marks = [`s${shade(count, totals[t]!)}`, ...(boundaries.includes(p) ? ['l'] : []), ...(t === p ? ['d'] : [])];
    const choice = linked.has(`${t},${p}`) ? ` data-cell="${t},${p}"` : '';
    return `<td class="${marks.join(' ')}"${choice}>${count === 0 ? '' : count}</td>`;
  });
  const line = boundaries.includes(t) ? ' class="t"' : '';
  return `<tr${line}><th scope="row">${escapeXml(names[t]!)}</th>${cells.join('')}</tr>`;
}

/** The matrix as a table: readable where neither script nor style is allowed. */
function tableHtml(data: Totalled): string {
  const { names, boundaries = [] } = data;
  const linked = new Set(data.guesses.map(({ truth, predicted }) => `${truth},${predicted}`));
  const heads = names.map((name, p) => {
    const line = boundaries.includes(p) ? ' class="l"' : '';
    return `<th scope="col"${line}><span>${escapeXml(name)}</span></th>`;
  });
  const corner = '<th class="corner">true class \u2193<br>predicted \u2192</th>';
  const body = names.map((_, t) => rowHtml(data, t, linked)).join('');
  return `<table class="matrix"><thead><tr>${corner}${heads.join('')}</tr></thead><tbody>${body}</tbody></table>`;
}

/** What stands beside the matrix until a script replaces it. */
function fallbackHtml({ names, counts, totals }: Totalled): string {
  const pairs = counts
    .flatMap((row, t) => row.map((count, p) => ({ t, p, count })))
    .filter(({ t, p, count }) => t !== p && count > 0)
    .sort((a, b) => b.count - a.count || a.t - b.t || a.p - b.p)
    .slice(0, NAMED)
    .map(({ t, p, count }) => {
      const words = `${names[t]!} was called ${names[p]!}: ${count} of ${totals[t]!} images`;
      return `<li>${escapeXml(words)}</li>`;
    });
  const most = pairs.length > 0 ? `<p>Most confused:</p><ol>${pairs.join('')}</ol>` : '<p>Nothing was confused.</p>';
  return (
    `${most}<p><small>The pictures behind a cell are shown where scripts run: in JupyterLab when the notebook is trusted ` +
    '(File, Trust Notebook) or has just been run, and in its HTML page. They do not run on GitHub.</small></p>'
  );
}

/** The piece of HTML with the script and the style in it, for a page that allows these alone. */
export interface LinkedParts {
  readonly html: string;
  readonly script: string;
  readonly style: string;
}

/** As `linkedConfusionHtml`. */
export function linkedConfusionParts(given: LinkedConfusion): LinkedParts {
  check(given);
  const totals = given.counts.map((row) => row.reduce((sum, n) => sum + n, 0));
  const data: Totalled = { ...given, totals };
  const { names, scored = 'test', pictures, guesses, training } = data;
  const json = jsonForScript({ names, scored, pictures, guesses, training, totals });
  const table = tableHtml(data);
  const name = createHash('sha256').update(data.title).update(table).update(json).digest('hex').slice(0, 12);
  const small = names.length > ROOMY ? ' small' : '';
  const script = SCRIPT.replace('LINKED', name);
  const html = [
    `<div class="csdnet-linked${small}" id="linked-${name}" data-linked="${name}" data-lm-suppress-shortcuts="true">`,
    `<style>${STYLE}</style>`,
    `<p class="title"><b>${escapeXml(data.title)}</b></p>`,
    `<div class="sides"><div class="scroll">${table}</div>`,
    `<section class="behind" aria-live="polite">${fallbackHtml(data)}</section></div>`,
    `<script type="application/json">${json}</script>`,
    `<script>${script}</script>`,
    '</div>',
  ].join('\n');
  return { html, script, style: STYLE };
}

/**
 * The confusion matrix as an output that answers: a cell that is clicked, or reached with the arrow keys, shows the scored images behind it
 * beside training images of the true and of the predicted class.
 *
 * One piece of HTML without anything from elsewhere: a table, a style, the data as JSON with every picture once, and a script of our own.
 * It works in JupyterLab and in a page opened from disk, and several may stand on one page: the name of each is a hash of its content. Where
 * scripts do not run, the table and the most confused pairs in words are left. The same data give the same text.
 * Errors: RangeError where sizes do not fit, or a picture is no data URI.
 */
export const linkedConfusionHtml = (given: LinkedConfusion): string => linkedConfusionParts(given).html;
