/**
 * The edge to the notebook. The only file that knows tslab, and only when it is called inside a kernel.
 *
 * Outside a kernel (a script, a test) the same calls write plain text to the console, so notebook code runs there too.
 */
import type { Figure } from '../plots/figure';
import { pngDataUri, type Pixels } from '../plots/png';
import { projectPaths } from '../project';
import { saveFigureNow } from './save';
import { escapeXml, toPlain } from './svg/text';
import { figureToSvg, type SvgSize } from './svg';
import { alignOf, cellText, headText, toMarkdown, type Table } from './table';

/** The part of tslab's display that is used here. */
interface TslabDisplay {
  html(text: string): void;
  markdown(text: string): void;
  raw(mime: string, content: unknown): void;
}
interface Tslab {
  readonly display: TslabDisplay;
  newDisplay(): TslabDisplay;
}
type Writer = (
  message: { data: Record<string, unknown>; metadata: object; transient: object },
  update?: boolean,
) => void;

const PLOTLY = 'application/vnd.plotly.v1+json';
const SVG = 'image/svg+xml';

/** tslab of the kernel that this runs in; null outside a kernel. The kernel leaves its own `require` in a global. */
function kernel(): Tslab | null {
  const hook = (globalThis as { __tslab__?: { require?: (name: string) => unknown } }).__tslab__;
  return hook?.require ? (hook.require('tslab') as Tslab) : null;
}

/** True inside a tslab kernel. */
export function inNotebook(): boolean {
  return kernel() !== null;
}

/**
 * tslab's public display sends one MIME type a call, but Jupyter's message holds a bundle of which each reader takes the
 * richest it knows. This is the function under that public call; undefined where tslab hides it.
 */
function bundleWriter(): Writer | undefined {
  try {
    const jupyter = require('tslab/dist/jupyter') as { lastWriteDisplayData?: Writer | null };
    return jupyter.lastWriteDisplayData ?? undefined;
  } catch {
    return undefined;
  }
}

/**
 * `as` 'both' (default) sends one output with two forms: JupyterLab shows the interactive Plotly figure, readers without
 * Plotly (GitHub, nbconvert) the SVG. 'svg' and 'plotly' send one alone. The environment variable CSDNET_SHOW sets the
 * default. `caption: false` leaves out the line below the figure.
 */
export interface ShowOptions extends SvgSize {
  readonly as?: 'both' | 'svg' | 'plotly';
  readonly caption?: boolean;
  /** Also writes figures/NAME.json and NAME.svg (`saveFigureNow`). */
  readonly save?: string;
}

/** The default of `as`, from CSDNET_SHOW. Errors: RangeError on a value it does not know. */
function defaultForm(): 'both' | 'svg' | 'plotly' {
  const asked = process.env['CSDNET_SHOW'] ?? 'both';
  if (asked !== 'both' && asked !== 'svg' && asked !== 'plotly')
    throw new RangeError(`CSDNET_SHOW is '${asked}'; it may be both, svg or plotly`);
  return asked;
}

/** The forms of a figure by MIME type; `svg` draws it. */
function bundle(figure: Figure, as: 'both' | 'svg' | 'plotly', svg: () => string): Record<string, unknown> {
  return {
    ...(as === 'svg' ? {} : { [PLOTLY]: { data: figure.data, layout: figure.layout } }),
    ...(as === 'plotly' ? {} : { [SVG]: svg() }),
  };
}

/** The caption and the run below a figure, as HTML. */
function captionHtml(figure: Figure): string | null {
  if (!figure.meta) return null;
  const run = figure.meta.run === undefined ? '' : ` <small>Run ${escapeXml(figure.meta.run)}.</small>`;
  return `<p style="max-width:46em">${escapeXml(figure.meta.caption)}${run}</p>`;
}

/** Shows a figure in the notebook, with its caption below. Errors: RangeError on a trace that the SVG writer does not know. */
export function show(figure: Figure, options: ShowOptions = {}): void {
  let drawn: string | undefined;
  const svg = (): string => (drawn ??= figureToSvg(figure, options));
  if (options.save !== undefined)
    saveFigureNow(figure, { dir: projectPaths().figures, name: options.save, svg: svg() });
  const tslab = kernel();
  if (!tslab) {
    console.log(`[figure] ${toPlain(figure.layout.title?.text ?? '')}${figure.meta ? `: ${figure.meta.caption}` : ''}`);
    return;
  }
  const data = bundle(figure, options.as ?? defaultForm(), svg);
  const write = bundleWriter();
  if (write) write({ data, metadata: {}, transient: {} });
  else {
    const [mime, content] = Object.entries(data)[0]!;
    tslab.display.raw(mime, content);
  }
  const caption = options.caption === false ? null : captionHtml(figure);
  if (caption !== null) tslab.display.html(caption);
}

