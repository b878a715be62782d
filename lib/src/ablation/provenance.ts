/** Where and when a run was made: everything that its config does not decide. */
import { execFileSync } from 'node:child_process';
import os from 'node:os';
import { createRequire } from 'node:module';
import { projectPaths } from '../project';

export interface Provenance {
  readonly started: string;
  readonly seconds: number;
  readonly csdnet: string;
  /** Commit of the working tree, with "+" where it has changes; null outside a git checkout. */
  readonly commit: string | null;
  readonly node: string;
  readonly tfjs: string;
  readonly tensorflow: string;
  readonly device: string;
  readonly cpu: string;
  /** Threads of TensorFlow within one operation; results are bitwise equal only at equal numbers. */
  readonly threads: string;
  readonly platform: string;
}

function git(...args: readonly string[]): string {
  return execFileSync('git', ['-C', projectPaths().root, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
    encoding: 'utf8',
  }).trim();
}

function commit(): string | null {
  try {
    return git('rev-parse', '--short=12', 'HEAD') + (git('status', '--porcelain', '--untracked-files=no') ? '+' : '');
  } catch {
    return null;
  }
}

/** The facts of this process and machine, with the run's own start and duration. */
export function provenance(run: { started: string; seconds: number; tensorflow: string; device: string }): Provenance {
  const require = createRequire(__filename);
  const version = (name: string): string => (require(`${name}/package.json`) as { version: string }).version;
  return {
    ...run,
    csdnet: (require('../../package.json') as { version: string }).version,
    commit: commit(),
    node: process.version,
    tfjs: version('@tensorflow/tfjs-node-gpu'),
    cpu: `${os.cpus()[0]?.model.trim() ?? 'unknown'} (${os.availableParallelism()} cores)`,
    threads: process.env.TF_NUM_INTRAOP_THREADS ?? 'all',
    platform: `${process.platform}-${process.arch}`,
  };
}
