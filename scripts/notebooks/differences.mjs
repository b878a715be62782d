// Differences of texts, HTML and figures, with numbers to a tolerance. Each function gives undefined where there is none, else
// `{ what, kept, came }`.

/** Numbers may differ by this share of their size ... */
const RELATIVE = 1e-3;
/** ... and printed ones by one unit of their last digit, where that is at most this share. */
const ROUNDING = 1e-2;
const ABSOLUTE = 1e-5;
/** Colours of a scale may differ by so much in each channel (0 to 255). */
const CHANNEL = 6;

const UNIT = '(?:ms|s|sec|secs|seconds?|min|minutes?|h|hours?)';
const TIME = new RegExp(`(?:\\d+(?:\\.\\d+)?\\s*${UNIT}\\b[\\s,]*)+(?=[\\s,.;:)<"'/]|$)`, 'g');
/** In this order: a picture inside the text, a colour, an identifier of a run, a number. */
const TOKEN =
  /(?<picture>data:[\w/+.-]+;base64,[\w+/=]+)|(?<colour>#[0-9a-fA-F]{6}\b)|(?<id>\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{8,64}\b)|(?<number>[-−+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)/g;

/** A picture names its parts by a hash of itself: the numbers in it are compared, so the name says nothing more. */
const CLIP = /\bf[0-9a-z]{5,8}-(?=\d+\b)/g;

const masked = (text) => text.replace(TIME, '<time> ').replace(CLIP, '<clip>');

/** A text as what stands between its tokens, and its tokens with their places. */
function split(text) {
  const tokens = [];
  const frame = text.replace(TOKEN, (value, ...rest) => {
    const groups = rest.at(-1);
    const kind = Object.keys(groups).find((name) => groups[name] !== undefined);
    tokens.push({ kind, value, at: rest.at(-3) });
    return `\u0000${kind}\u0000`;
  });
  return { frame, tokens };
}

const excerpt = (text, at) => {
  const from = Math.max(0, at - 40);
  const part = text.slice(from, at + 60).replace(/\s+/g, ' ');
  return `${from > 0 ? '…' : ''}${part}${at + 60 < text.length ? '…' : ''}`;
};

const value = (token) => Number(token.replace('−', '-'));

const near = (x, y, absolute) => Math.abs(x - y) <= Math.max(absolute, RELATIVE * Math.max(Math.abs(x), Math.abs(y)));

/** One unit of the last printed digit, where that is little beside the number: a hair may turn 39.95 into 39.9 or 40.0, not 0.5 into 0.6. */
function rounding(a, b) {
  const digits = Math.min(...[a, b].map((token) => (/e/i.test(token) ? 0 : (token.split('.')[1] ?? '').length)));
  const unit = 1.01 * 10 ** -digits;
  return digits > 0 && unit <= ROUNDING * Math.abs(value(a)) ? unit : 0;
}

const numbersDiffer = (a, b, absolute) => !near(value(a), value(b), Math.max(absolute, rounding(a, b)));

const channels = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

/** Whether two tokens of one kind differ. The bytes of a JPEG are the encoder's affair: a picture is compared by its size. */
const TOKENS_DIFFER = {
  picture: (a, b) =>
    a.split(',')[0] !== b.split(',')[0] || Math.abs(a.length - b.length) > 0.2 * Math.max(a.length, b.length),
  colour: (a, b) => channels(a).some((channel, i) => Math.abs(channel - channels(b)[i]) > CHANNEL),
  id: (a, b) => a !== b,
  number: numbersDiffer,
};

const firstOther = (a, b) => {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
};

/**
 * Compares two texts: the words exactly, numbers to a tolerance, times not at all.
 *
 * @param varies compare the words alone
 * @param absolute by how much numbers may differ besides
 */
export function textDiffers(keptText, cameText, { varies = false, absolute = ABSOLUTE } = {}) {
  if (keptText === cameText) return undefined;
  const [kept, came] = [masked(keptText), masked(cameText)];
  const [a, b] = [split(kept), split(came)];
  const tell = (what, i, j) => ({ what, kept: excerpt(kept, i), came: excerpt(came, j) });
  if (a.frame !== b.frame) {
    const plain = (text) => text.replaceAll(/\u0000(\w+)\u0000/g, '<$1>'); // eslint-disable-line no-control-regex
    if (varies) {
      const [x, y] = [plain(a.frame), plain(b.frame)];
      const at = firstOther(x, y);
      return { what: 'other words', kept: excerpt(x, at), came: excerpt(y, at) };
    }
    const at = firstOther(kept, came);
    return tell('another text', at, at);
  }
  if (varies) return undefined;
  const i = a.tokens.findIndex(({ kind, value: v }, k) => TOKENS_DIFFER[kind](v, b.tokens[k].value, absolute));
  return i < 0 ? undefined : tell(`another ${a.tokens[i].kind}`, a.tokens[i].at, b.tokens[i].at);
}

const inside = (html) =>
  html
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/** What of an HTML output does not depend on its numbers: the shape of its tables, and the words of their headings and around them. */
function outlineOfHtml(html) {
  const bare = html.replace(/<(script|style|svg)\b[\s\S]*?<\/\1>/gi, '');
  const tables = bare.match(/<table[\s\S]*?<\/table>/gi) ?? [];
  const cells = (row) => (row.match(/<t[dh][\s>]/gi) ?? []).length;
  const heads = tables.flatMap((table) => table.match(/<(th|caption)[\s>][\s\S]*?<\/\1>/gi) ?? []);
  return {
    shapes: tables.map((table) => (table.match(/<tr[\s\S]*?<\/tr>/gi) ?? []).map(cells)),
    words: inside([...heads, bare.replace(/<table[\s\S]*?<\/table>/gi, ' ')].join(' | ')),
  };
}

/** Compares two pieces of HTML; where it varies, the shape of tables, their headings, and the words outside tables. */
export function htmlDiffers(kept, came, varies) {
  if (!varies) return textDiffers(kept, came);
  const [a, b] = [outlineOfHtml(kept), outlineOfHtml(came)];
  if (JSON.stringify(a.shapes) === JSON.stringify(b.shapes)) return textDiffers(a.words, b.words, { varies });
  const tell = (shapes) =>
    shapes.map((rows) => `table of ${rows.length} rows and ${Math.max(0, ...rows)} columns`).join(', ');
  return { what: 'another shape of tables', kept: tell(a.shapes) || 'no table', came: tell(b.shapes) || 'no table' };
}

/** What of a figure does not depend on its numbers: its traces and the titles of its axes. */
function outlineOf({ data = [], layout = {} }) {
  const axes = Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key));
  const titles = axes.sort().map((key) => [key, layout[key]?.title?.text ?? layout[key]?.title ?? '']);
  return { traces: data.map(({ type, mode, name }) => ({ type, mode, name })), titles };
}

