// tslab's own modules, and whether they are as our launcher expects them: it builds on classes that tslab does not document.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

export const TSLAB_VERSION = '1.0.22';

/** What we override or call: `class: its methods`. */
const METHODS = {
  JupyterHandlerImpl: ['handleExecute', 'handleExecuteImpl'],
  ZmqServer: ['init', 'handleShellMessage', 'handleKernelInfo', 'handleExecute', 'publishStatus'],
};

/** The tslab of a project; throws where the project has none. */
export function loadTslab(root) {
  const require = createRequire(path.join(root, 'package.json'));
  const part = (name) => require(`tslab/dist/${name}.js`);
  const { version } = require('tslab/package.json');
  return {
    version,
    ...part('jupyter'),
    ...part('converter'),
    ...part('executor'),
    startKernel: part('main').startKernel,
  };
}

/** In what a tslab differs from the one that our launcher was written for, in words; nothing: an empty list. */
export function differences(tslab) {
  const absent = Object.entries(METHODS).flatMap(([name, methods]) =>
    methods
      .filter((method) => typeof tslab[name]?.prototype?.[method] !== 'function')
      .map((method) => `${name}.${method}`),
  );
  const functions = ['createConverter', 'createExecutor'].filter((name) => typeof tslab[name] !== 'function');
  const other = tslab.version === TSLAB_VERSION ? [] : [`version ${tslab.version} instead of ${TSLAB_VERSION}`];
  return [...other, ...[...absent, ...functions].map((name) => `no ${name}`)];
}

/** The folder of the package `csdnet` that a notebook in `folder` imports; without one, that of the project the launcher belongs to. */
export function libraryOf(folder, own) {
  try {
    const file = createRequire(path.join(folder, 'cell.js')).resolve('csdnet/package.json');
    return path.dirname(fs.realpathSync(file));
  } catch {
    return path.join(own, 'lib');
  }
}
