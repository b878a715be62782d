/** The forms of markers. */
import type { Marker, MarkerSymbol } from '../../plots/figure';
import { checkColour } from './colour';
import { el, num } from './element';

/** A corner of a symbol. */
type Corner = readonly [x: number, y: number];
const A = 0.4;
const [B, C] = [0.55, 1.1];

/** Corners of the symbols, in units of the radius around the point; sizes follow Plotly's symbols. */
// prettier-ignore
const CORNERS: Readonly<Partial<Record<MarkerSymbol, readonly Corner[]>>> = {
  square: [[-1, -1], [1, -1], [1, 1], [-1, 1]],
  diamond: [[0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]],
  'triangle-up': [[-1.15, 0.67], [1.15, 0.67], [0, -1.33]],
  cross: [[-1.2, -A], [-A, -A], [-A, -1.2], [A, -1.2], [A, -A], [1.2, -A], [1.2, A], [A, A], [A, 1.2], [-A, 1.2], [-A, A], [-1.2, A]],
  x: [[0, -B], [B, -C], [C, -B], [B, 0], [C, B], [B, C], [0, B], [-B, C], [-C, B], [-B, 0], [-C, -B], [-B, -C]],
  'line-ns': [[0, -1.4], [0, 1.4]],
};

/** The outline of a symbol of radius r around (x, y), as path data; a symbol without corners is a circle. */
function outline(symbol: MarkerSymbol, x: number, y: number, r: number): string {
  const corners = CORNERS[symbol];
  if (corners) return `M${corners.map(([dx, dy]) => `${num(x + dx * r)} ${num(y + dy * r)}`).join('L')}Z`;
  const half = `A${num(r)} ${num(r)} 0 1 1`;
  return `M${num(x - r)} ${num(y)}${half} ${num(x + r)} ${num(y)}${half} ${num(x - r)} ${num(y)}Z`;
}

/** One marker. Open symbols are drawn as a ring. */
export function markerPath(
  marker: Marker,
  x: number,
  y: number,
  own: { readonly colour: string; readonly size: number },
): string {
  const symbol = marker.symbol ?? 'circle';
  const open = symbol === 'circle-open' || symbol === 'line-ns';
  const edge = marker.line?.width ?? (open ? 1.5 : 0);
  const colour = checkColour(own.colour);
  const stroke = open ? colour : checkColour(marker.line?.color ?? '#444444');
  return el('path', {
    d: outline(symbol, x, y, own.size / 2),
    fill: open ? 'none' : colour,
    stroke: edge > 0 ? stroke : undefined,
    'stroke-width': edge > 0 ? Math.max(edge, open ? 1.2 : 0) : undefined,
    opacity: marker.opacity,
  });
}
