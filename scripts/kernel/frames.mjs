// A stack trace as a reader of the notebook wants it: the lines of their cells and of lib's sources, and nothing below.
import fs from 'node:fs';
import { SourceMap } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const MOST = 12;

/** The name under which a cell's script is known to the engine, so that its frames can be told. */
export const cellName = (count) => `cell-${count}.js`;

/** A line of a script but for what the compiler adds to it: `exports.x` for a cell's variable, and a name for its last expression. */
const plain = (line) => line.trim().replace(/^exports\.tsLastExpr = |\bexports\./g, '');
const bare = (line) => plain(line).replace(/[\s;]/g, '');

/**
 * The place in a cell's own source, undefined for a line that is not the cell's: the compiler drops blank lines and writes its own before, so the line is looked for by its text.
 *
 * @param cells per name, `source` (what the person wrote) and `output` (what the compiler made of it)
 */
function inCell({ name, line }, cells) {
  const cell = cells.get(name);
  const number = /^cell-(\d+)/.exec(name)[1];
  if (!cell) return `cell [${number}]`;
  const script = cell.output.split('\n');
  if (cell.output && line > script.length) return undefined; // the call around the cell, which tslab writes
  const text = plain(script[line - 1] ?? '');
  const sought = bare(text);
  const rows = cell.source.split('\n');
  const hits = rows.flatMap((row, i) =>
    sought && (bare(row) === sought || bare(row).endsWith(sought)) ? [i + 1] : [],
  );
  const place = hits.length === 1 ? `cell [${number}], line ${hits[0]}` : `cell [${number}]`;
  // Text that the compiler wrote is not the reader's: it is shown where it is theirs but for blanks.
  return hits.length > 0 && text.length <= 100 ? `${place}: ${text}` : place;
}

/** The line of a TypeScript source that a line of its compiled file was made from, where the compiler left a map beside it. */
function original(file, line, column) {
  try {
    const map = new SourceMap(JSON.parse(fs.readFileSync(`${file}.map`, 'utf8')));
    const { originalSource, originalLine } = map.findEntry(line - 1, column - 1);
    if (originalSource === undefined) return { file, line };
    return { file: path.resolve(path.dirname(file), originalSource), line: originalLine + 1 };
  } catch {
    return { file, line };
  }
}

function parse(text) {
  const found = /^\s*at (?:(?<call>.*?) \()?(?<where>.+?):(?<line>\d+):(?<column>\d+)\)?$/.exec(text);
  if (!found) return undefined;
  const { call, where, line, column } = found.groups;
  const name = where.startsWith('file://') ? fileURLToPath(where) : where;
  return { call, name, line: Number(line), column: Number(column) };
}

/** The frames of an error's stack in cells and in lib, the innermost first; a stack without any is one of Node's own, and says nothing. */
export function framesOf(error, { cells, library }) {
  const stack = typeof error?.stack === 'string' ? error.stack : '';
  const frames = stack.split('\n').flatMap((text) => parse(text) ?? []);
  const shown = frames.flatMap((frame) => {
    const name = frame.call?.replace(/^(async )?(Proxy|Object)\./, '$1');
    const call = name && !/^(async )?(eval|<anonymous>)$/.test(name) ? `${name}, ` : '';
    if (/^cell-\d+\.js$/.test(frame.name)) {
      const place = inCell(frame, cells);
      return place ? [`${call}${place}`] : [];
    }
    if (!frame.name.startsWith(library + path.sep) || frame.name.includes(`${path.sep}node_modules${path.sep}`))
      return [];
    const { file, line } = original(frame.name, frame.line, frame.column);
    return [`${call}${path.relative(path.dirname(library), file)}:${line}`];
  });
  return shown.filter((frame, i) => frame !== shown[i - 1]).slice(0, MOST);
}
