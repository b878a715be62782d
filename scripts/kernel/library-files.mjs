// The files of lib, and where its build tells how it stands: what set-up, the watch and the kernels all look at.
import fs from 'node:fs';
import path from 'node:path';

/** Where whoever builds lib tells how it stands: `{state: 'building' | 'good' | 'failed', pid, id, error?}`. See ../setup/library.mjs. */
export const buildStateFile = (root) => path.join(root, '.setup', 'build.json');

/** All files below a folder whose name the pattern fits, in order; none where there is no folder. */
function filesOf(folder, pattern, but = /^$/) {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true })
    .filter((name) => pattern.test(name) && !but.test(name))
    .map((name) => path.join(folder, name))
    .sort();
}

/** What lib is built from, and what the build gives. @param library its folder */
export const sourceFiles = (library) => filesOf(path.join(library, 'src'), /\.ts$/, /\.test\.ts$/);
export const builtFiles = (library) => filesOf(path.join(library, 'dist'), /\.(js|d\.ts)$/);
