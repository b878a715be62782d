// Jupyter of this project: its commands, with every folder that it writes to inside the project.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { at } from './setup/stamp.mjs';

const windows = process.platform === 'win32';
const venvBin = at('.venv', windows ? 'Scripts' : 'bin');

/** A program of the project's Python environment. */
export const venv = (name) => path.join(venvBin, windows ? `${name}.exe` : name);

/** Where Jupyter keeps settings, runtime files and histories. */
export const jupyterHome = at('.cache', 'jupyter');

/** TensorFlow's own log is for its developers; what of it cannot be silenced goes to the terminal, never into a notebook. */
export function jupyterEnv(home = jupyterHome) {
  return {
    PATH: `${venvBin}${path.delimiter}${process.env.PATH}`,
    JUPYTER_CONFIG_DIR: path.join(home, 'config'),
    JUPYTER_DATA_DIR: path.join(home, 'data'),
    JUPYTER_RUNTIME_DIR: path.join(home, 'runtime'),
    IPYTHONDIR: path.join(home, 'ipython'),
    TF_CPP_MIN_LOG_LEVEL: process.env.TF_CPP_MIN_LOG_LEVEL ?? '2',
  };
}

/** What the kernel's native libraries write to the terminal and no user needs to read. */
export const NOISE = ['before absl::InitializeLog()', 'oneDNN custom operations are on'];

/** What JupyterLab would otherwise ask or fetch: the news feed, and whether a newer version is out. */
const QUIET = {
  'apputils-extension/notification': { checkForUpdates: false, fetchNews: 'false', doNotDisturbMode: false },
};

/** Settings of JupyterLab that hold until a person changes them there; written where they are missing. */
function writeSettings(home) {
  for (const [name, value] of Object.entries(QUIET)) {
    const file = path.join(home, 'config', 'lab', 'user-settings', '@jupyterlab', `${name}.jupyterlab-settings`);
    if (fs.existsSync(file)) continue;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
  }
}

/** The folder for what running servers are, their tokens too: for its owner alone. One of Jupyter's files in it may be read by all (`jpserver-*-open.html`). */
function closeRuntime(home) {
  const runtime = path.join(home, 'runtime');
  fs.mkdirSync(runtime, { recursive: true });
  fs.chmodSync(runtime, 0o700);
}

/**
 * JupyterLab shows the pictures of a notebook that it does not trust only after they were made again. The notebooks that come with the
 * project (those that git knows) are trusted; any other stays as it is.
 */
export function trustOwnNotebooks() {
  const options = { cwd: at(), stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' };
  const { stdout, status } = spawnSync('git', ['ls-files', '-z', 'notebooks/*.ipynb'], options);
  const known = status === 0 ? stdout.split('\0').filter((name) => name && fs.existsSync(at(name))) : [];
  if (known.length > 0)
    spawnSync(venv('jupyter'), ['trust', ...known], { ...options, env: { ...process.env, ...jupyterEnv() } });
}

/**
 * The command that opens JupyterLab on a notebook, for this machine alone unless the options name an address (in a container: 0.0.0.0), and so
 * for root as well.
 *
 * @param notebook path relative to `root`
 */
export function labCommand(notebook, { root = at(), home = jupyterHome, options = [] } = {}) {
  writeSettings(home);
  closeRuntime(home);
  const addressed = options.some((option) => /^--(ServerApp\.)?ip(=|$)/.test(option));
  return [
    // Errors alone, and the address that JupyterLab always tells: its reports on itself would bury it.
    ...[venv('jupyter'), 'lab', '--log-level=ERROR', `--ServerApp.root_dir=${root}`],
    ...(addressed ? [] : ['--ip=127.0.0.1']),
    `--LabApp.default_url=/lab/tree/${notebook}`,
    // TypeScript is the one kernel: a Python kernel in the list would be offered to whoever runs a cell before the first is ready.
    ...['--KernelSpecManager.ensure_native_kernel=False', '--KernelSpecManager.allowed_kernelspecs=tslab'],
    '--MultiKernelManager.default_kernel_name=tslab',
    // Nothing is fetched: no news, no look for updates, no list of extensions.
    ...[
      '--LabApp.news_url=',
      '--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate',
      '--LabApp.extension_manager=readonly',
    ],
    ...(process.getuid?.() === 0 ? ['--allow-root'] : []),
    ...options,
  ];
}
