import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['lib/src/**/*.test.ts', 'scripts/**/*.test.mjs', 'notebooks/**/*.test.mjs'],
    // One process a test file: the TensorFlow binding is a native addon and keeps state for its whole process.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: { TF_CPP_MIN_LOG_LEVEL: '2', TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1', OMP_NUM_THREADS: '1' },
  },
});
