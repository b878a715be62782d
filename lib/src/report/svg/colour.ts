/** Colours: the few notations a figure uses, and a colour scale read at a value. */
import type { Scale } from '../../plots/figure';

/** Red, green, blue in 0..255 and opacity in 0..1. */
export type Rgba = readonly [red: number, green: number, blue: number, alpha: number];

/** Reads '#rgb', '#rrggbb', 'rgb(...)' or 'rgba(...)'. Errors: RangeError on anything else. */
export function parseColour(text: string): Rgba {
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text.replace(/^#(.)(.)(.)$/, '#$1$1$2$2$3$3'));
  if (long) return [parseInt(long[1]!, 16), parseInt(long[2]!, 16), parseInt(long[3]!, 16), 1];
  const parts = /^rgba?\(\s*([\d.]+)\s*,\s*([\d.]+)\s*,\s*([\d.]+)\s*(?:,\s*([\d.]+)\s*)?\)$/i.exec(text);
  if (!parts) throw new RangeError(`colour '${text}' is not #rrggbb or rgba(r,g,b,a)`);
  return [Number(parts[1]), Number(parts[2]), Number(parts[3]), parts[4] === undefined ? 1 : Number(parts[4])];
}

/** A colour that is safe to write into an attribute: one of the notations above, or a plain word such as 'none'. */
export function checkColour(text: string): string {
  if (/^[a-z]+$/i.test(text)) return text;
  parseColour(text);
  return text;
}

/** The colour of a scale at a position in 0..1, mixed between its neighbours; outside, its ends. */
export function scaleColour(scale: Scale, position: number): Rgba {
  const at = Math.min(1, Math.max(0, position));
  const after = Math.max(
    1,
    scale.findIndex(([p], i) => i > 0 && p >= at),
  );
  const [p0, c0] = scale[after - 1]!;
  const [p1, c1] = scale[after] ?? scale[after - 1]!;
  const share = p1 === p0 ? 0 : (at - p0) / (p1 - p0);
  const [a, b] = [parseColour(c0), parseColour(c1)];
  const mix = (i: 0 | 1 | 2 | 3): number => a[i] + (b[i] - a[i]) * share;
  return [Math.round(mix(0)), Math.round(mix(1)), Math.round(mix(2)), Math.round(mix(3) * 1000) / 1000];
}

/** '#rrggbb', and the opacity apart. */
export function hexOf([red, green, blue]: Rgba): string {
  return `#${[red, green, blue].map((v) => v.toString(16).padStart(2, '0')).join('')}`;
}

/** Black or white, whichever can be read on this colour (relative luminance of sRGB over white paper). */
export function inkOn([red, green, blue, alpha]: Rgba): string {
  const linear = [red, green, blue].map((v) => ((v * alpha + 255 * (1 - alpha)) / 255) ** 2.2);
  return 0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]! > 0.3 ? '#222222' : '#ffffff';
}
