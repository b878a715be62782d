/** Cells per hour of several processes with one thread each against one process with several. Ours alone. */
import { median } from '../core/median';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { StepWork } from './work';
import { writeFixture } from './contestant';
import type { Contestant, Setting } from './contestant';
import { ourContestant } from './sides';

/** A run of an ablation table, as far as its steps go. */
export interface JobsCase {
  readonly name: string;
  readonly work: StepWork;
  /** Steps of one cell. */
  readonly steps: number;
}

const csdnet = { kind: 'step', batch: 24, classes: 80, modules: 'csdnet', rows: 256 } as const;

/** The steps of the presets `tiny` and `laptop` on leaf80's 240 training images: 20 and 6 epochs of 10 batches. */
export const JOBS: readonly JobsCase[] = [
  { name: 'jobs: tiny', work: { ...csdnet, backbone: 'convnet', side: 64, batchNorm: 'train' }, steps: 200 },
  {
    name: 'jobs: laptop',
    work: { ...csdnet, backbone: 'efficientnet-lite0', side: 96, batchNorm: 'frozen' },
    steps: 60,
  },
];

export interface JobsResult {
  readonly name: string;
  readonly jobs: number;
  /** Threads of each job. */
  readonly threads: number;
  /** Median over rounds. */
  readonly cellsPerHour: number;
  readonly rounds: readonly number[];
}

interface Team {
  readonly jobs: number;
  readonly threads: number;
  readonly members: readonly Contestant[];
}

/** All members at once: steps a millisecond, summed over them. */
async function speedOf(members: readonly Contestant[], iterations: number): Promise<number> {
  const times = await Promise.all(members.map((member) => member.time(iterations)));
  return times.reduce((sum, own) => sum + 1 / median(own), 0);
}

/** Teams in interleaved rounds; the first member of the first says how many steps a turn has. */
export async function raceTeams(
  teams: readonly Team[],
  { name, steps }: Pick<JobsCase, 'name' | 'steps'>,
  options: Pick<JobsOptions, 'rounds' | 'turn' | 'signal'>,
): Promise<readonly JobsResult[]> {
  const speeds = teams.map((): number[] => []);
  const once = median(await teams[0]!.members[0]!.time(1));
  const iterations = Math.max(1, Math.round(options.turn / once));
  for (let round = 0; round < options.rounds; round++) {
    for (let place = 0; place < teams.length; place++) {
      options.signal?.throwIfAborted();
      const i = (place + round) % teams.length;
      speeds[i]!.push((await speedOf(teams[i]!.members, iterations)) * (3_600_000 / steps));
    }
  }
  return teams.map(({ jobs, threads }, i): JobsResult => ({
    ...{ name, jobs, threads, rounds: speeds[i]!, cellsPerHour: median(speeds[i]!) },
  }));
}

export interface JobsOptions extends Setting {
  readonly rounds: number;
  readonly turn: number;
  readonly signal?: AbortSignal;
}

/** As many jobs as `threads`, of one thread each; one job with all the threads; one job with one thread: in interleaved rounds. */
export async function measureJobs(one: JobsCase, options: JobsOptions): Promise<readonly JobsResult[]> {
  const { threads } = options;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'csdnet-bench-'));
  const started: Contestant[] = [];
  try {
    const file = path.join(folder, 'jobs.safetensors');
    await writeFixture(one.work, file);
    const start = (count: number): Contestant => {
      const contestant = ourContestant(one.work, { file, threads: count }, options);
      started.push(contestant);
      return contestant;
    };
    const single = Array.from({ length: threads }, () => start(1));
    const wide = threads > 1 ? [{ jobs: 1, threads, members: [start(threads)] }] : [];
    for (const contestant of started) await contestant.prepare();
    const teams = [{ jobs: threads, threads: 1, members: single }, ...wide];
    const alone = threads > 1 ? [{ jobs: 1, threads: 1, members: single.slice(0, 1) }] : [];
    return await raceTeams([...teams, ...alone], one, options);
  } finally {
    await Promise.all(started.map((contestant) => contestant.end()));
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
