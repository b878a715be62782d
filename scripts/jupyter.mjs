// Jupyter of this project: its commands, with every folder that it writes to inside the project.
import fs from 'node:fs';
import path from 'node:path';
import { at } from './setup/stamp.mjs';

const windows = process.platform === 'win32';
const venvBin = at('.venv', windows ? 'Scripts' : 'bin');

/** A program of the project's Python environment. */
export const venv = (name) => path.join(venvBin, windows ? `${name}.exe` : name);

const folder = (name) => at('.cache', 'jupyter', name);

/**
 * Settings, runtime files and histories stay in .cache/jupyter. TensorFlow's own log is for its developers; what of it
 * cannot be silenced goes to the terminal and never into a notebook.
 */
export function jupyterEnv() {
  return {
    PATH: `${venvBin}${path.delimiter}${process.env.PATH}`,
    JUPYTER_CONFIG_DIR: folder('config'),
    JUPYTER_DATA_DIR: folder('data'),
    JUPYTER_RUNTIME_DIR: folder('runtime'),
    IPYTHONDIR: folder('ipython'),
    TF_CPP_MIN_LOG_LEVEL: process.env.TF_CPP_MIN_LOG_LEVEL ?? '2',
  };
}

/** What JupyterLab would ask or fetch: the news feed, and whether a newer version is out. */
const QUIET = {
  'apputils-extension/notification': { checkForUpdates: false, fetchNews: 'false', doNotDisturbMode: false },
};

/** Settings of JupyterLab that hold until a person changes them there; written where they are missing. */
function writeSettings() {
  for (const [name, value] of Object.entries(QUIET)) {
    const file = path.join(folder('config'), 'lab', 'user-settings', '@jupyterlab', `${name}.jupyterlab-settings`);
    if (fs.existsSync(file)) continue;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
  }
}

/**
 * The command that opens JupyterLab on a notebook, on this machine only.
 *
 * @param notebook path relative to `root`
 */
export function labCommand(notebook, { root = at(), options = [] } = {}) {
  writeSettings();
  return [
    ...[venv('jupyter'), 'lab', '--ip=127.0.0.1', `--ServerApp.root_dir=${root}`],
    ...[
      `--LabApp.default_url=/lab/tree/${notebook}`,
      '--LabApp.news_url=',
      '--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate',
    ],
    ...options,
  ];
}
