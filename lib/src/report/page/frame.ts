/**
 * The frame of a page that stands alone: one file, nothing fetched. Its content security policy allows the styles and scripts that it was made
 * with, each by its hash, and pictures that it holds itself; so even a name that slipped through the escaping could run nothing and call nobody.
 */
import { createHash } from 'node:crypto';
import { escapeXml } from '../svg/text';
import { PAGE_STYLE } from './style';

/** Text that is HTML already. */
export type Html = string;

/** One part of a page, with its place in the list of parts. */
export interface Section {
  /** Lower-case letters and dashes. */
  readonly id: string;
  /** In the list of parts. */
  readonly short: string;
  readonly title: string;
  readonly body: Html;
}

export interface PageParts {
  readonly eyebrow: string;
  readonly title: string;
  readonly lead: string;
  readonly chips: readonly string[];
  readonly sections: readonly Section[];
  readonly footer: string;
  /** Scripts and styles inside the sections; any other is forbidden. */
  readonly scripts?: readonly string[];
  readonly styles?: readonly string[];
}

const hashes = (texts: readonly string[]): string =>
  texts.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`).join(' ') || "'none'";

/** What a page may load: the styles and scripts that it was made with, and the pictures in it. */
export function policyOf({ scripts = [], styles = [] }: Pick<PageParts, 'scripts' | 'styles'>): string {
  const own = `script-src ${hashes(scripts)}; style-src ${hashes([PAGE_STYLE, ...styles])}`;
  return `default-src 'none'; img-src data:; ${own}; base-uri 'none'; form-action 'none'`;
}

function sectionHtml({ id, title, body }: Section): Html {
  return `<section id="${id}" aria-labelledby="${id}-title">\n<h2 id="${id}-title">${escapeXml(title)}</h2>\n${body}\n</section>`;
}

/** A whole page. Everything but the sections' bodies is escaped here. */
export function frameHtml({ eyebrow, title, lead, chips, sections, footer, ...own }: PageParts): Html {
  const entries = sections.map(({ id, short }) => `<li><a href="#${id}">${escapeXml(short)}</a></li>`);
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escapeXml(policyOf(own))}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${escapeXml(title)}</title>`,
    `<style>${PAGE_STYLE}</style>`,
    '</head>',
    '<body>',
    `<header><div><p class="eyebrow">${escapeXml(eyebrow)}</p><h1>${escapeXml(title)}</h1><p class="lead">${escapeXml(lead)}</p>`,
    `<ul class="chips">${chips.map((chip) => `<li>${escapeXml(chip)}</li>`).join('')}</ul></div></header>`,
    `<nav aria-label="Parts of this page"><ul>${entries.join('')}</ul></nav>`,
    '<main>',
    ...sections.map(sectionHtml),
    '</main>',
    `<footer><p>${escapeXml(footer)}</p></footer>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}
