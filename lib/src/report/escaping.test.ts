/** Whatever a class, a file or a dataset is called, it is text in all that is shown, and in all that is written. */
import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spellControls } from '../cli/terminal';
import { spelledControls, withoutControls } from '../core/text';
import type { Figure } from '../plots';
import { HOSTILE, outputsWith } from '../testing/outputs';
import type { Outputs } from '../testing/outputs';
import { figureToSvg } from './svg';
import { cellText, fromCsvText } from './table';

/** A name of one to three hostile pieces, with words and any characters between them. */
const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...HOSTILE) },
  fc.constantFrom('leaf', 'two words', '', '\u0627\u0644\u0642\u0637\u0646', '\u68c9'),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const name = fc.array(piece, { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join(''));

const TAGS = new Set(
  (
    'html head meta title style script body header main footer nav section div p h1 h2 h3 ul ol li dl dt dd a b i br small span pre code table caption thead ' +
    'tbody tr th td figure figcaption img details summary svg g text path rect line circle clippath defs desc lineargradient stop image polyline polygon ' +
    'marker use button label select option input output'
  ).split(' '),
);

/** What is wrong with a piece of HTML: a tag that we do not write, an attribute that runs something, a link or a source from outside. */
function htmlFaults(html: string): string[] {
  const faults: string[] = [];
  // Styles and scripts are fixed texts of ours, and JSON in a script cannot hold `<`.
  const bare = html
    .replace(/<!doctype html>/, '')
    .replace(/<(style|script)( type="application\/json")?>([\s\S]*?)<\/\1>/g, (_, __, json: string, text: string) => {
      if (json && text.includes('<')) faults.push(`a script of data holds <: ${text.slice(0, 80)}`);
      return '';
    });
  for (const [whole, , tag, attributes = ''] of bare.matchAll(
    /<(\/?)([a-zA-Z!?][a-zA-Z0-9]*|)((?:\s+[\w:-]+(?:="[^"<>]*")?)*)\s*\/?>?/g,
  )) {
    if (!whole.endsWith('>') || !TAGS.has(tag!.toLowerCase())) faults.push(`a tag: ${whole.slice(0, 80)}`);
    for (const [, key, value = ''] of attributes.matchAll(/\s([\w:-]+)(?:="([^"]*)")?/g)) {
      if (/^on/i.test(key!)) faults.push(`a handler: ${whole.slice(0, 80)}`);
      if (/^(xlink:)?href$/.test(key!) && !/^(#|data:image)/.test(value)) faults.push(`a link: ${value}`);
      if (key === 'src' && !value.startsWith('data:image/')) faults.push(`a source: ${value}`);
    }
  }
  return faults;
}

/** Every string of a figure, with the key that it stands under. */
const textsOf = (value: unknown, key = ''): (readonly [string, string])[] => {
  if (typeof value === 'string') return [[key, value]];
  if (Array.isArray(value)) return value.flatMap((one) => textsOf(one, key));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([own, one]) => textsOf(one, own));
};

/** Plotly reads a small HTML in all texts, and values of the point (`%{x}`) in templates. */
function plotlyFaults({ data, layout }: Figure): string[] {
  return textsOf([data, layout]).flatMap(([key, text]) => {
    if (key === 'source') return text.startsWith('data:image/png;base64,') ? [] : [text];
    if (key === 'legendgroup') return []; // compared, never shown
    const rest = text.replace(/<br>|<\/?b>|<\/?extra>/g, '\n');
    const values = [...rest.matchAll(/%\{([^}]*)\}/g)].map(([, one]) => one!);
    const foreign = key.endsWith('template') && values.some((one) => !/^(text|[xyz](:\.\df)?)$/.test(one));
    return /[<>]/.test(rest) || rest !== withoutControls(rest) || foreign ? [`${key}: ${text}`] : [];
  });
}

/** Commands that the writer of LaTeX puts; what is left of a row must hold no character that LaTeX obeys. */
function latexFaults({ latex }: Outputs): string[] {
  const rows = latex.split('\n').filter((line) => line.endsWith(' \\\\') || line.startsWith('  \\caption'));
  return rows.filter((line) => {
    const rest = line
      .replace(/ \\\\$/, '')
      .replace(/^ {2}\\caption\{(.*)\}$/, '$1')
      .replace(/ & /g, '')
      .replace(
        /\\(textbackslash|textasciitilde|textasciicircum|textless|textgreater|textbar)\{\}|\\ensuremath\{(\\pm|-|\\times)\}/g,
        '',
      )
      .replace(/\\[&%$#_{}]|-\{\}|^\s*\{\}/g, '');
    return /[\\&%$#_{}~^]/.test(rest) || rest !== withoutControls(rest);
  });
}

/** A cell that a spreadsheet would compute: more than a number after the sign of a formula. */
const computes = (cell: string): boolean => /^[=@\t\r]|^[+-].*[A-Za-z|!]/s.test(cell) && !/^[+-][\d.,\seE%()[\]\u00b1\u2212+-]*$/.test(cell); // prettier-ignore

describe('names from outside', () => {
  const each = (check: (outputs: Outputs) => void): void =>
    fc.assert(
      fc.property(fc.tuple(name, name), (names) => {
        check(outputsWith(names));
      }),
      { numRuns: 60, examples: HOSTILE.map((one, i) => [[one, HOSTILE[(i + 7) % HOSTILE.length]!]]) },
    );

  it('make no tag, handler, link or source in any HTML or SVG', () => {
    each(({ html, figures }) => {
      for (const [where, text] of Object.entries(html)) expect([where, ...htmlFaults(text)]).toEqual([where]);
      for (const [where, figure] of Object.entries(figures))
        expect([where, ...htmlFaults(figureToSvg(figure))]).toEqual([where]);
    });
  }, 300_000);

  it('make no tag and no placeholder in what Plotly reads', () => {
    each(({ figures }) => {
      for (const [where, figure] of Object.entries(figures)) expect([where, ...plotlyFaults(figure)]).toEqual([where]);
    });
  }, 300_000);

  it('make no command in LaTeX', () => {
    each((outputs) => expect(latexFaults(outputs)).toEqual([]));
  }, 300_000);

  it('make no formula in CSV, and come back as they were', () => {
    each(({ csv, table }) => {
      const [, ...rows] = parse(csv) as string[][];
      expect(rows.flat().filter(computes)).toEqual([]);
      const own = table.rows.map((row) => table.columns.map((column) => cellText(row, { ...column, title: '' })));
      expect(rows.map((row) => row.map(fromCsvText))).toEqual(own);
    });
  }, 300_000);

  it('act on no terminal', () => {
    const said: string[] = [];
    const write = (...parts: unknown[]): void => void said.push(parts.slice(1).join(' '));
    const target = { log: write, warn: write, error: write };
    spellControls(target);
    for (const one of HOSTILE) target.log(one, 1);
    for (const one of HOSTILE) target.error(`about ${one}`);
    expect(said).toHaveLength(2 * HOSTILE.length);
    expect(said.filter((text) => text !== spelledControls(text) || withoutControls(text) !== text)).toEqual([]);
    expect(said).toContain('\\u001b[31mred\\u001b]0;title\\u0007 1');
  });
});
