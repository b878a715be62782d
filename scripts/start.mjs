#!/usr/bin/env node
// Opens JupyterLab on the first notebook, after whatever set-up is missing. Options are handed to JupyterLab, for instance
// npm start -- --no-browser --port 8890
import { spawn } from 'node:child_process';
import readline from 'node:readline';
import { jupyterEnv, labCommand, NOISE, trustOwnNotebooks } from './jupyter.mjs';
import { ensureReady, runMain } from './setup.mjs';

/** Runs JupyterLab in this terminal, without the lines that kernels write for their developers; gives its exit status. */
function openLab([command, ...args]) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: { ...process.env, ...jupyterEnv() },
      stdio: ['inherit', 'inherit', 'pipe'],
    });
    const lines = readline.createInterface({ input: child.stderr });
    lines.on('line', (line) => NOISE.some((part) => line.includes(part)) || console.error(line));
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    process.on('SIGINT', () => {}); // the terminal sends it to JupyterLab as well, which asks whether to stop
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}

await runMain(async () => {
  await ensureReady();
  trustOwnNotebooks();
  return openLab(labCommand('notebooks/00-map.ipynb', { options: process.argv.slice(2) }));
});
