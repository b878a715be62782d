/** The legend: one entry a named trace. */
import type { Figure, Trace } from '../../plots/figure';
import { checkColour } from './colour';
import { el } from './element';
import { markerPath } from './markers';
import { LINE, textBlock, textLines, widest } from './text';

/** One entry: its trace and its lines of text. */
export interface Entry {
  readonly trace: Trace;
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
}

const SIZE = 12;
const KEY = 30;
const GAP = 18;

/** The entries to draw; none where the layout hides the legend or one trace alone has a name. */
export function legendEntries({ data, layout }: Figure): Entry[] {
  if (layout.showlegend === false) return [];
  const named = data.filter(
    (trace) => trace.name !== undefined && trace.type !== 'heatmap' && trace.showlegend !== false,
  );
  if (named.length < 2 && layout.showlegend !== true) return [];
  return named.map((trace) => {
    const lines = textLines(trace.name!);
    return { trace, lines, width: KEY + widest(lines, SIZE), height: Math.max(1, lines.length) * SIZE * LINE + 4 };
  });
}

/** Entries from left to right in rows that fit `room` pixels. */
export function legendRows(entries: readonly Entry[], room: number): Entry[][] {
  const rows: Entry[][] = [];
  let used = Infinity;
  for (const entry of entries) {
    if (used + entry.width > room) {
      rows.push([]);
      used = 0;
    }
    rows[rows.length - 1]!.push(entry);
    used += entry.width + GAP;
  }
  return rows;
}

/** Height of such rows. */
export function rowsHeight(rows: readonly (readonly Entry[])[]): number {
  return rows.reduce((sum, row) => sum + Math.max(...row.map((e) => e.height)), 0);
}

/** The small picture of a trace beside its name. */
function key(trace: Trace, x: number, y: number): string {
  const opacity = trace.opacity;
  if (trace.type === 'heatmap') return '';
  const own = typeof trace.marker?.color === 'string' ? trace.marker.color : undefined;
  const colour = checkColour(own ?? (trace.type === 'scatter' ? trace.line?.color : undefined) ?? '#444444');
  if (trace.type === 'bar') return el('rect', { x: x + 6, y: y - 5, width: 12, height: 10, fill: colour, opacity });
  const parts: string[] = [];
  if (trace.mode.includes('lines')) {
    const dash = { dot: '2 3', dash: '6 4', solid: undefined }[trace.line?.dash ?? 'solid'];
    const width = trace.line?.width ?? 2;
    parts.push(
      el('path', {
        d: `M${x} ${y}h24`,
        stroke: checkColour(trace.line?.color ?? colour),
        'stroke-width': width,
        'stroke-dasharray': dash,
      }),
    );
  }
  if (trace.mode.includes('markers')) parts.push(markerPath(trace.marker ?? {}, x + 12, y, { colour, size: 8 }));
  return parts.join('');
}

/** Draws rows of entries from a top left corner. */
export function drawLegend(rows: readonly (readonly Entry[])[], left: number, top: number): string {
  let y = top;
  const parts: string[] = [];
  for (const row of rows) {
    const height = Math.max(...row.map((e) => e.height));
    let x = left;
    for (const entry of row) {
      parts.push(key(entry.trace, x, y + height / 2));
      parts.push(
        textBlock(entry.lines, x + KEY, y + height / 2, { size: SIZE, colour: '#222222', baseline: 'middle' }),
      );
      x += entry.width + GAP;
    }
    y += height;
  }
  return el('g', { class: 'legend' }, parts.join(''));
}
