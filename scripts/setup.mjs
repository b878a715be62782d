#!/usr/bin/env node
// Brings the project to the state in which everything runs, and does nothing where it is there already.
// Called by every command of the README; by itself: npm run setup.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { removeStamp, stateDir, withLock, writeStamp } from './setup/stamp.mjs';
import { isDone, steps } from './setup/steps.mjs';
import { checkNode, SetupError } from './setup/tools.mjs';

async function complete(step, number) {
  const begin = performance.now();
  const line = `[${number}/${steps.length}] ${step.title}`;
  process.stderr.write(`${line} ...${process.stderr.isTTY ? '' : '\n'}`);
  removeStamp(step.name);
  // What the step is made from is read before it is made: a file that changes meanwhile is seen the next time.
  const before = step.fingerprint();
  const facts = await step.make({ log: path.join(stateDir, 'log', `${step.name}.txt`) });
  writeStamp(step.name, before, facts);
  const seconds = ((performance.now() - begin) / 1000).toFixed(0);
  process.stderr.write(`${process.stderr.isTTY ? '\r' : ''}${line}: done in ${seconds} s\n`);
}

/** Set up whatever is missing; give the number of steps that had to be done. */
export async function ensureReady() {
  checkNode();
  if (steps.every(isDone)) return 0;
  return withLock(async () => {
    let done = 0;
    for (const [index, step] of steps.entries()) {
      if (isDone(step)) continue;
      await complete(step, index + 1);
      done += 1;
    }
    return done;
  });
}

/** Run `main` and end the process with the status it gives; a SetupError is shown as its message alone. */
export async function runMain(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await runMain(async () => {
    const done = await ensureReady();
    console.log(done === 0 ? 'Everything is in place.' : 'Set-up is complete.');
    return 0;
  });
}
