/** Set-up that test files share; each function registers its own hooks in the file or the `describe` that calls it. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, vi } from 'vitest';
import type { Dataset } from '../data';
import { temporaryFolder } from '../data/testing';
import { stripesDataset } from '../notebook/testing';

/** A folder of the test file's own, and a dataset of stripes in it. */
export interface Stripes {
  readonly root: string;
  readonly dataset: Dataset;
}

/** Draws stripes in a new folder before the first test, hands them over, and removes the folder after the last. */
export function useStripes(classes: number, perClass: number, give: (made: Stripes) => void): void {
  let root = '';
  beforeAll(async () => {
    root = await temporaryFolder();
    give({ root, dataset: await stripesDataset(path.join(root, 'stripes'), classes, perClass) });
  });
  afterAll(() => rm(root, { recursive: true, force: true }));
}

/** `useStripes`, with CSDNET_HOME at `home` in the folder: for what writes files of the project. */
export function useStripesAtHome(classes: number, perClass: number, give: (made: Stripes) => void): void {
  useStripes(classes, perClass, (made) => {
    vi.stubEnv('CSDNET_HOME', path.join(made.root, 'home'));
    give(made);
  });
  afterAll(() => void vi.unstubAllEnvs());
}

/**
 * The console, where displays write outside a kernel: after `listen()` nothing is printed, each line is kept in `lines`, and `onLine` sees it.
 * All mocks are restored and the lines forgotten after each test.
 */
export function useConsole() {
  const lines: string[] = [];
  afterEach(() => {
    vi.restoreAllMocks();
    lines.length = 0;
  });
  const listen = (onLine: (line: string) => void = () => undefined) =>
    vi.spyOn(console, 'log').mockImplementation((line: string) => {
      lines.push(line);
      onLine(line);
    });
  return { lines, listen };
}
