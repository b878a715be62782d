/** Small pieces of a page. Every text that comes from outside (names of classes, files, machines) is escaped here. */
import type { Figure } from '../../plots/figure';
import { figureToSvg } from '../svg';
import type { SvgSize } from '../svg';
import { el } from '../svg/element';
import { escapeXml } from '../svg/text';
import { alignOf, cellText, headText } from '../table';
import type { Table } from '../table';
import type { Html } from './frame';

export const paragraph = (text: string, className?: string): Html =>
  `<p${className ? ` class="${className}"` : ''}>${escapeXml(text)}</p>`;

export const notes = (texts: readonly string[]): Html => texts.map((text) => paragraph(text, 'note')).join('\n');

export const pre = (text: string, className?: string): Html =>
  `<pre${className ? ` class="${className}"` : ''}>${escapeXml(text)}</pre>`;

export const details = (summary: string, body: Html): Html =>
  `<details><summary>${escapeXml(summary)}</summary>\n${body}\n</details>`;

export const facts = (list: readonly (readonly [name: string, value: string])[]): Html =>
  `<dl>${list.map(([name, value]) => `<dt>${escapeXml(name)}</dt><dd>${escapeXml(value)}</dd>`).join('')}</dl>`;

/** A figure as a picture in the page, with its caption or another. */
export function chart(figure: Figure, size: SvgSize = {}, caption = figure.meta?.caption ?? ''): Html {
  const square =
    Math.abs((size.height ?? figure.layout.height ?? 0) / (size.width ?? figure.layout.width ?? 760) - 1) < 0.4;
  return `<figure class="chart${square ? ' square' : ''}">${figureToSvg(figure, size).trim()}<figcaption>${escapeXml(caption)}</figcaption></figure>`;
}

/** A share in 0..1 as a small bar. */
export function bar(share: number, kind: 'value' | 'other' = 'value'): Html {
  const rect = (width: number, className: string): string =>
    el('rect', { class: className, x: 0, y: 0, width, height: 8, rx: 2 });
  const box = { class: 'bar', viewBox: '0 0 100 8', preserveAspectRatio: 'none', 'aria-hidden': 'true' };
  return el('svg', box, rect(100, 'track') + rect(100 * share, kind));
}

/** Characters from which a cell gets room for a sentence. */
const LONG = 60;

/** A table of the report; its title and notes are left to the section. `marked` names the row that stands out by its first cell. */
export function dataTable(table: Table, marked?: string): Html {
  const aligns = table.columns.map((column) => alignOf(table, column));
  const classOf = (i: number, length = 0): string => {
    const classes = [...(aligns[i] === 'left' ? [] : [aligns[i]!]), ...(length > LONG ? ['long'] : [])];
    return classes.length > 0 ? ` class="${classes.join(' ')}"` : '';
  };
  const head = table.columns.map((column, i) => `<th scope="col"${classOf(i)}>${escapeXml(headText(column))}</th>`);
  const body = table.rows.map((row) => {
    const cells = table.columns.map((column, i) => {
      const text = escapeXml(cellText(row, column));
      return i === 0 ? `<th scope="row">${text}</th>` : `<td${classOf(i, text.length)}>${text}</td>`;
    });
    const first = table.columns[0];
    const full = first && marked !== undefined && row[first.key] === marked ? ' class="full"' : '';
    return `<tr${full}>${cells.join('')}</tr>`;
  });
  return `<div class="wide names"><table><thead><tr>${head.join('')}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}
