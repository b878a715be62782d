#!/usr/bin/env node
// Opens JupyterLab on the first notebook, after whatever set-up is missing.
import { handOver } from './setup/process.mjs';
import { at } from './setup/stamp.mjs';
import { ensureReady, runMain } from './setup.mjs';

await runMain(async () => {
  await ensureReady();
  const bin = at('.venv', 'bin');
  const options = [
    '--ip=127.0.0.1',
    `--ServerApp.root_dir=${at()}`,
    '--LabApp.default_url=/lab/tree/notebooks/00-map.ipynb',
    // Settings, runtime files and the news feed: nothing is written outside the project, nothing is fetched.
    '--LabApp.news_url=None',
  ];
  const env = {
    PATH: `${bin}:${process.env.PATH}`,
    JUPYTER_CONFIG_DIR: at('.cache', 'jupyter', 'config'),
    JUPYTER_DATA_DIR: at('.cache', 'jupyter', 'data'),
    JUPYTER_RUNTIME_DIR: at('.cache', 'jupyter', 'runtime'),
    IPYTHONDIR: at('.cache', 'jupyter', 'ipython'),
  };
  return handOver([at('.venv', 'bin', 'jupyter'), 'lab', ...options, ...process.argv.slice(2)], { env });
});
