// What went wrong in a cell, as the three fields of Jupyter's `error` message: ename, evalue and traceback.
import { inspect } from 'node:util';
import { framesOf } from './frames.mjs';

const RED = '\x1b[31m';
const DIM = '\x1b[2m';
const PLAIN = '\x1b[0m';

/** A text that fits into a cell's output. */
const LONGEST = 4000;
const short = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST)} ...` : text);

const isError = (value) => value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';

/** What was thrown, as a name and a text; values that are no Error are allowed by JavaScript and come without a stack. */
function named(value) {
  if (isError(value)) return { ename: String(value.name ?? 'Error'), evalue: String(value.message ?? '') };
  if (typeof value === 'string') return { ename: 'string', evalue: value };
  const ename = value === null ? 'null' : (value?.constructor?.name ?? typeof value);
  return { ename, evalue: inspect(value, { depth: 2, breakLength: 100 }) };
}

const head = ({ ename, evalue }, thrown) =>
  thrown ? `${RED}${ename}${PLAIN}: ${evalue}` : `${RED}Thrown ${ename}${PLAIN}: ${evalue}`;

/** The lines of one error, then those of its causes and parts. An error may be its own cause: each is told once. */
function lines(value, context, seen = new Set()) {
  seen.add(value);
  const found = [
    head(named(value), isError(value)),
    ...framesOf(value, context).map((frame) => `    ${DIM}at ${PLAIN}${frame}`),
  ];
  if (!isError(value)) return found;
  const further = (title, inner) => {
    if (inner === undefined || inner === null || seen.has(inner)) return;
    const [first, ...rest] = lines(inner, context, seen);
    found.push(`${title}: ${first}`, ...rest);
  };
  further('Caused by', value.cause);
  if (Array.isArray(value.errors)) for (const part of value.errors.slice(0, 5)) further('Part', part);
  return found;
}

/**
 * A thrown value, for a reader of the notebook.
 *
 * @param context `cells` (see frames.mjs), and `hide`, which takes the machine's paths out of a text
 */
export function failureOf(value, context) {
  const { ename, evalue } = named(value);
  const traceback = lines(value, context).map((line) => short(context.hide(line)));
  return { ename, evalue: short(context.hide(evalue)), traceback };
}

/** What stops a person from running the cell at all; it has no stack, its text says what to do. */
export const plainFailure = (ename, evalue) => ({ ename, evalue, traceback: [head({ ename, evalue }, true)] });

/**
 * What the TypeScript compiler has against a cell.
 *
 * @param diagnostics of tslab: `{start: {line, character}, messageText, fileName?}`, lines and characters from 0
 */
export function typeFailure(diagnostics, source, context) {
  const rows = source.split('\n');
  const told = diagnostics.map(({ start, messageText, fileName }) => {
    const place = `${fileName ? `${fileName} ` : ''}${start.line + 1}:${start.character + 1}`;
    return { ...start, fileName, text: context.hide(`${place} - ${messageText}`) };
  });
  const traceback = told.flatMap(({ line, character, fileName, text }) => {
    const row = fileName ? undefined : rows[line];
    const sign = row === undefined ? [] : [`    ${row}`, `    ${' '.repeat(character)}${RED}^${PLAIN}`];
    return [`${RED}TypeScriptError${PLAIN}: ${text}`, ...sign];
  });
  return { ename: 'TypeScriptError', evalue: short(told[0].text), traceback: traceback.map(short) };
}
