/** What tests of layouts ask of a folder. */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { decodeSplit } from '../decode';
import { DatasetError } from '../errors';
import { readDataset } from '../read';
import { temporaryFolder } from '../testing';
import type { Dataset, Split } from '../types';
import { writeLayout, type Files } from './layouts';

/** Reads a folder, and decodes every image. */
async function readAndDecode(root: string): Promise<Dataset> {
  const dataset = await readDataset(root);
  for (const split of [dataset.train, dataset.tests['test']!]) await decodeSplit(split, { size: 4 });
  return dataset;
}

/** The problems of a folder that cannot be read. */
async function problemsOf(root: string): Promise<readonly string[]> {
  const error = await readDataset(root).catch((reason: unknown) => reason);
  if (error instanceof DatasetError) return error.problems;
  throw new Error(`no DatasetError: ${String(error)}`);
}

/** A new folder `set` before each test of a file, removed after it; `give` gets its path. */
export function useSet(give: (root: string) => void) {
  let root = '';
  beforeEach(async () => {
    root = path.join(await fs.realpath(await temporaryFolder()), 'set');
    await fs.mkdir(root);
    give(root);
  });
  afterEach(() => fs.rm(path.dirname(root), { recursive: true, force: true }));
  return {
    write: (files: Files | Promise<Files>): Promise<void> => writeLayout(root, files),
    read: (): Promise<Dataset> => readAndDecode(root),
    problems: (): Promise<readonly string[]> => problemsOf(root),
  };
}

/** 'name label' of each sample. */
export const rows = ({ samples }: Split): readonly string[] => samples.map(({ name, label }) => `${name} ${label}`);
