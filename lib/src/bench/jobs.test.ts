import { expect, it } from 'vitest';
import type { Contestant } from './contestant';
import { raceTeams } from './jobs';

/** A job whose steps always take as long. */
const steady = (step: number): Contestant => ({
  label: 'a job',
  prepare: () => Promise.reject(new Error('is ready')),
  time: (iterations) => Promise.resolve(new Array<number>(iterations).fill(step)),
  peak: () => Promise.resolve(null),
  end: () => Promise.resolve(),
});

it('adds up what the jobs of a team do in an hour', async () => {
  const teams = [
    { jobs: 2, threads: 1, members: [steady(100), steady(200)] },
    { jobs: 1, threads: 2, members: [steady(60)] },
  ];
  const [two, one] = await raceTeams(teams, { name: 'jobs: any', steps: 60 }, { rounds: 3, turn: 500 });
  expect(two).toMatchObject({ name: 'jobs: any', jobs: 2, threads: 1 });
  expect(two!.cellsPerHour).toBeCloseTo(600 + 300, 6);
  expect(one!.cellsPerHour).toBeCloseTo(1000, 6);
  expect(one!.rounds).toHaveLength(3);
});
