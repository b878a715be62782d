/** Figures and tables as files. Each file is written whole or not at all. */
import { mkdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { writeWhole, writeWholeSync } from '../files';
import type { Figure } from '../plots/figure';
import { figureToSvg, type SvgSize } from './svg';
import { toCsv, toLatex, toMarkdown, type Table } from './table';

/** Where to save: files NAME.* in `dir`, which is made where it is missing. */
export interface SaveOptions {
  readonly dir: string;
  readonly name: string;
}

/** Throws unless the name is a plain file name, so that nothing is written beside `dir`. */
function checkName(name: string): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name))
    throw new RangeError(`save: '${name}' is no file name; use letters, digits, dot, dash and underscore`);
}

/** The paths NAME.EXT by extension. @throws RangeError as `checkName` */
function pathsOf<K extends string>({ dir, name }: SaveOptions, texts: Readonly<Record<K, string>>): Record<K, string> {
  checkName(name);
  const extensions = Object.keys(texts) as K[];
  return Object.fromEntries(extensions.map((one) => [one, join(dir, `${name}.${one}`)])) as Record<K, string>;
}

/** Writes text files NAME.EXT for each extension, and answers their paths by extension. */
async function writeAll<K extends string>(
  options: SaveOptions,
  texts: Readonly<Record<K, string>>,
): Promise<Record<K, string>> {
  const paths = pathsOf(options, texts);
  await mkdir(options.dir, { recursive: true });
  for (const extension of Object.keys(paths) as K[]) await writeWhole(paths[extension], texts[extension]);
  return paths;
}

/** A figure's files by extension. */
const figureFiles = (figure: Figure, svg: string): { readonly json: string; readonly svg: string } => ({
  json: `${JSON.stringify(figure, null, 1)}\n`,
  svg,
});

/**
 * Writes NAME.json (the figure itself: Plotly's data and layout, caption and run) and NAME.svg (the same picture for
 * readers without Plotly). The same figure gives the same bytes.
 *
 * Errors: RangeError on a name that is no plain file name or a trace the SVG writer does not know; the system's own.
 */
export async function saveFigure(
  figure: Figure,
  options: SaveOptions & SvgSize,
): Promise<{ readonly json: string; readonly svg: string }> {
  return writeAll(options, figureFiles(figure, figureToSvg(figure, options)));
}

/** As `saveFigure`, at once and with the SVG that is drawn already: for a cell, which shows and saves in one call. */
export function saveFigureNow(figure: Figure, options: SaveOptions & { readonly svg: string }): void {
  const texts = figureFiles(figure, options.svg);
  const paths = pathsOf(options, texts);
  mkdirSync(options.dir, { recursive: true });
  writeWholeSync(paths.json, texts.json);
  writeWholeSync(paths.svg, texts.svg);
}

/** Writes NAME.md, NAME.csv and NAME.tex, and answers their paths. Errors: as `saveFigure`. */
export async function saveTable(
  table: Table,
  options: SaveOptions,
): Promise<{ readonly md: string; readonly csv: string; readonly tex: string }> {
  return writeAll(options, { md: toMarkdown(table), csv: toCsv(table), tex: toLatex(table) });
}

/** Writes NAME.html, and answers its path. Errors: as `saveFigure`. */
export async function saveHtml(html: string, options: SaveOptions): Promise<string> {
  return (await writeAll(options, { html })).html;
}

/** Writes a value as JSON, in lines that git can compare. */
export async function saveJson(value: unknown, file: string): Promise<void> {
  await mkdir(dirname(resolve(file)), { recursive: true });
  await writeWhole(file, `${JSON.stringify(value, null, 1)}\n`);
}
