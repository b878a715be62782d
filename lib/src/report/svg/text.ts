/** Text in SVG: Plotly's small HTML read, measured, wrapped and written as safe XML. */
import { withoutControls } from '../../core/text';
import { el, num } from './element';

/** Makes text safe inside XML, in content and in attributes; characters that XML forbids, and those that act unseen, are dropped. */
export function escapeXml(text: string): string {
  return withoutControls(text)
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}

/** Whether a picture stands in the text itself, as JPEG or PNG: a link would call somebody. */
export const isPictureData = (source: string): boolean => /^data:image\/(?:jpeg|png);base64,[\w+/=]*$/.test(source);

/** JSON that may stand inside a script element: no `<` in it can end the element, and no text in it has characters that act unseen. */
export const jsonForScript = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) => (typeof one === 'string' ? withoutControls(one) : one)).replace(/</g, '\\u003c').replace(/\u2028/g, '\\u2028').replace(/\u2029/g, '\\u2029'); // prettier-ignore

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  nbsp: '\u00a0',
  plusmn: '\u00b1',
};

/** The lines of a text as Plotly reads it: <br> breaks, its few tags of style are dropped, entities become characters. */
export function textLines(html: string): string[] {
  return html
    .split(/<br\s*\/?>|\n/i)
    .map((line) =>
      line
        .replace(/<\/?(?:b|i|em|strong|sub|sup|span|a)(?:\s[^<>]*)?>/gi, '')
        .replace(/&([a-z]+);/gi, (whole, name: string) => ENTITIES[name.toLowerCase()] ?? whole),
    );
}

/** The same as one line. */
export function toPlain(html: string): string {
  return textLines(html).join(' ');
}

/** Advance widths of the printable ASCII characters in Helvetica's metric (Arial, Liberation Sans), in 1/1000 of the size. */
const WIDTHS = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
  556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
  722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
  556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
  260, 334, 584,
];

/** The width of one line in pixels; other scripts are taken as wide as they may be. */
export function measure(text: string, size: number): number {
  let width = 0;
  for (const char of text) {
    const code = char.codePointAt(0)!;
    width += WIDTHS[code - 32] ?? (code < 0x250 ? 600 : 1000);
  }
  return (width * size) / 1000;
}

/** The widest of several lines, in pixels. */
export function widest(lines: readonly string[], size: number): number {
  return Math.max(0, ...lines.map((line) => measure(line, size)));
}

/** Breaks a word that is wider than the room. */
function cutWord(word: string, size: number, room: number): string[] {
  if (measure(word, size) <= room) return [word];
  const parts: string[] = [];
  let part = '';
  for (const char of word) {
    if (part !== '' && measure(part + char, size) > room) {
      parts.push(part);
      part = '';
    }
    part += char;
  }
  return [...parts, part];
}

/** Breaks a text at spaces so that no line is wider than `room` pixels. */
export function wrap(text: string, size: number, room: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((part) => cutWord(part, size, room))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && measure(longer, size) > room) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** Where a text stands to its point, and how it looks. Line height is 1.25 times the size. */
export interface TextStyle {
  readonly size: number;
  readonly colour: string;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly baseline?: 'top' | 'middle' | 'bottom';
  readonly angle?: number;
  readonly weight?: 'bold';
}

/** Line height in units of the text's size. */
export const LINE = 1.25;

/** One or more lines of text at a point. `baseline` says which edge of the whole block lies there. */
export function textBlock(lines: readonly string[], x: number, y: number, style: TextStyle): string {
  const { size, colour, anchor = 'start', baseline = 'top', angle = 0 } = style;
  const height = size * LINE;
  const shift = { top: 0, middle: (-lines.length * height) / 2, bottom: -lines.length * height }[baseline];
  const first = y + shift + height * 0.5 + size * 0.35;
  const attributes = {
    'font-size': size,
    fill: colour,
    'text-anchor': anchor === 'start' ? undefined : anchor,
    'font-weight': style.weight,
    transform: angle === 0 ? undefined : `rotate(${num(angle)} ${num(x)} ${num(y)})`,
  };
  return lines
    .map((line, i) => (line === '' ? '' : el('text', { x, y: first + i * height, ...attributes }, escapeXml(line))))
    .join('');
}
