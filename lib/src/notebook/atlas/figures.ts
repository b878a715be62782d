/** Figures of snapshots on a map. */
import { mapPanels } from '../../plots';
import type { Figure, MapPanel, PanelPoint } from '../../plots';
import type { MapFrame, MappedQueue, SnapshotMap } from './map';
import { atlasNumbers, type FrameNumbers } from './numbers';

/** The images of a map at some places of it: family as colour, split as shape. */
export function imagePoints(map: SnapshotMap, { places }: Pick<MapFrame, 'places'>): PanelPoint[] {
  return map.images.map(({ label, split }, i) => ({
    ...{ x: places[2 * i]!, y: places[2 * i + 1]!, group: map.groups.of[label]! },
    shape: split === 'train' ? 0 : 1,
    hover: `${map.classNames[label]!}, ${split}`,
  }));
}

const METHOD = { umap: 'UMAP', pca: 'principal plane', random: 'random plane' } as const;

export interface AtlasFigureOptions {
  readonly title?: string;
  /** The numbers that are written into the panels; of this map where left out. */
  readonly numbers?: readonly FrameNumbers[];
}

/** Small multiples: one row a variant, one column an epoch, all in the same plane, each with its numbers. */
export function atlasFigure(map: SnapshotMap, options: AtlasFigureOptions = {}): Figure {
  const numbers = options.numbers ?? atlasNumbers(map);
  const columns = new Set(map.frames.map(({ epoch }) => epoch)).size;
  return mapPanels(
    map.frames.map((frame, i) => ({
      title: `${frame.variant}, epoch ${frame.epoch}`,
      note: `trust ${numbers[i]!.trust.toFixed(2)}, separation ${numbers[i]!.ratio?.toFixed(2) ?? 'none'}`,
      points: imagePoints(map, frame),
    })),
    {
      title: options.title ?? `The features by epoch, one ${METHOD[map.method]} for all panels`,
      ...{ columns, groupNames: map.groups.names, run: map.run },
      caption:
        'Circle: training image. Diamond: test image. Colour: family. One plane for all panels, so a point can be followed from left to right. ' +
        'Look for colours that part from each other. Trust: trustworthiness of the panel.',
    },
  );
}

/** Throws unless the variant has a queue at this epoch. */
export function queueFrame(map: SnapshotMap, epoch: number): { readonly frame: MapFrame; readonly queue: MappedQueue } {
  const frame = map.frames.find((one) => one.epoch === epoch && one.queue);
  if (frame?.queue) return { frame, queue: frame.queue };
  const have = [...new Set(map.frames.filter(({ queue }) => queue).map((one) => one.epoch))];
  throw new RangeError(
    `no queue at epoch ${epoch}: ${have.length > 0 ? `choose from ${have.join(', ')}` : 'no run of this map has one (DDL)'}`,
  );
}

const ENDS = ['youngest rows', 'oldest rows'];

/** The rows of the least and of the greatest age: all of them would be a thicket. */
function queuePanel(map: SnapshotMap, epoch: number): MapPanel {
  const { frame, queue } = queueFrame(map, epoch);
  const { rows, stale, fresh } = queue;
  const ends = [Math.min(...rows.ages), Math.max(...rows.ages)];
  const own = rows.ages.flatMap((age, j) => (ends.includes(age) ? [j] : []));
  return {
    title: `${frame.variant}, epoch ${epoch}`,
    note: `ages ${ends.join(' and ')} steps, ${own.length} of ${rows.ages.length} rows`,
    points: own.map((j) => ({
      ...{ x: stale[2 * j]!, y: stale[2 * j + 1]!, shape: 2 },
      group: ends.indexOf(rows.ages[j]!),
      hover: `${map.classNames[rows.labels[j]!]!}, ${rows.ages[j]} steps old`,
    })),
    arrows: own.map((j) => [stale[2 * j]!, stale[2 * j + 1]!, fresh[2 * j]!, fresh[2 * j + 1]!]),
  };
}

/**
 * The youngest and the oldest rows of the queue at some epochs, each with a line to where the same view lies under the weights of that epoch.
 *
 * @throws RangeError where there is no queue at one of them
 */
export function queueArrows(map: SnapshotMap, epochs: readonly number[]): Figure {
  return mapPanels(
    epochs.map((epoch) => queuePanel(map, epoch)),
    {
      title: 'From each row of the queue to where its view lies now',
      ...{ groupNames: ENDS, columns: Math.min(3, epochs.length), run: map.run },
      caption:
        'Square: a row of the queue, coloured by its age. The line leads to the ring: the place of the very same view under the weights of that epoch. ' +
        'A long line is a row out of date; but lengths on a map only hint at distances, so read the drift beside it.',
    },
  );
}
