/** A saliency map laid over its picture, as a picture. */
import { HEAT } from './theme';
import type { Pixels } from './png';
import type { HeatMap } from './views';

interface Stop {
  readonly at: number;
  /** Red, green, blue in 0..255 and opacity in 0..1. */
  readonly colour: readonly number[];
}

const STOPS: readonly Stop[] = HEAT.map(([at, colour]) => ({ at, colour: colour.match(/[\d.]+/g)!.map(Number) }));

/** The colour of a share of the scale. */
function heatOf(share: number): readonly number[] {
  const next = Math.max(1, STOPS.findIndex(({ at }) => at >= share)); // prettier-ignore
  const [low, high] = [STOPS[next - 1]!, STOPS[next]!];
  const part = (share - low.at) / (high.at - low.at);
  return low.colour.map((value, i) => value + part * (high.colour[i]! - value));
}

/** The map at a place in [0, 1) of the picture, bilinearly between the middles of its cells; beyond the outer middles the outer values go on. */
function valueAt({ height, width, values }: HeatMap, y: number, x: number): number {
  const place = (share: number, cells: number) => {
    const at = Math.min(cells - 1, Math.max(0, share * cells - 0.5));
    const low = Math.min(Math.floor(at), Math.max(0, cells - 2));
    return { low, high: Math.min(cells - 1, low + 1), part: at - low };
  };
  const [row, column] = [place(y, height), place(x, width)];
  const along = (r: number): number =>
    values[r * width + column.low]! * (1 - column.part) + values[r * width + column.high]! * column.part;
  return along(row.low) * (1 - row.part) + along(row.high) * row.part;
}

/**
 * The picture under its saliency: nothing is transparent, the map's own maximum is opaque orange.
 *
 * @param image RGB in 0..255, [height, width, 3]
 * @throws RangeError where a size does not fit
 */
export function overlay(image: Pixels, heat: HeatMap): Pixels {
  const { height, width, data } = image;
  if (data.length !== height * width * 3)
    throw new RangeError(`overlay: ${data.length} values are not ${height} x ${width} pixels of 3 channels`);
  if (heat.values.length !== heat.height * heat.width || heat.values.length === 0)
    throw new RangeError(`overlay: ${heat.values.length} values are not ${heat.height} x ${heat.width}`);
  const most = Math.max(1e-12, ...Array.from(heat.values));
  const out = new Uint8Array(data.length);
  for (let pixel = 0; pixel < height * width; pixel++) {
    const [y, x] = [(Math.floor(pixel / width) + 0.5) / height, ((pixel % width) + 0.5) / width];
    const colour = heatOf(Math.min(1, Math.max(0, valueAt(heat, y, x) / most)));
    const opacity = colour[3]!;
    for (let c = 0; c < 3; c++)
      out[3 * pixel + c] = Math.round((1 - opacity) * data[3 * pixel + c]! + opacity * colour[c]!);
  }
  return { height, width, data: out };
}
