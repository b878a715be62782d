/** What stands beside a map: how far it can be trusted, and what the features themselves tell. */
import { mapTrustworthiness, nearestAmong } from '../../embed';
import { voteShare } from '../../embed/vote';
import { classSeparation, silhouette } from '../../metrics';
import { trainingCurves } from '../../plots';
import type { Curve, Figure } from '../../plots';
import type { Table } from '../../report';
import type { MapFrame, SnapshotMap } from './map';

/** The numbers of one snapshot on one map; shares in 0..1. */
export interface FrameNumbers {
  readonly variant: string;
  readonly epoch: number;
  /** Of the network's own head, on the test images. */
  readonly accuracy: number;
  /** Test images whose class wins the vote of their k nearest training images: among the features, and on the map. */
  readonly nearFeatures: number;
  readonly nearMap: number;
  /** The same for the families. */
  readonly familyFeatures: number;
  readonly familyMap: number;
  /** Trustworthiness of the map, of its 10 nearest. */
  readonly trust: number;
  /** between / within of the classes, test and training images together; null where there is nothing to divide. */
  readonly ratio: number | null;
  /** Mean silhouette of the classes, cosine distance. */
  readonly silhouette: number;
}

/** Neighbours that vote: as many as leaf20 has training images of a class. */
export const VOTERS = 3;
/** Neighbours that the trustworthiness looks at. */
export const TRUSTED = 10;

/** Test images against training images in one space: the shares whose class, and whose family, wins the vote. */
function votes(map: SnapshotMap, { values, size }: { values: Float32Array; size: number }) {
  const train = map.images.filter(({ split }) => split === 'train').length;
  const [gallery, queries] = [values.subarray(0, train * size), values.subarray(train * size)];
  const found = nearestAmong({ values: queries, size }, { values: gallery, size }, { k: Math.min(VOTERS, train) });
  const share = (labels: readonly number[]): number =>
    voteShare(found, { queries: labels.slice(train), gallery: labels.slice(0, train) });
  return {
    ofClass: share(map.images.map(({ label }) => label)),
    ofFamily: share(map.images.map(({ label }) => map.groups.of[label]!)),
  };
}

function numbersOf(map: SnapshotMap, frame: MapFrame): FrameNumbers {
  const [rows, places] = [
    { values: frame.features, size: frame.size },
    { values: frame.places, size: 2 },
  ];
  const labels = map.images.map(({ label }) => label);
  const features = { values: frame.features, labels, dim: frame.size };
  const [amongFeatures, onMap] = [votes(map, rows), votes(map, places)];
  return {
    ...{ variant: frame.variant, epoch: frame.epoch, accuracy: frame.accuracy },
    ...{ nearFeatures: amongFeatures.ofClass, nearMap: onMap.ofClass },
    ...{ familyFeatures: amongFeatures.ofFamily, familyMap: onMap.ofFamily },
    trust: mapTrustworthiness(rows, frame.places, { k: TRUSTED }),
    ...{ ratio: classSeparation(features).ratio, silhouette: silhouette(features) },
  };
}

/** What was computed already: table, curves, figure and page of one map ask for the same numbers. */
const known = new WeakMap<SnapshotMap, readonly FrameNumbers[]>();

/**
 * The numbers of every frame, computed once a map. Features are unit rows, so that the Euclidean order of neighbours is that of their cosines.
 *
 * @throws RangeError where there are too few images for the neighbours (31 at least)
 */
export function atlasNumbers(map: SnapshotMap): readonly FrameNumbers[] {
  const numbers = known.get(map) ?? map.frames.map((frame) => numbersOf(map, frame));
  known.set(map, numbers);
  return numbers;
}

const percent = (share: number): number => 100 * share;

