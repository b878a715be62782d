/** A backbone as a table: what becomes of an image, layer by layer. */
import { architectureOf } from '../backbone';
import type { Config } from '../config';
import { sizeOf } from '../core/parameter';
import type { Table } from '../report';

/**
 * The maps of a backbone from the image to the logits: one row for each size of map, at the last layer that gives it, with the parameters
 * up to there.
 *
 * @param classes length of the logits
 */
export function backboneTable({ backbone, input }: Config, classes: number): Table {
  const { kind, convolutions, parameters, featureSize } = architectureOf(backbone, classes, input.imageSize);
  const side = input.imageSize;
  const trained = parameters.filter(({ group }) => group !== 'statistic');
  const within = (low: number, high: number): number =>
    trained.filter(({ stride }) => stride > low && stride <= high).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const row = (what: string, shape: string, numbers: number, weights: number) => ({ what, shape, numbers, weights });
  const strides = [...new Set(convolutions.map(({ pixels }) => pixels))].sort((a, b) => a - b);
  const maps = strides.map((stride, i) => {
    const last = convolutions.filter(({ pixels }) => pixels === stride).at(-1)!;
    const cells = Math.ceil(side / stride);
    const below = strides[i - 1] ?? 0;
    const shape = `${cells} x ${cells} x ${last.outputs}`;
    return row(`map of stride ${stride}`, shape, cells * cells * last.outputs, within(below, stride));
  });
  return {
    title: `${kind} at ${side} x ${side} pixels`,
    columns: [
      { key: 'what', title: 'What' },
      { key: 'shape', title: 'Height x width x channels', align: 'right' },
      { key: 'numbers', title: 'Numbers' },
      { key: 'weights', title: 'Weights that make it' },
    ],
    rows: [
      row('raw view x', `${side} x ${side} x 3`, side * side * 3, 0),
      ...maps,
      row('feature f (the mean over the last map)', String(featureSize), featureSize, 0),
      row('logits z (one a class)', String(classes), classes, within(Number.MAX_SAFE_INTEGER, Infinity)),
    ],
    notes: [`${trained.reduce((sum, { shape }) => sum + sizeOf(shape), 0).toLocaleString('en')} weights in all.`],
  };
}
