/** The map of snapshots as an atlas for the mouse. */
import { showHtml } from '../../report';
import { atlasHtml, type Atlas, type AtlasRow } from '../../report/atlas';
import { thumbnails } from '../thumbnails';
import type { MappedQueue, SnapshotMap } from './map';
import { atlasNumbers, VOTERS } from './numbers';
import type { FrameNumbers } from './numbers';

export interface AtlasOptions {
  readonly title?: string;
  /** Side of a thumbnail in pixels. Default 40. */
  readonly size?: number;
}

/** What is said below a frame. */
function noteOf(one: FrameNumbers): string {
  const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
  return (
    `trustworthiness ${one.trust.toFixed(2)}; the ${VOTERS} nearest training images name the class of ${percent(one.nearFeatures)} of the test images ` +
    `(on this map ${percent(one.nearMap)}), and the family of ${percent(one.familyFeatures)} (on this map ${percent(one.familyMap)}).`
  );
}

function rowsOf(queue: MappedQueue | undefined): AtlasRow[] {
  if (!queue) return [];
  const { rows, stale, fresh } = queue;
  return rows.samples.map((item, j) => ({
    ...{ item, age: rows.ages[j]! },
    at: [stale[2 * j]!, stale[2 * j + 1]!],
    now: [fresh[2 * j]!, fresh[2 * j + 1]!],
  }));
}

/** The atlas of a map, with the thumbnails of its images and the numbers of its frames. */
export async function atlasOf(map: SnapshotMap, options: AtlasOptions = {}): Promise<Atlas> {
  const numbers = atlasNumbers(map);
  const pictures = await thumbnails(
    map.images.map(({ sample }) => sample),
    { size: options.size ?? 40 },
  );
  return {
    title: options.title ?? 'Atlas: the same images while the network trains',
    ...{ classNames: map.classNames, groupNames: map.groups.names, groupOf: map.groups.of },
    items: map.images.map(({ label, split, sample }, i) => ({
      ...{ label, split: split === 'train' ? 'train' : 'test', name: sample.name, thumbnail: pictures[i]! },
    })),
    frames: map.frames.map(({ variant, epoch, places, queue }, i) => ({
      ...{ variant, epoch, places, rows: rowsOf(queue), note: noteOf(numbers[i]!) },
    })),
  };
}

/** Shows the atlas of a map: slider, variants, filters, the image under the mouse. */
export async function showAtlas(map: SnapshotMap, options: AtlasOptions = {}): Promise<void> {
  showHtml(atlasHtml(await atlasOf(map, options)));
}