const short = (thing) => {
  const text = JSON.stringify(thing) ?? 'nothing';
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
};

/** The size of the numbers in a list, by which its smallest are judged: noise beside them is nothing. */
const sizeOf = (list) =>
  list
    .flat(3)
    .filter(Number.isFinite)
    .reduce((most, one) => Math.max(most, Math.abs(one)), 0);

/** The first difference of two JSON values, and where. */
function valuesDiffer(kept, came, options, where) {
  const tell = (what) => ({ what: `${where}: ${what}`, kept: short(kept), came: short(came) });
  if (typeof kept === 'number' && typeof came === 'number')
    return options.varies || near(kept, came, Math.max(ABSOLUTE, RELATIVE * (options.size ?? 0)))
      ? undefined
      : tell('another number');
  if (typeof kept === 'string' && typeof came === 'string') {
    const found = textDiffers(kept, came, options);
    return found && { ...found, what: `${where}: ${found.what}` };
  }
  if (kept === null || came === null || typeof kept !== 'object' || typeof came !== 'object')
    return kept === came ? undefined : tell('another value');
  const [a, b] = [Object.keys(kept), Object.keys(came)];
  if (Array.isArray(kept) !== Array.isArray(came) || a.length !== b.length || a.some((key) => !(key in came)))
    return tell('another shape');
  const inner = Array.isArray(kept) ? { ...options, size: sizeOf(kept) } : options;
  for (const key of a) {
    const found = valuesDiffer(kept[key], came[key], inner, `${where}.${key}`);
    if (found) return found;
  }
  return undefined;
}

/** Compares two Plotly figures; where it varies, their traces (kind and name) and the titles of their axes. */
export const figureDiffers = (kept, came, varies) =>
  varies
    ? valuesDiffer(outlineOf(kept), outlineOf(came), { varies }, 'figure')
    : valuesDiffer(kept, came, { varies }, 'figure');
