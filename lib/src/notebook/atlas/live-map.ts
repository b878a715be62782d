/** One snapshot on maps of its own, live: what neighbours, minimum distance and seed change. */
import { mapTrustworthiness, umap } from '../../embed';
import { mapPanels } from '../../plots';
import type { Figure, MapPanel } from '../../plots';
import { liveDisplay } from '../../report';
import type { Table } from '../../report';
import { bar } from '../progress';
import { interruptible } from '../interrupt';
import { imagePoints } from './figures';
import type { MapFrame, SnapshotMap } from './map';
import { TRUSTED } from './numbers';

export interface LiveMapOptions {
  readonly neighbours?: number;
  readonly minDist?: number;
  readonly seed?: number;
}

/** A map of one frame. */
export interface LiveMap {
  readonly title: string;
  /** [2 * images] */
  readonly places: Float32Array;
  readonly trust: number;
}

/** The first variant's last frame. */
const lastFrame = ({ frames }: SnapshotMap): MapFrame =>
  frames.filter(({ variant }) => variant === frames[0]!.variant).at(-1)!;

/**
 * Fits a UMAP on the images of the first variant's last snapshot alone, once for each setting, with a bar; the stop button ends it.
 *
 * @throws RangeError where a setting is out of its range
 */
export async function liveMaps(map: SnapshotMap, settings: readonly LiveMapOptions[]): Promise<LiveMap[]> {
  const { features, size } = lastFrame(map);
  const rows = { values: features, size };
  const shown = bar(liveDisplay(), 0.2);
  const maps: LiveMap[] = [];
  await interruptible(async (signal) => {
    for (const [place, { neighbours = 15, minDist = 0.1, seed = 1 }] of settings.entries()) {
      const title = `neighbours ${neighbours}, minDist ${minDist}, seed ${seed}`;
      const { coordinates } = await umap(rows, {
        ...{ neighbours, minDist, seed, signal },
        onProgress: ({ share, epoch, epochs }) =>
          shown.at((place + share) / settings.length, `${title}: epoch ${epoch} of ${epochs}`),
      });
      maps.push({ title, places: coordinates, trust: mapTrustworthiness(rows, coordinates, { k: TRUSTED }) });
    }
  });
  shown.end(1, (took) => `${maps.length} maps, ${took}`);
  return maps;
}

/** The maps side by side, each in its own units. */
export function liveMapsFigure(map: SnapshotMap, maps: readonly LiveMap[]): Figure {
  const panels = maps.map(({ title, places, trust }): MapPanel => ({
    title,
    note: `trustworthiness ${trust.toFixed(3)}`,
    points: imagePoints(map, { places }),
  }));
  return mapPanels(panels, {
    title: 'The same features, mapped with other settings',
    ...{ columns: Math.min(3, panels.length), groupNames: map.groups.names, shared: false, run: map.run },
    caption:
      'Every panel shows the same features; each has units of its own. What stays is who lies beside whom; place, direction, size and gaps change.',
  });
}

/** A family's middle in some rows, and how far its members lie from it on average. */
function spreadOf(values: ArrayLike<number>, size: number, own: readonly number[]) {
  const middle = Array.from({ length: size }, (_, d) => own.reduce((sum, i) => sum + values[i * size + d]!, 0) / own.length); // prettier-ignore
  const far = (i: number): number => Math.hypot(...middle.map((m, d) => values[i * size + d]! - m));
  return { middle, radius: own.reduce((sum, i) => sum + far(i), 0) / own.length };
}

/**
 * What two maps of the same features say of the families' distances and sizes, each divided by its mean over the families, so that features and maps
 * can be compared: where a map told distances, the columns would agree.
 */
export function distancesTable(map: SnapshotMap, maps: readonly LiveMap[]): Table {
  const { features, size } = lastFrame(map);
  const spaces = [{ title: 'features', values: features as ArrayLike<number>, size }, ...maps.map(({ title, places }) => ({ title, values: places as ArrayLike<number>, size: 2 }))]; // prettier-ignore
  const members = map.groups.names.map((_, g) => map.images.flatMap(({ label }, i) => (map.groups.of[label] === g ? [i] : []))); // prettier-ignore
  const pairs = members.flatMap((_, a) => members.slice(0, a).map((__, b) => [b, a] as const));
  const columns = spaces.map((space) => {
    const spreads = members.map((own) => spreadOf(space.values, space.size, own));
    const gaps = pairs.map(([a, b]) => Math.hypot(...spreads[a]!.middle.map((m, d) => m - spreads[b]!.middle[d]!)));
    const relative = (values: readonly number[]): number[] => {
      const mean = values.reduce((x, y) => x + y, 0) / values.length;
      return values.map((value) => value / mean);
    };
    return [...relative(gaps), ...relative(spreads.map(({ radius }) => radius))];
  });
  const names = map.groups.names;
  const what = [...pairs.map(([a, b]) => `from ${names[a]} to ${names[b]}`), ...names.map((name) => `size of ${name}`)];
  return {
    title: 'Distances between families and their sizes, each relative to the mean of its column',
    columns: [{ key: 'what', title: 'What' }, ...spaces.map(({ title }, s) => ({ key: `s${s}`, title, digits: 2 }))],
    rows: what.map((name, r) => ({ what: name, ...Object.fromEntries(columns.map((values, s) => [`s${s}`, values[r]!])) })), // prettier-ignore
    notes: ['Distances between the middles of the families; size: mean distance of a family’s images from its middle.'],
  };
}
