import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { kernelForms } from '../../testing/kernel-forms';
import { hasCustom, withoutCustom } from './custom';

const ROOT = path.join(__dirname, '..', '..', '..', '..');

/** Where set-up has compiled them and the processor is one of the last ten years, they must be used. */
function expected(): boolean {
  const { compiled } = JSON.parse(fs.readFileSync(path.join(ROOT, '.setup', 'kernels.json'), 'utf8')) as {
    compiled: string[];
  };
  const cpu = fs.existsSync('/proc/cpuinfo') ? fs.readFileSync('/proc/cpuinfo', 'utf8') : '';
  return compiled.includes('any') || (compiled.includes('x86-64-v3') && cpu.includes(' avx2 '));
}

it('are used where they can be, and not where they are not wanted', () => {
  expect(hasCustom()).toBe(expected());
  expect(withoutCustom(() => hasCustom())).toBe(false);
  expect(() =>
    withoutCustom(() => {
      throw new Error('work failed');
    }),
  ).toThrow('work failed');
  expect(hasCustom()).toBe(expected());
});

const DIGEST = `
const util = require('node:util');
util.isNullOrUndefined ??= (value) => value == null;
const { createHash } = require('node:crypto');
const tf = require('@tensorflow/tfjs-node-gpu');
const backend = tf.backend();
const library = process.argv[1];
if (!require(library).register(Number(process.argv[2]))) throw new Error('not supported');
const { TF_ATTR_INT: type, TF_ATTR_FLOAT: real } = backend.binding;
const hash = createHash('sha256');
const run = (name, attributes, inputs, outputs) => {
  const found = backend.executeMultipleOutputs('Csdnet' + name, attributes, inputs, outputs);
  for (const tensor of found) hash.update(Buffer.from(tensor.dataSync().buffer));
  return found;
};
const at = (shape, k) => tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(k * i) * 4), shape);
const [x, dy, one] = [at([3000, 96], 0.7), at([3000, 96], 0.3), at([96], 0.9)];
run('BiasActivateGrad', [{ name: 'activation', type, value: 2 }], [dy, x], 2);
run('Gelu', [], [x], 1);
const [, mean, scale] = run('LayerNorm', [{ name: 'epsilon', type: real, value: 1e-6 }], [x, one, one], 3);
run('LayerNormGrad', [], [dy, x, one, mean, scale], 3);
run('GlobalNorm', [{ name: 'count', type, value: 2 }], [x, dy], 1);
const map = at([4, 12, 12, 40], 0.5);
run('DepthwiseKernelGrad', [{ name: 'stride', type, value: 1 }, { name: 'kernel', type, value: 5 }], [map, map], 1);
console.log(hash.digest('hex'));`;

function digest(level: string, threads: number): string {
  const library = path.join(ROOT, 'lib', 'native', 'build', `csdnet-${level}.node`);
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' };
  const reply = spawnSync(process.execPath, ['-e', DIGEST, library, String(threads)], {
    cwd: ROOT,
    env,
    encoding: 'utf8',
  });
  if (reply.status !== 0) throw new Error(reply.stderr);
  return reply.stdout.trim();
}

describe.skipIf(!hasCustom())('with our kernels', () => {
  kernelForms();

  it('sums are the same to the last bit for any number of threads', () => {
    const level = process.arch === 'x64' ? 'x86-64-v3' : 'any';
    const [alone, shared] = [digest(level, 1), digest(level, 3)];
    expect(alone).toMatch(/^[0-9a-f]{64}$/);
    expect(shared).toBe(alone);
  });
});
