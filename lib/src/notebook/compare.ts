/** By hand against the library: both numbers side by side, and an error where they differ. */
import { showTable } from '../report';
import type { Table } from '../report';

/** Something computed twice. */
export type Pair = readonly [byHand: number | readonly number[], fromLib: number | readonly number[]];

const flat = (value: number | readonly number[]): readonly number[] => (typeof value === 'number' ? [value] : value);
/** One number with five digits, several with four: the library computes with 32-bit numbers, which may differ in the next. */
const told = (value: number | readonly number[]): string =>
  flat(value)
    .map((v) => (Number.isInteger(v) ? String(v) : v.toFixed(typeof value === 'number' ? 5 : 4)))
    .join(', ');

function equal([a, b]: Pair, tolerance: number): boolean {
  const [x, y] = [flat(a), flat(b)];
  return x.length === y.length && x.every((value, i) => Math.abs(value - y[i]!) <= tolerance);
}

/** The table of pairs by name. @throws where a pair differs by more than `tolerance`, naming it */
export function equalTable(pairs: Readonly<Record<string, Pair>>, tolerance = 1e-5): Table {
  const rows = Object.entries(pairs).map(([what, pair]) => {
    if (!equal(pair, tolerance))
      throw new Error(`${what}: by hand ${told(pair[0])}, from lib ${told(pair[1])}. They should be equal.`);
    return { what, hand: told(pair[0]), lib: told(pair[1]), equal: 'yes' };
  });
  return {
    title: 'By hand and from lib',
    columns: [
      { key: 'what', title: 'What' },
      { key: 'hand', title: 'By hand', align: 'right' },
      { key: 'lib', title: 'From lib', align: 'right' },
      { key: 'equal', title: 'Equal' },
    ],
    rows,
    notes: [],
  };
}

/** Shows that what was computed by hand and what lib gives are the same. @throws where they are not */
export const showEqual = (pairs: Readonly<Record<string, Pair>>): void => showTable(equalTable(pairs));
