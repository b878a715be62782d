/** Writes what both engines of a row start from. */
import fs from 'node:fs';
import { fixtureBytes } from './fixture';
import { drawPictures } from './pictures';
import { drawPoints } from './points';
import type { TensorWork, Work } from './work';

type Write<W> = (work: W, place: string) => unknown;

const tensors: Write<TensorWork> = (work, file) => fs.writeFileSync(file, fixtureBytes(work));

/** Every kind of work: a kind that is forgotten here does not compile. */
const WRITERS: { readonly [K in Work['kind']]: Write<Extract<Work, { kind: K }>> } = {
  step: tensors,
  inference: tensors,
  queue: tensors,
  // Nothing but the float32 numbers, in the processor's order of bytes, which is the peer's too.
  umap: (work, file) => fs.writeFileSync(file, drawPoints(work)),
  input: drawPictures,
};

/** Write a work's start to a place: a file, or a folder of images. */
export async function author(work: Work, place: string): Promise<void> {
  await (WRITERS[work.kind] as Write<Work>)(work, place);
}
