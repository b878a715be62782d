/** The Python that has the peer's libraries. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

export interface FoundPython {
  readonly python: string | undefined;
  /** Why there is none, and how to get one. */
  readonly message: string | undefined;
}

const HOW =
  'Only our side is measured. To have PyTorch and the other peers beside it:\n' +
  '  python3 -m venv .venv-bench && .venv-bench/bin/pip install -r requirements/bench.txt\n' +
  'or name a Python that has them in CSDNET_BENCH_PYTHON.';

/** CSDNET_BENCH_PYTHON, else the project's own `.venv-bench`; undefined with a message where it is not there or cannot import `torch`. */
export function findPython(root: string, named = process.env.CSDNET_BENCH_PYTHON): FoundPython {
  const python = named ?? path.join(root, '.venv-bench', 'bin', 'python');
  if (!fs.existsSync(python)) {
    const what =
      named === undefined ? 'there is no .venv-bench' : `CSDNET_BENCH_PYTHON names ${named}, which is not there`;
    return { python: undefined, message: `No peer: ${what}. ${HOW}` };
  }
  const { status, stderr } = spawnSync(python, ['-c', 'import numpy, torch'], { encoding: 'utf8' });
  if (status === 0) return { python, message: undefined };
  const why = (stderr ?? '').trim().split('\n').at(-1);
  return { python: undefined, message: `No peer: ${python} cannot import torch (${why}). ${HOW}` };
}
