/** Where and when a run was made: everything that its config does not decide. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import { createRequire } from 'node:module';
import path from 'node:path';
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
  /** What a person called; missing where a program called the library, and in records older than this field. */
  readonly command?: string | undefined;
  /** The first 12 hex digits of the SHA-256 of package-lock.json: every version that npm installed. Missing where there is none. */
  readonly lock?: string | undefined;
}

function git(...args: readonly string[]): string {
  return execFileSync('git', ['-C', projectPaths().root, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
    encoding: 'utf8',
  }).trim();
}

/** Commit of the working tree, with "+" where it has changes; null outside a git checkout. */
export function commit(): string | null {
  try {
    return git('rev-parse', '--short=12', 'HEAD') + (git('status', '--porcelain', '--untracked-files=no') ? '+' : '');
  } catch {
    return null;
  }
}

function lockHash(): string | undefined {
  const file = path.join(projectPaths().root, 'package-lock.json');
  if (!fs.existsSync(file)) return undefined;
  return createHash('sha256').update(fs.readFileSync(file)).digest('hex').slice(0, 12);
}

/** What a run itself adds to the facts of its process and machine. */
export type RunProvenance = Pick<Provenance, 'started' | 'seconds' | 'tensorflow' | 'device' | 'command'>;

/** Version of lib. */
export const ownVersion = (): string =>
  (createRequire(__filename)('../../package.json') as { version: string }).version;

/** The facts of this process and machine, with the run's own start, duration and command. */
export function provenance(run: RunProvenance): Provenance {
  const require = createRequire(__filename);
  const version = (name: string): string => (require(`${name}/package.json`) as { version: string }).version;
  return {
    ...run,
    csdnet: ownVersion(),
    commit: commit(),
    node: process.version,
    tfjs: version('@tensorflow/tfjs-node-gpu'),
    cpu: `${os.cpus()[0]?.model.trim() ?? 'unknown'} (${os.availableParallelism()} cores)`,
    threads: process.env.TF_NUM_INTRAOP_THREADS ?? 'all',
    platform: `${process.platform}-${process.arch}`,
    lock: lockHash(),
  };
}
