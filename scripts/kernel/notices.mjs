// What a kernel must tell about the build of lib: missing, older than its sources, replaced since it was loaded, failed.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { builtFiles, buildStateFile, sourceFiles } from './library-files.mjs';

const RESTART = 'Kernel > Restart Kernel and Run All Cells';
/** A file that is younger may be one of a build that is still being written (by a tsc that tells no state). */
const SETTLED_MS = 1500;
const PATIENCE_MS = 120_000;

function readState(root) {
  try {
    return JSON.parse(fs.readFileSync(buildStateFile(root), 'utf8'));
  } catch {
    return undefined;
  }
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Whether a build is under way at this moment; one whose process has ended is not. */
const building = (root) => {
  const state = readState(root);
  return state?.state === 'building' && alive(state.pid);
};

/** When the newest of the files was changed, in milliseconds; a file that goes at this moment counts as old. */
const newest = (files) =>
  files.reduce((latest, file) => Math.max(latest, fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0), 0);

/** When lib was built: every build writes this file, or sets its time. */
const builtAt = (library) => newest([path.join(library, 'dist', 'index.js')]);

function contents(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(fs.readFileSync(file));
  return hash.digest('hex');
}

/** Looks at the build of one project for one kernel; each thing is told once. */
export class BuildWatcher {
  #library;
  #root;
  #loaded;
  #candidate;
  #compared;
  #told = new Set();
  #next = 0;

  /** @param library the folder of the package `csdnet`; the project is the folder around it */
  constructor(library) {
    this.#library = library;
    this.#root = path.dirname(library);
  }

  /** Why no cell that imports `csdnet` can run; undefined: it can. */
  missing() {
    if (fs.existsSync(path.join(this.#library, 'dist', 'index.js'))) return undefined;
    return `The library is not built (lib/dist is missing): run "npm run setup" in the project's folder, then ${RESTART}.`;
  }

  /**
   * What is to be done before a cell: while the library is not loaded yet, a build that is under way is waited for, so that none is
   * loaded in part.
   *
   * @returns what to tell before the cell: sentences, mostly none
   */
  async before(source) {
    const until = performance.now() + PATIENCE_MS;
    try {
      if (!this.#loaded && /\bcsdnet\b/.test(source)) {
        while (building(this.#root) && performance.now() < until) await wait(100);
        this.#candidate = this.#look();
      }
      return this.#notices();
    } catch {
      return []; // A file that goes at this moment must not stop a cell: the next one looks again.
    }
  }

  #look() {
    const files = builtFiles(this.#library);
    return { time: builtAt(this.#library), bytes: contents(files) };
  }

  /** Remembers which build the kernel runs, from the cell on after which it has loaded the library: the one that was there before it. */
  remember(isLoaded) {
    if (!this.#loaded && isLoaded) this.#loaded = this.#candidate;
  }

  #once(key, text) {
    if (this.#told.has(key)) return [];
    this.#told.add(key);
    return [text];
  }

  /** The build in the folder is another than the one that runs: by its times, then (a build may change nothing) by its bytes. */
  #replaced() {
    if (!this.#loaded || building(this.#root)) return [];
    const time = builtAt(this.#library);
    if (time === this.#compared || time === this.#loaded.time || Date.now() - time < SETTLED_MS) return [];
    this.#compared = time;
    const bytes = contents(builtFiles(this.#library));
    return bytes === this.#loaded.bytes
      ? []
      : this.#once(`build ${bytes}`, `lib was rebuilt after this kernel started: ${RESTART} to use it.`);
  }

  #older() {
    // Hundreds of files: one look in a while, and none when it has been told.
    if (this.#told.has('older') || performance.now() < this.#next || building(this.#root) || this.missing()) return [];
    this.#next = performance.now() + SETTLED_MS;
    const edited = newest(sourceFiles(this.#library));
    // What was edited just now, a build that watches will take up in a moment.
    if (edited <= builtAt(this.#library) || Date.now() - edited < SETTLED_MS) return [];
    return this.#once(
      'older',
      `lib/src was edited after lib was built, and this kernel uses the older build: run "npm run setup" (npm start does it by itself), then ${RESTART}.`,
    );
  }

  #failed() {
    const state = readState(this.#root);
    // A build that another program made since then has taken its place.
    if (state?.state !== 'failed' || builtAt(this.#library) > fs.statSync(buildStateFile(this.#root)).mtimeMs)
      return [];
    return [
      { key: `failed ${state.id}`, text: `lib does not compile, so its last good build is used: ${state.error}` },
    ];
  }

  #notices() {
    const failed = this.#failed();
    // Where the sources do not compile, it needs no saying that they are newer.
    const first = failed.length > 0 ? failed.flatMap(({ key, text }) => this.#once(key, text)) : this.#older();
    return [...first, ...this.#replaced()];
  }
}
