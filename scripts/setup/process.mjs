// Child processes of set-up: their output goes to a log file; on failure the end of it is shown.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { at, root } from './stamp.mjs';
import { SetupError } from './tools.mjs';

// Nothing is written outside the project, the package managers' caches included.
const caches = { PIP_CACHE_DIR: at('.cache', 'pip'), npm_config_cache: at('.cache', 'npm') };

/** Run a command to its end; give its standard output. Throws a SetupError that shows the last lines of its output. */
export function run([command, ...args], { log, env = {} }) {
  return new Promise((resolve, reject) => {
    fs.mkdirSync(path.dirname(log), { recursive: true });
    const sink = fs.openSync(log, 'a');
    fs.writeSync(sink, `\n$ ${[command, ...args].join(' ')}\n`);
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...caches, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let all = '';
    let out = '';
    const take = (chunk) => {
      all = (all + chunk).slice(-20_000);
      fs.writeSync(sink, chunk);
    };
    child.stdout.on('data', (chunk) => {
      out += chunk;
      take(chunk);
    });
    child.stderr.on('data', take);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      fs.closeSync(sink);
      if (code === 0) return resolve(out);
      const tail = all.trim().split('\n').slice(-15).join('\n  ');
      const how = signal ? `was ended by ${signal}` : `ended with status ${code}`;
      reject(
        new SetupError(`${path.basename(command)} ${how}:\n  ${tail}\nThe whole output: ${path.relative(root, log)}`),
      );
    });
  });
}

/** Hand the terminal to a command; give its exit status. Interrupts reach it, and we end when it has ended. */
export function handOver([command, ...args], { env = {}, cwd = root } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: 'inherit' });
    const pass = (signal) => process.on(signal, () => child.kill(signal));
    pass('SIGTERM');
    process.on('SIGINT', () => {}); // the terminal sends it to the child as well
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}
