/** Figures of snapshots on a map. */
import { mapPanels } from '../../plots';
import type { Figure, MapPanel, PanelPoint } from '../../plots';
import type { MapFrame, MappedQueue, SnapshotMap } from './map';

/** Training images are circles, test images diamonds. */
const SHAPE_NAMES = ['training image', 'test image', 'row of the queue'];

function imagePoints(map: SnapshotMap, { places }: MapFrame): PanelPoint[] {
  return map.images.map(({ label, split }, i) => ({
    ...{ x: places[2 * i]!, y: places[2 * i + 1]!, group: map.groups.of[label]! },
    shape: split === 'train' ? 0 : 1,
    hover: `${map.classNames[label]!}, ${split}`,
  }));
}

const METHOD = { umap: 'UMAP', pca: 'principal plane', random: 'random plane' } as const;

/** Small multiples: one row a variant, one column an epoch, all in the same plane. */
export function atlasFigure(map: SnapshotMap, { title }: { readonly title?: string } = {}): Figure {
  const columns = new Set(map.frames.map(({ epoch }) => epoch)).size;
  return mapPanels(
    map.frames.map((frame) => ({ title: `${frame.variant}, epoch ${frame.epoch}`, points: imagePoints(map, frame) })),
    {
      title: title ?? `The features by epoch, one ${METHOD[map.method]} for all panels`,
      ...{ columns, groupNames: map.groups.names, shapeNames: SHAPE_NAMES, run: map.run },
      caption:
        'Circle: training image. Diamond: test image. Colour: family. One plane for all panels, so a point can be followed from left to right. ' +
        'Look for colours that part from each other.',
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

function agePanel(map: SnapshotMap, { rows, stale, fresh }: MappedQueue, ages: readonly number[]): MapPanel {
  const own = rows.ages.flatMap((age, j) => (ages.includes(age) ? [j] : []));
  const range = ages.length > 1 ? `${ages[0]} to ${ages.at(-1)}` : `${ages[0]}`;
  return {
    title: `Rows of age ${range} steps (${own.length})`,
    points: own.map((j) => ({
      ...{ x: stale[2 * j]!, y: stale[2 * j + 1]!, group: map.groups.of[rows.labels[j]!]!, shape: 2 },
      hover: `${map.classNames[rows.labels[j]!]!}, ${rows.ages[j]} steps old`,
    })),
    arrows: own.map((j) => [stale[2 * j]!, stale[2 * j + 1]!, fresh[2 * j]!, fresh[2 * j + 1]!]),
  };
}

/** The youngest and the oldest rows of the queue, each with a line to where the same view lies under the present weights. @throws RangeError where there is no queue */
export function queueArrows(map: SnapshotMap, epoch: number): Figure {
  const { frame, queue } = queueFrame(map, epoch);
  const ages = [...new Set(queue.rows.ages)].sort((a, b) => a - b);
  const third = Math.max(1, Math.floor(ages.length / 3));
  const panels = [ages.slice(0, third), ages.slice(-third)].map((some) => agePanel(map, queue, some));
  return mapPanels(panels, {
    title: `The queue after epoch ${epoch} (${frame.variant}): from each row to where its view lies now`,
    ...{ groupNames: map.groups.names, run: map.run },
    caption:
      'Square: where a row of the queue lies. Line: to the place that the present weights give the very same view. The longer the line, the more out of date the row; ' +
      'but lengths on a map only hint at distances, so read the table beside it.',
  });
}
