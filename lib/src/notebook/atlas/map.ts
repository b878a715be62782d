/** One map for all snapshots: every variant and every epoch in the same plane. */
import { principalPlane, randomPlane, transformUmap, umap } from '../../embed';
import type { UmapMap } from '../../embed';
import { normalizeFlat } from '../feature-map';
import { liveDisplay } from '../../report';
import type { QueueRows } from '../../train';
import { bar } from '../progress';
import { concat, cut } from './flat';
import { groupsOf, type Groups } from './groups';
import type { AtlasImage, SnapshotRun } from './snapshots';

/** The queue on the map. */
export interface MappedQueue {
  readonly rows: QueueRows;
  /** Where each row lies, [2 * rows]. */
  readonly stale: Float32Array;
  /** Where the same view lies under the weights of the snapshot, [2 * rows]. */
  readonly fresh: Float32Array;
}

/** One snapshot on the map. */
export interface MapFrame {
  readonly variant: string;
  readonly epoch: number;
  readonly accuracy: number;
  /** Unit rows, [images * size]. */
  readonly features: Float32Array;
  readonly size: number;
  /** Where each image lies, [2 * images]. */
  readonly places: Float32Array;
  readonly queue: MappedQueue | undefined;
}

/** All snapshots of some runs on one map. */
export interface SnapshotMap {
  readonly method: MapMethod;
  readonly images: readonly AtlasImage[];
  readonly classNames: readonly string[];
  readonly groups: Groups;
  /** Variant by variant, each by its epochs. */
  readonly frames: readonly MapFrame[];
  /** The runs that it is of. */
  readonly run: string;
}

export type MapMethod = 'umap' | 'pca' | 'random';

export interface SnapshotMapOptions {
  /** `umap` (default); `pca` and `random` are the plainest maps, to compare with. */
  readonly method?: MapMethod;
  /**
   * What a UMAP is fitted on. `joint`: the images of all snapshots, each snapshot with the same number of rows. `last`: the images of every variant's
   * last snapshot; those of the earlier ones are placed on it (`transformUmap`), and can only land where there are points already. The queues' rows are placed
   * afterwards in both, so that variants with and without a queue weigh the same. Default: `last`.
   */
  readonly fit?: 'joint' | 'last';
  readonly neighbours?: number;
  readonly minDist?: number;
  readonly seed?: number;
}

type Blank = Omit<MapFrame, 'places' | 'queue'> & { readonly rows: QueueRows | undefined };

/** The snapshots as unit rows, so that distance means angle, as in the loss. */
function blanks(runs: readonly SnapshotRun[]): Blank[] {
  return runs.flatMap(({ name, snapshots }) =>
    snapshots.map(({ epoch, accuracy, features, size, queue }) => ({
      ...{ variant: name, epoch, accuracy, size, rows: queue },
      features: normalizeFlat(features, size),
    })),
  );
}

/** The queues' rows, stale and fresh, frame by frame. */
const queueParts = (frames: readonly Blank[]): Float32Array[] =>
  frames.flatMap(({ rows }) => (rows ? [rows.stale, rows.fresh] : []));

async function fitUmap(values: Float32Array, size: number, options: SnapshotMapOptions): Promise<UmapMap> {
  const { neighbours = 15, minDist = 0.1, seed = 1 } = options;
  const shown = bar(liveDisplay(), 0.3);
  const map = await umap(
    { values, size },
    {
      ...{ neighbours, minDist, seed },
      onProgress: ({ share, epoch }) => shown.at(share, `UMAP, epoch ${epoch}`),
    },
  );
  shown.end(1, (took) => `UMAP of ${values.length / size} rows, ${took}`);
  return map;
}

/** Places of the frames' images and of the queues' rows, each one behind the other. */
interface Placed {
  readonly images: Float32Array;
  readonly queues: Float32Array;
}

async function placeByUmap(frames: readonly Blank[], options: SnapshotMapOptions): Promise<Placed> {
  const size = frames[0]!.size;
  const [images, queues] = [concat(frames.map(({ features }) => features)), concat(queueParts(frames))];
  const last = frames.filter(({ variant, epoch }) => !frames.some((other) => other.variant === variant && other.epoch > epoch)); // prettier-ignore
  const joint = options.fit === 'joint';
  const map = await fitUmap(joint ? images : concat(last.map(({ features }) => features)), size, options);
  const onMap = async (values: Float32Array): Promise<Float32Array> =>
    values.length === 0 ? new Float32Array(0) : transformUmap(map, { values, size });
  if (joint) return { images: map.coordinates, queues: await onMap(queues) };
  // Rows that the map was fitted on stay where they are; the others are placed.
  const fitted = cut(map.coordinates, last.map(({ features }) => (2 * features.length) / size)); // prettier-ignore
  const placed = frames.map((frame) => {
    const at = last.indexOf(frame);
    return at < 0 ? onMap(frame.features) : fitted[at]!;
  });
  return { images: concat(await Promise.all(placed)), queues: await onMap(queues) };
}

function placeOnPlane(frames: readonly Blank[], { method, seed }: SnapshotMapOptions): Placed {
  const size = frames[0]!.size;
  const [images, queues] = [concat(frames.map(({ features }) => features)), concat(queueParts(frames))];
  const rows = { values: concat([images, queues]), size };
  const places = method === 'pca' ? principalPlane(rows) : randomPlane(rows, seed);
  const [first, second] = cut(places, [(2 * images.length) / size, (2 * queues.length) / size]);
  return { images: first!, queues: second! };
}

/** Throws unless the runs can share a map. */
function checkRuns(runs: readonly SnapshotRun[]): void {
  const first = runs[0];
  if (!first || runs.every(({ snapshots }) => snapshots.length === 0))
    throw new RangeError('mapSnapshots: there is no snapshot; give runs of trainSnapshots');
  const names = (run: SnapshotRun): string => run.images.map(({ sample }) => sample.name).join();
  const other = runs.find((run) => names(run) !== names(first));
  if (other)
    throw new RangeError(
      `mapSnapshots: '${other.name}' saw other images than '${first.name}'; train them in one call, with the same dataset and seed`,
    );
}

/**
 * Places every image of every snapshot in one plane, so that a place means the same in all frames.
 *
 * @throws RangeError where there is no snapshot, or the runs saw different images
 */
export async function mapSnapshots(
  runs: readonly SnapshotRun[],
  options: SnapshotMapOptions = {},
): Promise<SnapshotMap> {
  checkRuns(runs);
  const frames = blanks(runs);
  const method = options.method ?? 'umap';
  const placed = method === 'umap' ? await placeByUmap(frames, options) : placeOnPlane(frames, options);
  const { images, classNames } = runs[0]!;
  const each = cut(placed.images, frames.map(() => 2 * images.length)); // prettier-ignore
  const queues = cut(placed.queues, queueParts(frames).map((part) => (2 * part.length) / frames[0]!.size)); // prettier-ignore
  let next = 0;
  const withPlaces = frames.map(({ rows, ...frame }, i): MapFrame => {
    const queue = rows && { rows, stale: queues[next++]!, fresh: queues[next++]! };
    return { ...frame, places: each[i]!, queue };
  });
  const run = runs.map(({ id }) => id).join(', ');
  return { method, images, classNames, groups: groupsOf(classNames), frames: withPlaces, run };
}
