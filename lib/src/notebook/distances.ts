/** How alike images are within a class, between siblings, and between families. */
import type { Described } from './described';
import { scaleOf, standardize } from './learners';
import type { SpreadRow } from './spread-figure';

/**
 * Distances between all pairs of images, by what the two have in common. Numbers are standardised; the distance is the root of the sum of
 * squared differences, divided by its mean over all pairs, so that 1 is an ordinary pair whatever the numbers are.
 *
 * @param families family of each class; without it there are two rows, same class and two classes
 */
export function distanceRows(of: Described, families?: readonly number[]): readonly SpreadRow[] {
  const rows = standardize(of, scaleOf(of));
  const { size, labels } = of;
  const kinds = new Map<string, number[]>([['same class', []]]);
  if (families) kinds.set('siblings', []).set('two families', []);
  else kinds.set('two classes', []);
  let [sum, pairs] = [0, 0];
  for (let i = 0; i < labels.length; i++) {
    for (let j = 0; j < i; j++) {
      let squares = 0;
      for (let d = 0; d < size; d++) squares += (rows[i * size + d]! - rows[j * size + d]!) ** 2;
      const distance = Math.sqrt(squares);
      kinds.get(kindOf(labels[i]!, labels[j]!, families))!.push(distance);
      sum += distance;
      pairs++;
    }
  }
  const found = [...kinds].filter(([, values]) => values.length > 0);
  return found.map(([name, values]) => ({ name, values: values.map((value) => (value * pairs) / sum) }));
}

function kindOf(a: number, b: number, families?: readonly number[]): string {
  if (a === b) return 'same class';
  if (!families) return 'two classes';
  return families[a] === families[b] ? 'siblings' : 'two families';
}
