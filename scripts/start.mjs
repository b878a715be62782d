#!/usr/bin/env node
// Opens JupyterLab on the first notebook, after whatever set-up is missing. Options are handed to JupyterLab, for instance
// npm start -- --no-browser --port 8890
import { jupyterEnv, labCommand } from './jupyter.mjs';
import { handOver } from './setup/process.mjs';
import { ensureReady, runMain } from './setup.mjs';

await runMain(async () => {
  await ensureReady();
  return handOver(labCommand('notebooks/00-map.ipynb', { options: process.argv.slice(2) }), { env: jupyterEnv() });
});
