#!/usr/bin/env node
// The command line of the library, after whatever set-up is missing: npm run csdnet -- <command>.
import { handOver } from './setup/process.mjs';
import { at } from './setup/stamp.mjs';
import { ensureReady, runMain } from './setup.mjs';

await runMain(async () => {
  await ensureReady();
  const cwd = process.env.INIT_CWD ?? process.cwd();
  return handOver([process.execPath, at('lib', 'dist', 'cli', 'main.js'), ...process.argv.slice(2)], { cwd });
});