/** A figure as SVG alone, for a notebook that is read on GitHub or printed. The same as `show(figure, { as: 'svg' })`. */
export function showStatic(figure: Figure, options: ShowOptions = {}): void {
  show(figure, { ...options, as: 'svg' });
}

/** The table as an HTML table; every text in it is escaped. */
export function tableHtml(table: Table): string {
  const cell = (tag: 'td' | 'th', text: string, align: string): string =>
    `<${tag} style="text-align:${align};padding:2px 10px">${escapeXml(text)}</${tag}>`;
  const row = (cells: readonly string[]): string => `<tr>${cells.join('')}</tr>`;
  const aligns = table.columns.map((c) => alignOf(table, c));
  const head = row(table.columns.map((c, i) => cell('th', headText(c), aligns[i]!)));
  const body = table.rows.map((r) => row(table.columns.map((c, i) => cell('td', cellText(r, c), aligns[i]!))));
  const notes = table.notes.map((note) => `<p><small>${escapeXml(note)}</small></p>`);
  const caption = `<caption style="text-align:left;font-weight:bold">${escapeXml(table.title)}</caption>`;
  return `<table>${caption}<thead>${head}</thead><tbody>${body.join('')}</tbody></table>${notes.join('')}`;
}

/** Shows a table in the notebook; outside it prints Markdown. */
export function showTable(table: Table): void {
  const tslab = kernel();
  if (tslab) tslab.display.html(tableHtml(table));
  else console.log(toMarkdown(table));
}

/** Shows a piece of HTML of our own making. Escape what comes from outside. */
export function showHtml(html: string): void {
  const tslab = kernel();
  if (tslab) tslab.display.html(html);
  else console.log(htmlWords(html));
}

/** Says something in Markdown: prose whose numbers a cell has computed. Escape what comes from outside. */
export function say(markdown: string): void {
  const tslab = kernel();
  if (tslab) tslab.display.markdown(markdown);
  else console.log(markdown);
}

/** A picture to show, with a word under it. */
export interface LabelledImage {
  readonly image: Pixels;
  readonly label?: string;
}

/** The pictures as one row of HTML that wraps; `width` is that of each picture on the screen, in CSS pixels. */
export function imagesHtml(images: readonly LabelledImage[], width = 128): string {
  const one = ({ image, label = '' }: LabelledImage): string =>
    `<figure style="margin:0;width:${width}px"><img alt="${escapeXml(label)}" width="${width}" src="${pngDataUri(image)}" ` +
    `style="image-rendering:pixelated"/><figcaption style="font-size:12px">${escapeXml(label)}</figcaption></figure>`;
  return `<div style="display:flex;flex-wrap:wrap;gap:8px">${images.map(one).join('')}</div>`;
}

/** Shows pictures side by side. For heat and boxes over pictures see `plots.viewRow`. */
export function showImages(images: readonly LabelledImage[], options: { readonly width?: number } = {}): void {
  const tslab = kernel();
  if (tslab) tslab.display.html(imagesHtml(images, options.width));
  else console.log(`[images] ${images.map(({ label }, i) => label ?? `picture ${i}`).join(', ')}`);
}

/** One place in the notebook's output that is written again and again: progress, live curves. */
export interface LiveDisplay {
  /** Replaces the output by this HTML. Escape what comes from outside. */
  html(text: string): void;
  /** Replaces the output by this plain text. */
  text(text: string): void;
  /** Replaces the output by this figure, as SVG (a Plotly figure once shown ignores updates). */
  figure(figure: Figure, size?: SvgSize): void;
}

/** The words of an HTML text, for the console. */
function htmlWords(html: string): string {
  return html
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** A new live display. Outside a notebook each change is a line on the console. */
export function liveDisplay(): LiveDisplay {
  const display = kernel()?.newDisplay();
  if (!display)
    return {
      html: (html) => console.log(htmlWords(html)),
      text: (text) => console.log(text),
      figure: (figure) => console.log(`[figure] ${toPlain(figure.layout.title?.text ?? '')}`),
    };
  return {
    html: (html) => display.html(html),
    text: (text) => display.html(`<pre>${escapeXml(text)}</pre>`),
    figure: (figure, size = {}) => display.html(figureToSvg(figure, size)),
  };
}
