/** Whether neighbours among the features share the picture's background: what a map may show instead of the classes. */
import { nearestNeighbours } from '../../embed';
import { mean } from '../../metrics';
import type { Table } from '../../report';
import { decodeSamples } from '../pixels';
import type { MapFrame, SnapshotMap } from './map';
import { TRUSTED } from './numbers';

/** Side of the pictures that the border is read from, and how many of its pixels are border. */
const SIDE = 24;
const BORDER = 3;

/** Mean of red minus blue over the border of an RGB picture, in levels of 0..255: high is brown, low is blue or grey. */
function borderWarmth(pixels: Uint8Array): number {
  let [sum, count] = [0, 0];
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) {
      if (Math.min(x, y, SIDE - 1 - x, SIDE - 1 - y) >= BORDER) continue;
      const at = 3 * (y * SIDE + x);
      sum += pixels[at]! - pixels[at + 2]!;
      count++;
    }
  return sum / count;
}

/** Pearson's correlation; 0 where one of them does not vary. */
export function correlation(a: readonly number[], b: readonly number[]): number {
  const [ma, mb] = [mean(a), mean(b)];
  const product = (x: readonly number[], mx: number, y: readonly number[], my: number): number =>
    x.reduce((sum, v, i) => sum + (v - mx) * (y[i]! - my), 0);
  const scale = Math.sqrt(product(a, ma, a, ma) * product(b, mb, b, mb));
  return scale > 0 ? product(a, ma, b, mb) / scale : 0;
}

/** How a value of each image goes with its mean over the image's nearest neighbours among the features. */
function withNeighbours({ features, size }: MapFrame, values: readonly number[]): number {
  const { indices, k } = nearestNeighbours({ values: features, size }, { k: TRUSTED + 1 });
  const near = values.map((_, i) => {
    const others = [...indices.subarray(i * k, (i + 1) * k)].filter((j) => j !== i);
    return mean(others.map((j) => values[j]!));
  });
  return correlation([...values], near);
}

/** The backgrounds' share in a frame. */
export interface BackgroundRow {
  readonly variant: string;
  readonly epoch: number;
  /** Correlation of the border's warmth of an image with that of its 10 nearest among the features, -1..1. */
  readonly correlation: number;
}

/** How much neighbours among the features share the colour of the background, for every frame. */
export async function backgroundShare(map: SnapshotMap): Promise<readonly BackgroundRow[]> {
  const pixels = await decodeSamples(map.images.map(({ sample }) => sample), { size: SIDE }); // prettier-ignore
  const length = 3 * SIDE * SIDE;
  const warmth = map.images.map((_, i) => borderWarmth(pixels.subarray(i * length, (i + 1) * length)));
  return map.frames.map((frame) => ({
    ...{ variant: frame.variant, epoch: frame.epoch },
    correlation: withNeighbours(frame, warmth),
  }));
}

/** The same as a table, one row a variant. */
export function backgroundTable(rows: readonly BackgroundRow[]): Table {
  const [variants, epochs] = [[...new Set(rows.map(({ variant }) => variant))], [...new Set(rows.map(({ epoch }) => epoch))]]; // prettier-ignore
  return {
    title: 'Do neighbours share their background?',
    columns: [
      { key: 'variant', title: 'Variant' },
      ...epochs.map((epoch) => ({ key: `e${epoch}`, title: `Epoch ${epoch}`, digits: 2 })),
    ],
    rows: variants.map((variant) => ({
      variant,
      ...Object.fromEntries(rows.filter((row) => row.variant === variant).map((row) => [`e${row.epoch}`, row.correlation])), // prettier-ignore
    })),
    notes: [
      "Correlation of the border's colour (red minus blue) of an image with that of its 10 nearest among the features; 0 is none, 1 is all.",
    ],
  };
}
