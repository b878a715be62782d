// The kernel driven by jupyter_client, for tests.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { venv } from '../jupyter.mjs';
import { at } from '../setup/stamp.mjs';

/** Jupyter's folders in a temporary place, with a kernel of the name that notebooks ask for. */
function jupyterFolders(folder) {
  const spec = path.join(folder, 'data', 'kernels', 'tslab', 'kernel.json');
  const argv = [process.execPath, at('scripts', 'kernel', 'launch.mjs'), '{connection_file}'];
  fs.mkdirSync(path.dirname(spec), { recursive: true });
  fs.writeFileSync(spec, JSON.stringify({ argv, display_name: 'TypeScript', language: 'typescript' }));
  const place = (name) => path.join(folder, name);
  return {
    ...{ JUPYTER_DATA_DIR: place('data'), JUPYTER_PATH: place('data'), JUPYTER_CONFIG_DIR: place('config') },
    ...{ JUPYTER_RUNTIME_DIR: place('runtime'), IPYTHONDIR: place('ipython') },
  };
}

/** What runs steps in one kernel, with Jupyter's folders below `folder`; it gives what came back of each cell, and what the kernel wrote to the terminal. */
export const driverIn =
  (folder) =>
  (steps, { where = at('notebooks') } = {}) =>
    new Promise((resolve, reject) => {
      const child = spawn(venv('python'), [at('scripts', 'kernel', 'drive.py')], {
        env: { ...process.env, ...jupyterFolders(folder) },
      });
      let [out, terminal] = ['', ''];
      child.stdout.on('data', (chunk) => (out += chunk));
      child.stderr.on('data', (chunk) => (terminal += chunk));
      child.on('error', reject);
      child.on('close', (code) => {
        if (code !== 0) return reject(new Error(terminal));
        resolve({ answers: JSON.parse(out), terminal });
      });
      child.stdin.end(JSON.stringify({ folder: where, steps }));
    });
