#!/usr/bin/env node
// All tests, after whatever set-up is missing: types, lint, then vitest (whose summary closes the output).
import { handOver } from './setup/process.mjs';
import { at } from './setup/stamp.mjs';
import { ensureReady, runMain } from './setup.mjs';

const tool = (...parts) => [process.execPath, at('node_modules', ...parts)];

await runMain(async () => {
  await ensureReady();
  const wanted = process.argv.slice(2);
  if (wanted.length === 0) {
    for (const command of [
      [...tool('typescript', 'bin', 'tsc'), '-p', at('lib', 'tsconfig.test.json')],
      [...tool('eslint', 'bin', 'eslint.js'), '.'],
      [...tool('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.'],
    ]) {
      const status = await handOver(command);
      if (status !== 0) return status;
    }
  }
  return handOver([...tool('vitest', 'vitest.mjs'), 'run', ...wanted]);
});
