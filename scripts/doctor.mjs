#!/usr/bin/env node
// What is there and what is not: one line each, with a tick or with what to do. Changes nothing.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { at } from './setup/stamp.mjs';
import { isDone, steps } from './setup/steps.mjs';
import { checkNode, findCompiler, findPython, tensorflowVariant } from './setup/tools.mjs';

const FIX = 'run "npm run setup"';

/** A check gives what it found, or throws what is wrong. */
function line(name, check) {
  try {
    return { name, ok: true, text: check() };
  } catch (error) {
    return { name, ok: false, text: error.message };
  }
}

function requireDone(name) {
  const step = steps.find((one) => one.name === name);
  let done = false;
  try {
    done = isDone(step);
  } catch {
    // A step whose inputs are missing cannot be done.
  }
  if (!done) throw new Error(`not in place, or out of date: ${FIX}`);
}

const question = `const tf = require('csdnet/dist/tf');
tf.ones([1]).dispose();
const { hasCustom } = require('csdnet/dist/core/kernels');
console.log(JSON.stringify({ ...tf.deviceInfo(), kernels: hasCustom() }));`;

let answer;

/** What TensorFlow is, on which device, and whether our kernels run in it; asked once, in a process of its own. */
function askLibrary() {
  requireDone('binding');
  requireDone('library');
  if (answer) return answer;
  const reply = spawnSync(process.execPath, ['-e', question], { cwd: at(), encoding: 'utf8' });
  if (reply.status !== 0)
    throw new Error(
      `cannot be loaded (${reply.stderr.trim().split('\n').pop()}): remove .setup/binding.json and ${FIX}`,
    );
  answer = JSON.parse(reply.stdout.trim().split('\n').pop());
  return answer;
}

function askTensorflow() {
  const { tensorflow, device } = askLibrary();
  return `${tensorflow} on ${device}, built for ${tensorflowVariant()}`;
}

function askKernels() {
  requireDone('kernels');
  const { kernels, device } = askLibrary();
  if (kernels) return 'used';
  return device === 'GPU'
    ? 'not used on a GPU'
    : "not used: this processor or compiler cannot (.setup/log/kernels.txt); TensorFlow's own do the same, more slowly";
}

function askWeights() {
  requireDone('weights');
  const files = JSON.parse(fs.readFileSync(at('.setup', 'weight-files.json'), 'utf8'));
  return Object.entries(files)
    .map(([name, file]) => {
      if (!fs.existsSync(file)) throw new Error(`${name}: the file is gone: remove .venv and ${FIX}`);
      return `${name} (${(fs.statSync(file).size / 1e6).toFixed(0)} MB)`;
    })
    .join(', ');
}

export function examine() {
  return [
    line('Node', () => checkNode()),
    line('Python', () => {
      const { command, version } = findPython();
      return `${version} (${command})`;
    }),
    line('C++ compiler', () => findCompiler()),
    line('npm packages', () => (requireDone('packages'), 'in place')),
    line('Python environment', () => (requireDone('python'), path.relative(at(), at('.venv')))),
    line('ImageNet weights', askWeights),
    line('TensorFlow', askTensorflow),
    line('own kernels', askKernels),
    line('library', () => (requireDone('library'), 'built, as new as its sources')),
    line('TypeScript kernel', () => (requireDone('kernel'), 'registered in .venv')),
    line('leaf80', () =>
      fs.existsSync(at('data', 'leaf80', 'dataset.json')) ? 'drawn' : 'not drawn yet; drawn when it is first needed',
    ),
  ];
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const lines = examine();
  for (const { name, ok, text } of lines) console.log(`${ok ? '✓' : '✗'} ${name.padEnd(20)} ${text}`);
  process.exitCode = lines.every(({ ok }) => ok) ? 0 : 1;
}
