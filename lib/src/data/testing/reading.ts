/** What tests of layouts ask of a folder. */
import { decodeSplit } from '../decode';
import { DatasetError } from '../errors';
import { readDataset } from '../read';
import type { Dataset, Split } from '../types';

/** Reads a folder, and decodes every image. */
export async function readAndDecode(root: string): Promise<Dataset> {
  const dataset = await readDataset(root);
  for (const split of [dataset.train, dataset.tests['test']!]) await decodeSplit(split, { size: 4 });
  return dataset;
}

/** The problems of a folder that cannot be read. */
export async function problemsOf(root: string): Promise<readonly string[]> {
  const error = await readDataset(root).catch((reason: unknown) => reason);
  if (error instanceof DatasetError) return error.problems;
  throw new Error(`no DatasetError: ${String(error)}`);
}

/** 'name label' of each sample. */
export const rows = ({ samples }: Split): readonly string[] => samples.map(({ name, label }) => `${name} ${label}`);
