/** One look for every figure: colour-blind safe colours, one font, a white ground, axis titles with their units. */
import { withoutControls } from '../core/text';
import type { Axis, Layout, Scale } from './figure';

/**
 * The eight colours of Okabe and Ito (2008), which people with any common colour blindness can tell apart. Yellow
 * stands last: it is faint on white.
 */
export const OKABE_ITO = [
  '#0072B2',
  '#D55E00',
  '#009E73',
  '#CC79A7',
  '#E69F00',
  '#56B4E9',
  '#000000',
  '#F0E442',
] as const;

/** Cividis (Nunez and others, 2018): lightness grows evenly, and colour-blind people see the same map. */
export const CIVIDIS: Scale = [
  [0, '#00224e'],
  [0.125, '#123570'],
  [0.25, '#3b496c'],
  [0.375, '#575d6d'],
  [0.5, '#707173'],
  [0.625, '#8a8678'],
  [0.75, '#a59c74'],
  [0.875, '#c3b369'],
  [1, '#fee838'],
];

/** Cividis with an empty cell left white, for counts: zero is paper, one is already visible, the most is dark. */
export const COUNTS: Scale = [
  [0, '#ffffff'],
  [0.0001, '#fdf3a7'],
  [0.25, '#c3b369'],
  [0.5, '#8a8678'],
  [0.75, '#575d6d'],
  [1, '#00224e'],
];

/** Heat over a picture: nothing is transparent, much is opaque orange. */
export const HEAT: Scale = [
  [0, 'rgba(255,255,255,0)'],
  [0.35, 'rgba(240,228,66,0.25)'],
  [0.7, 'rgba(230,159,0,0.55)'],
  [1, 'rgba(213,94,0,0.8)'],
];

export const INK = '#222222';
export const GREY = '#767676';
export const GRID = '#e6e6e6';
export const FONT_FAMILY = 'Arial, Helvetica, "Liberation Sans", "DejaVu Sans", sans-serif';

/**
 * Colours for lines and markers of variants on white: those of Okabe and Ito that reach 3:1 against it (WCAG 2.1, 1.4.11; their orange, sky blue and
 * yellow do not), and wine, olive and indigo of Tol's muted scheme (2021), which stay apart from them for colour-blind people as well.
 */
export const LINE_COLOURS = [
  ...['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#000000'],
  ...['#882255', '#999933', '#332288'],
] as const;

/**
 * The colours that the rows of the modules table always have, so that one figure can be read beside another; two of them have a short name in
 * notebooks.
 */
const NAMED: Readonly<Record<string, string>> = {
  baseline: GREY,
  'two views (control)': '#000000',
  'two views': '#000000',
  ssdp: '#D55E00',
  ddl: '#999933',
  ssdt: '#882255',
  'ssdp+ddl': '#009E73',
  'ssdp+ssdt': '#CC79A7',
  'ddl+ssdt': '#332288',
  'ssdp+ddl+ssdt': '#0072B2',
  full: '#0072B2',
};

/** A name without its case, spaces and dashes: 'SSDP + DDL' is 'ssdp+ddl'. */
function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/\s*\+\s*/g, '+')
    .replace(/[\s_-]+/g, ' ')
    .trim();
}

/** The colours for points: all but yellow, which is too faint for a small one. */
export const POINT_COLOURS = OKABE_ITO.slice(0, 7);
export const pointColour = (place: number): string => POINT_COLOURS[place % POINT_COLOURS.length]!;

/** Beyond this number of classes or groups a legend explains nothing. */
export const LEGEND_MOST = 14;

/** FNV-1a: the same name gives the same number in every process. */
export function hashName(name: string): number {
  let hash = 2166136261;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 16777619);
  return hash >>> 0;
}

/**
 * The colour of a variant: fixed for the variants of the paper's main table, else by its name alone, so that it does
 * not change with the order or number of variants in a figure. Two other names may share a colour; `coloursOf` avoids it.
 */
