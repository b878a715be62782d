/** The atlas as plain JSON for its script, and the first picture, which needs no script. */
import { squareFit } from '../../plots/square-fit';
import { pointColour } from '../../plots/theme';
import { el } from '../svg/element';
import { EDGE, SIDE, type Atlas } from './types';

/** What the script reads: places in picture units, one number for each coordinate. */
export interface Scene {
  readonly classes: readonly string[];
  readonly groups: readonly string[];
  readonly groupOf: readonly number[];
  /** [label, split, name] of each item. */
  readonly items: readonly (readonly [number, string, string])[];
  readonly thumbnails: readonly string[];
  readonly frames: readonly {
    readonly variant: string;
    readonly epoch: number;
    readonly places: readonly number[];
    /** [item, age, x, y, x now, y now] of each row. */
    readonly rows: readonly (readonly number[])[];
    readonly note: string;
  }[];
}

/** Throws where the parts of an atlas do not fit each other. */
export function checkAtlas({ items, frames, classNames, groupOf, groupNames }: Atlas): void {
  if (items.length === 0 || frames.length === 0) throw new RangeError('atlas: it needs an item and a frame at least');
  const strange = items.find(({ label }) => classNames[label] === undefined || groupNames[groupOf[label]!] === undefined); // prettier-ignore
  if (strange)
    throw new RangeError(`atlas: '${strange.name}' has class ${strange.label}; allowed: 0 to ${classNames.length - 1}, each with a group`); // prettier-ignore
  const linked = items.find(({ thumbnail }) => !/^data:image\/(jpeg|png|svg\+xml)[;,]/.test(thumbnail));
  if (linked)
    throw new RangeError(`atlas: the thumbnail of '${linked.name}' is no picture in itself; give a data URI (cs.thumbnails)`); // prettier-ignore
  for (const { variant, epoch, places, rows } of frames) {
    const all = [...Array.from(places), ...rows.flatMap(({ at, now }) => [...at, ...now])];
    const beyond = rows.find(({ item }) => items[item] === undefined);
    if (beyond)
      throw new RangeError(`atlas: a row of '${variant}' at epoch ${epoch} is of item ${beyond.item}; allowed: 0 to ${items.length - 1}`); // prettier-ignore
    if (places.length !== 2 * items.length || all.some((v) => !Number.isFinite(v)))
      throw new RangeError(
        `atlas: '${variant}' at epoch ${epoch} has ${places.length} numbers for ${items.length} items; give a finite x and y for each`,
      );
  }
}

/** From the units of the map to those of the picture, the same for all frames and both directions; y upwards. */
function scaleOf({ frames }: Atlas): (x: number, y: number) => [number, number] {
  const all = frames.flatMap(({ places, rows }) => [
    ...Array.from({ length: places.length / 2 }, (_, i) => [places[2 * i]!, places[2 * i + 1]!] as const),
    ...rows.flatMap(({ at, now }) => [at, now]),
  ]);
  const [xs, ys] = [all.map(([x]) => x), all.map(([, y]) => y)];
  const fit = squareFit(xs, ys, { side: SIDE, edge: EDGE });
  const tenth = (v: number): number => Math.round(v * 10) / 10;
  return (x, y) => {
    const [u, v] = fit(x, y);
    return [tenth(u), tenth(v)];
  };
}

/** The scene of a checked atlas. */
export function sceneOf(atlas: Atlas): Scene {
  const scale = scaleOf(atlas);
  return {
    classes: atlas.classNames,
    groups: atlas.groupNames,
    groupOf: atlas.groupOf,
    items: atlas.items.map(({ label, split, name }) => [label, split, name]),
    thumbnails: atlas.items.map(({ thumbnail }) => thumbnail),
    frames: atlas.frames.map(({ variant, epoch, places, rows, note }) => ({
      ...{ variant, epoch, note },
      places: atlas.items.flatMap((_, i) => scale(places[2 * i]!, places[2 * i + 1]!)),
      rows: rows.map(({ item, age, at, now }) => [item, age, ...scale(...at), ...scale(...now)]),
    })),
  };
}

/** Forms about (0, 0): training images are circles, all others diamonds, rows of the queue open squares. */
export const FORMS = {
  train: 'M-5 0A5 5 0 1 1 5 0A5 5 0 1 1 -5 0Z',
  test: 'M0 -6.5L6.5 0L0 6.5L-6.5 0Z',
  queue: 'M-4 -4H4V4H-4Z',
} as const;

/** The points of the first variant's last epoch, as SVG elements; the script moves these very elements. */
export function pointsSvg(scene: Scene): string {
  const first = scene.frames[startFrame(scene)]!;
  return scene.items
    .map(([label, split], i) =>
      el('path', {
        class: 'point',
        d: split === 'train' ? FORMS.train : FORMS.test,
        transform: `translate(${first.places[2 * i]} ${first.places[2 * i + 1]})`,
        fill: pointColour(scene.groupOf[label]!),
        stroke: '#ffffff',
        'stroke-width': 0.8,
      }),
    )
    .join('');
}

/** The last epoch of the first variant. */
export function startFrame({ frames }: Scene): number {
  const own = frames.filter(({ variant }) => variant === frames[0]!.variant);
  return frames.indexOf(own.reduce((last, one) => (one.epoch > last.epoch ? one : last)));
}
