#!/usr/bin/env node
// Opens JupyterLab on the first notebook, after whatever set-up is missing. Options are handed to JupyterLab, for instance
// npm start -- --no-browser --port 8890
// Meanwhile lib is rebuilt as it is edited, unless --no-watch or CSDNET_WATCH=off says otherwise.
import { fork, spawn } from 'node:child_process';
import readline from 'node:readline';
import { jupyterEnv, labCommand, NOISE, trustOwnNotebooks } from './jupyter.mjs';
import { at } from './setup/stamp.mjs';
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

/** Starts rebuilding lib as it is edited; gives the function that ends it. If this process is killed, it ends by itself. */
function startWatch() {
  const child = fork(at('scripts', 'setup', 'watch.mjs'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  let ending = false;
  child.on('exit', () => ending || console.error('lib is no longer rebuilt as it is edited: npm run setup does it.'));
  return () => {
    ending = true;
    if (child.connected) child.disconnect();
  };
}

await runMain(async () => {
  const options = process.argv.slice(2).filter((option) => option !== '--no-watch');
  const watched = options.length === process.argv.length - 2 && process.env.CSDNET_WATCH !== 'off';
  await ensureReady();
  trustOwnNotebooks();
  const endWatch = watched ? startWatch() : () => {};
  try {
    return await openLab(labCommand('notebooks/00-map.ipynb', { options }));
  } finally {
    endWatch();
  }
});