/** The numbers as a table, one row a snapshot. */
export function atlasTable(map: SnapshotMap, numbers = atlasNumbers(map)): Table {
  return {
    title: 'Beside the map: its numbers',
    columns: [
      { key: 'variant', title: 'Variant' },
      { key: 'epoch', title: 'Epoch' },
      { key: 'trust', title: 'Trustworthiness', digits: 3 },
      { key: 'nearFeatures', title: 'Class of neighbours, features', unit: '%', digits: 0 },
      { key: 'nearMap', title: 'on the map', unit: '%', digits: 0 },
      { key: 'familyFeatures', title: 'Family of neighbours, features', unit: '%', digits: 0 },
      { key: 'familyMap', title: 'on the map', unit: '%', digits: 0 },
      { key: 'ratio', title: 'Separation', digits: 2 },
      { key: 'silhouette', title: 'Silhouette', digits: 2 },
      { key: 'accuracy', title: 'Head', unit: '%', digits: 0 },
    ],
    rows: numbers.map((one) => ({
      ...{ variant: one.variant, epoch: one.epoch, trust: one.trust, ratio: one.ratio, silhouette: one.silhouette },
      ...{ nearFeatures: percent(one.nearFeatures), nearMap: percent(one.nearMap), accuracy: percent(one.accuracy) },
      ...{ familyFeatures: percent(one.familyFeatures), familyMap: percent(one.familyMap) },
    })),
    notes: [
      `Neighbours: the ${VOTERS} nearest training images of each test image vote. Guessing a class earns ${(100 / map.classNames.length).toFixed(0)} %, ` +
        `a family ${(100 / map.groups.names.length).toFixed(0)} %. Separation: mean distance between classes / within, 1 is none. Head: the network's own predictions.`,
    ],
  };
}

/** Numbers of several maps of the same snapshots: a UMAP and what it is compared with. */
export type NamedNumbers = Readonly<Record<string, readonly FrameNumbers[]>>;

/** Each map's means over the snapshots after training has begun, and the features' own. */
export function yardstickTable(maps: NamedNumbers): Table {
  const meanOf = (numbers: readonly FrameNumbers[], read: (one: FrameNumbers) => number): number =>
    numbers.reduce((sum, one) => sum + read(one), 0) / numbers.length;
  const trained = Object.entries(maps).map(([name, all]) => [name, all.filter(({ epoch }) => epoch > 0)] as const);
  const row = (what: string, trust: number | null, near: number, family: number) => ({
    ...{ what, trust, near: percent(near), family: percent(family) },
  });
  const [, any] = trained[0]!;
  return {
    title: 'The same features on several maps',
    columns: [
      { key: 'what', title: 'Map' },
      { key: 'trust', title: 'Trustworthiness', digits: 3 },
      { key: 'near', title: 'Class of neighbours', unit: '%', digits: 1 },
      { key: 'family', title: 'Family of neighbours', unit: '%', digits: 1 },
    ],
    rows: [
      row('none: the features', 1, meanOf(any, (one) => one.nearFeatures), meanOf(any, (one) => one.familyFeatures)), // prettier-ignore
      ...trained.map(
        ([name, own]) =>
        row(name, meanOf(own, (one) => one.trust), meanOf(own, (one) => one.nearMap), meanOf(own, (one) => one.familyMap)), // prettier-ignore
      ),
    ],
    notes: ['Means over all variants and all snapshots shown above.'],
  };
}

/** The numbers over the epochs: separation, the neighbours' vote among the features, trust in the map. */
export function atlasCurves(map: SnapshotMap, numbers = atlasNumbers(map)): Figure {
  const variants = [...new Set(numbers.map(({ variant }) => variant))];
  const curves = (read: (one: FrameNumbers) => number | null): Curve[] =>
    variants.map((variant) => {
      const own = numbers.filter((one) => one.variant === variant && read(one) !== null);
      return { variant, seed: 1, x: own.map(({ epoch }) => epoch), y: own.map((one) => read(one)!) };
    });
  return trainingCurves(
    [
      { yTitle: 'Separation (between / within)', curves: curves(({ ratio }) => ratio) },
      { yTitle: 'Family of neighbours (%)', scale: 100, curves: curves(({ familyFeatures }) => familyFeatures) },
      { yTitle: 'Trustworthiness', curves: curves(({ trust }) => trust) },
    ],
    {
      title: 'What the features tell by epoch, and how far the map can be trusted',
      ...{ xTitle: 'Epoch', band: 'none', run: map.run },
      caption:
        'Left and middle: the features themselves, no map. Right: the map. One run of each variant: whether two lines differ is a question for several seeds.',
    },
  );
}