export function colourOf(variant: string): string {
  return NAMED[plain(variant)] ?? LINE_COLOURS[hashName(plain(variant)) % LINE_COLOURS.length]!;
}

/** The first colour after `wish` in the palette that is not taken; `wish` again where all are. */
function nextFree(wish: string, taken: ReadonlySet<string>): string {
  const start = LINE_COLOURS.findIndex((colour) => colour === wish);
  const order = LINE_COLOURS.map((_, i) => LINE_COLOURS[(start + 1 + i) % LINE_COLOURS.length]!);
  return order.find((colour) => !taken.has(colour)) ?? wish;
}

/** Colours for names that stand in one figure: `colourOf` each, and the next free one where that is taken. */
export function coloursOf(variants: readonly string[]): string[] {
  const taken = new Set<string>();
  return variants.map((variant) => {
    const wish = colourOf(variant);
    const colour = taken.has(wish) ? nextFree(wish, taken) : wish;
    taken.add(colour);
    return colour;
  });
}

/** A hex colour with an opacity: '#0072B2', 0.2 -> 'rgba(0,114,178,0.2)'. Errors: RangeError on another notation. */
export function fade(hex: string, alpha: number): string {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex);
  if (!match) throw new RangeError(`fade: ${hex} is not a colour like #0072B2`);
  const [r, g, b] = match.slice(1).map((part) => parseInt(part, 16));
  return `rgba(${r},${g},${b},${alpha})`;
}

/** An axis of the theme: title (with its unit), light grid, thin line. */
export function axis(title: string, more: Axis = {}): Axis {
  return {
    title: { text: title, standoff: 8, font: { size: 13 } },
    showgrid: true,
    gridcolor: GRID,
    zeroline: false,
    showline: true,
    linecolor: '#999999',
    ticks: 'outside',
    automargin: true,
    ...more,
  };
}

/** An axis that is only a place: no ticks, grid, or line. For pictures and maps. */
export function hiddenAxis(more: Axis = {}): Axis {
  return { visible: false, showgrid: false, zeroline: false, showticklabels: false, ...more };
}

/** Text from outside (class and variant names) made safe for Plotly, which reads a small HTML: < becomes &lt;. */
export function safe(text: string): string {
  return withoutControls(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** 1.42 -> "+1.4", -1.42 -> "−1.4" */
export const signedPoints = (points: number): string => `${points < 0 ? '\u2212' : '+'}${Math.abs(points).toFixed(1)}`;

/** Breaks plain text into lines of at most `most` characters, at spaces; a longer word is cut. */
export function wrapLines(text: string, most: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).flatMap((part) => part.match(new RegExp(`.{1,${most}}`, 'gu')) ?? [])) {
    if (line !== '' && line.length + 1 + word.length > most) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}

/** A name as a label: safe, and broken with <br> so that a long one neither runs over its neighbour nor eats the plot. */
export function label(text: string, most = 26): string {
  return wrapLines(text, most).map(safe).join('<br>');
}

/** A name inside a hover template, where Plotly would take `%{x}` for a value of the point. */
export const hoverName = (text: string, most = 26): string => label(text, most).replace(/%\{/g, '%&#123;');

/** The layout of the theme, with what a figure adds. `title` is plain text; it is wrapped, and the margin grows with it. */
export function layout(title: string, more: Layout = {}): Layout {
  const lines = wrapLines(title, 84);
  return {
    title: {
      text: lines.map(safe).join('<br>'),
      x: 0.02,
      xanchor: 'left',
      y: 1,
      yanchor: 'top',
      yref: 'container',
      pad: { t: 12 },
      font: { size: 16, color: INK },
    },
    font: { family: FONT_FAMILY, size: 13, color: INK },
    paper_bgcolor: '#ffffff',
    plot_bgcolor: '#ffffff',
    colorway: [...OKABE_ITO],
    hovermode: 'closest',
    ...more,
    margin: { l: 70, r: 30, b: 60, ...more.margin, t: (more.margin?.t ?? 44) + 21 * lines.length },
  };
}
