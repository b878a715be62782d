/** What the maps of both sides share. */
import fs from 'node:fs';
import { mapTrustworthiness } from '../embed';

/** Neighbours whose places in the map are looked at. */
export const TRUST_NEIGHBOURS = 15;

/** The defaults of both libraries, written out. */
export const UMAP_SETTINGS = { neighbours: 15, minDist: 0.1, metric: 'euclidean' } as const;

/** The numbers that `author` wrote. */
export function readPoints(file: string): Float32Array {
  const bytes = fs.readFileSync(file);
  return new Float32Array(new Uint8Array(bytes).buffer);
}

/** Trustworthiness of the places of a file's rows, [2n], whoever made them. */
export const trustOf = (file: string, size: number, coordinates: readonly number[]): number =>
  mapTrustworthiness({ values: readPoints(file), size }, Float32Array.from(coordinates), { k: TRUST_NEIGHBOURS });
