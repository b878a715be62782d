import { defineConfig } from 'vitest/config';

const environment = {
  TF_CPP_MIN_LOG_LEVEL: '2',
  TF_NUM_INTRAOP_THREADS: '1',
  TF_NUM_INTEROP_THREADS: '1',
  OMP_NUM_THREADS: '1',
};

/** Tests of whole programs: command line, set-up, notebooks, browser. They use all cores themselves, so one runs at a time. */
const system = [
  'lib/src/cli/{bench,reproduce,sweep,train}.test.ts',
  'lib/src/testing/kill/*.test.ts',
  'scripts/**/*.test.mjs',
  'notebooks/**/*.test.mjs',
];

// One process a test file: the TensorFlow binding is a native addon and keeps state for its whole process.
const common = { pool: 'forks', env: environment, testTimeout: 60_000, hookTimeout: 60_000 } as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: 'units',
          include: ['lib/src/**/*.test.ts'],
          exclude: system,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      { test: { ...common, name: 'system', include: system, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
});
