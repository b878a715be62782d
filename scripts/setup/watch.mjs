#!/usr/bin/env node
// Rebuilds lib when its sources change, beside JupyterLab (npm start starts it). It looks at names, sizes and times once a second, which
// works on every file system, and loads the compiler at the first change only.
import os from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { libraryBuilder, tellState } from './library.mjs';
import { readStamp, removeStamp, withLock, writeStamp } from './stamp.mjs';
import { steps } from './steps.mjs';

const EVERY_MS = 1000;
const library = steps.find(({ name }) => name === 'library');

let builder;
let failed;

function report(errors, seconds) {
  if (errors.length === 0) {
    console.error(
      `lib rebuilt in ${seconds.toFixed(1)} s. In the notebook: Kernel > Restart Kernel and Run All Cells.`,
    );
    return;
  }
  const more = errors.length > 3 ? [`and ${errors.length - 3} more`] : [];
  console.error(['lib does not compile:', ...errors.slice(0, 3), ...more].join('\n  '));
}

/** Builds what is there now, and stamps it if nothing changed meanwhile. The set-up lock is held, so that no other build is under way. */
async function rebuild() {
  const before = library.fingerprint();
  if (readStamp('library')?.fingerprint === before) return; // another command has built it
  const begin = performance.now();
  tellState('building');
  builder ??= await libraryBuilder();
  const { errors, write } = await builder.check();
  if (library.fingerprint() !== before) return tellState('good'); // still being edited: the next look takes it up
  failed = errors.length > 0 ? before : undefined;
  if (write) {
    removeStamp('library');
    write();
    writeStamp('library', before);
  }
  tellState(write ? 'good' : 'failed', errors[0]);
  report(errors, (performance.now() - begin) / 1000);
}

async function look() {
  const now = library.fingerprint();
  if (now === failed || now === readStamp('library')?.fingerprint) return;
  await withLock(rebuild);
}

// Training and JupyterLab go first.
os.setPriority(10);
if (process.connected) {
  // The channel closes when npm start ends, however it ends; an interrupt is JupyterLab's to answer.
  process.on('disconnect', () => process.exit(0));
  process.on('SIGINT', () => {});
}
for (;;) {
  try {
    await look();
  } catch (error) {
    if (error.code !== 'ENOENT') {
      // Tried again at the next change, with a builder that starts anew. (ENOENT: a source that was renamed at the moment of the look.)
      builder = undefined;
      failed = library.fingerprint();
      console.error(`lib could not be rebuilt: ${error.message}`);
    }
  }
  await wait(EVERY_MS);
}
