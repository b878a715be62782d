// What a reader sees is what runs: the outputs that a notebook is kept with, against those of the run that was just made.
//
// Words must be equal and numbers near: the last digits depend on the processor and on the number of threads. Durations are masked. A cell with
// the tag `varies` trains (or shows what was trained), where a last digit grows into another result: of it only the form is compared.

const PLOTLY = 'application/vnd.plotly.v1+json';
const SVG = 'image/svg+xml';
/** How far numbers may lie apart: share of the larger, and a floor for those near zero. */
const NEAR = { relative: 2e-3, absolute: 2e-3 };
/** A figure's places on the page, in pixels: a pixel more or less is not seen. */
const NEAR_ON_PAGE = { relative: 5e-3, absolute: 1.5 };

const text = (value) => [value ?? ''].flat().join('');

/** Durations, pictures and names of a run's place: what no reader compares. */
const masked = (value) =>
  value
    .replace(/data:image\/[a-z+]+;base64,[A-Za-z0-9+/=]+/g, '<picture>')
    .replace(/\b(\d+ min )?\d+(\.\d+)? (s|ms)\b/g, '<time>')
    .replace(/\b[0-9a-f]{12}\b/g, '<run>');

const NUMBER = /[-\u2212+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;
const valueOf = (digits) => Number(digits.replace('\u2212', '-'));

const near = (a, b, { relative, absolute }) =>
  a === b ||
  (Number.isNaN(a) && Number.isNaN(b)) ||
  Math.abs(a - b) <= absolute + relative * Math.max(Math.abs(a), Math.abs(b));

const short = (value, at = 0) => {
  const from = Math.max(0, at - 30);
  return `"${from > 0 ? '…' : ''}${value.slice(from, from + 110).replace(/\s+/g, ' ')}${value.length > from + 110 ? '…' : ''}"`;
};

/** The first difference of two texts in a sentence; undefined where there is none. */
export function textDifference(kept, got, tolerance = NEAR) {
  const [a, b] = [masked(kept), masked(got)];
  const [words, others] = [a.split(NUMBER), b.split(NUMBER)];
  const [numbers, rivals] = [a.match(NUMBER) ?? [], b.match(NUMBER) ?? []];
  let at = 0;
  for (let i = 0; i < Math.max(words.length, others.length); i++) {
    const same =
      words[i] === others[i] &&
      (i >= numbers.length || (i < rivals.length && near(valueOf(numbers[i]), valueOf(rivals[i]), tolerance)));
    if (!same) return `kept ${short(a, at)}, now ${short(b, at)}`;
    at += words[i].length + (numbers[i]?.length ?? 0);
  }
  return undefined;
}

/** The first difference of two JSON values; numbers of one array are judged by the array's own size. */
function jsonDifference(kept, got, path, size = 0) {
  if (typeof kept === 'number' && typeof got === 'number') {
    const tolerance = { relative: NEAR.relative, absolute: Math.max(1e-6, NEAR.relative * size) };
    return near(kept, got, tolerance) ? undefined : `${path}: kept ${kept}, now ${got}`;
  }
  if (typeof kept === 'string' && typeof got === 'string') {
    const found = textDifference(kept, got);
    return found && `${path}: ${found}`;
  }
  if (
    kept === null ||
    got === null ||
    typeof kept !== 'object' ||
    typeof got !== 'object' ||
    Array.isArray(kept) !== Array.isArray(got)
  )
    return kept === got ? undefined : `${path}: kept ${short(String(kept))}, now ${short(String(got))}`;
  const keys = [...new Set([...Object.keys(kept), ...Object.keys(got)])];
  const most = Array.isArray(kept) ? Math.max(0, ...kept.flat(3).filter(Number.isFinite).map(Math.abs)) : size;
  for (const key of keys) {
    const found = jsonDifference(kept[key], got[key], `${path}.${key}`, most);
    if (found) return found;
  }
  return undefined;
}

/** Outputs as [kind, content]: a stream's pieces joined, one entry for every output else. */
function entries(cell) {
  const found = [];
  for (const output of cell.outputs ?? []) {
    const last = found[found.length - 1];
    if (output.output_type === 'stream') {
      if (last?.kind === output.name) last.content += text(output.text);
      else found.push({ kind: output.name, content: text(output.text) });
    } else if (output.data) found.push({ kind: Object.keys(output.data).sort().join(' + '), content: output.data });
    else found.push({ kind: output.output_type, content: output.evalue ?? '' });
  }
  return found;
}

function entryDifference({ kind, content }, other) {
  if (typeof content === 'string') return textDifference(content, other.content);
  if (content[PLOTLY]) return jsonDifference(content[PLOTLY], other.content[PLOTLY], 'figure');
  for (const type of kind.split(' + ')) {
    const tolerance = type === SVG ? NEAR_ON_PAGE : NEAR;
    const found = textDifference(text(content[type]), text(other.content[type]), tolerance);
    if (found) return found;
  }
  return undefined;
}

/** What stays of an output when its numbers may be others: its kind, a table's head, a figure's traces. */
function form({ kind, content }) {
  if (typeof content === 'string') return kind;
  const figure = content[PLOTLY];
  const heads = text(content['text/html']).match(/<th[^>]*>[^<]*/g) ?? [];
  const traces = figure ? [...new Set(figure.data.map((trace) => trace.type))].sort() : [];
  return [kind, ...traces, ...heads.map((head) => masked(head).replace(NUMBER, '#'))].join(' | ');
}

/**
 * The differences between a kept notebook and the same one executed anew, in sentences; none: an empty list.
 *
 * @param kept, got notebooks as JSON, with the same cells
 */
export function compareNotebooks(kept, got) {
  const problems = [];
  const code = (notebook) =>
    notebook.cells.map((cell, i) => ({ cell, number: i + 1 })).filter(({ cell }) => cell.cell_type === 'code');
  const executed = code(got);
  code(kept).forEach(({ cell, number }, k) => {
    const other = executed[k]?.cell;
    if (!other) return problems.push(`cell ${number} is not in the executed notebook`);
    const varies = cell.metadata?.tags?.includes('varies');
    const [a, b] = [entries(cell), entries(other)];
    const [shape, now] = [a.map(({ kind }) => kind).join('; '), b.map(({ kind }) => kind).join('; ')];
    if (shape !== now) return problems.push(`cell ${number} is kept with the outputs [${shape}] and gave [${now}]`);
    for (const [i, entry] of a.entries()) {
      const [want, have] = [form(entry), form(b[i])];
      const found = varies
        ? want === have
          ? undefined
          : `kept ${short(want)}, now ${short(have)}`
        : entryDifference(entry, b[i]);
      if (found) return problems.push(`cell ${number}, output ${i + 1}: ${found}`);
    }
  });
  return problems;
}
