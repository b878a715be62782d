import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examine } from './doctor.mjs';
import { release, tryLock } from './setup/lock.mjs';
import { at, withLock } from './setup/stamp.mjs';
import { checkNode, findCompiler, findPython, tensorflowVariant } from './setup/tools.mjs';

const temporary = (name) => fs.mkdtempSync(path.join(os.tmpdir(), `csdnet-${name}-`));

describe('what the machine must bring', () => {
  it('takes Node 20.19 to 24 and says what to do about others', () => {
    for (const good of ['20.19.0', '22.1.0', '24.9.9']) expect(checkNode(good)).toBe(good);
    for (const bad of ['18.20.0', '20.18.9', '25.0.0'])
      expect(() => checkNode(bad)).toThrow(/Node .* is running, but Node 20\.19 to 24/);
  });

  it('says how to get a missing Python, compiler', () => {
    expect(() => findPython({ CSDNET_PYTHON: 'no-such-python' })).toThrow(
      /Python 3\.10 to 3\.13 was not found.*install one/,
    );
    expect(() => findCompiler({ CXX: 'no-such-compiler' })).toThrow(/No C\+\+ compiler.*apt install g\+\+/);
  });

  it('tells a Python without venv and one of the wrong version from a good one', () => {
    const folder = temporary('python');
    const fake = (name, text) => {
      fs.writeFileSync(path.join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
      return path.join(folder, name);
    };
    const old = fake('old', `echo '["${folder}/old", [3, 9, 1]]'`);
    const bare = fake('bare', 'exit 1');
    const good = fake('good', `echo '["${folder}/good", [3, 12, 4]]'`);
    expect(() => findPython({ CSDNET_PYTHON: old })).toThrow(/is 3\.9\.1/);
    expect(() => findPython({ CSDNET_PYTHON: bare })).toThrow(/no venv module.*python3-venv/);
    expect(findPython({ CSDNET_PYTHON: good }).version).toBe('3.12.4');
    fs.rmSync(folder, { recursive: true });
  });

  it('lets one variable choose the TensorFlow build', () => {
    expect(tensorflowVariant({ CSDNET_TENSORFLOW: 'cuda' })).toBe('cuda');
    expect(tensorflowVariant({ CSDNET_TENSORFLOW: 'cpu' })).toBe('cpu');
    expect(() => tensorflowVariant({ CSDNET_TENSORFLOW: 'rocm' })).toThrow(/"rocm": say "cpu" or "cuda"/);
  });
});

describe('the lock of set-up', () => {
  it('is taken over from an owner that ended at once, and from one that gives no sign of life, whatever the clock says', () => {
    const owner = (pid, token) => JSON.stringify({ pid, host: os.hostname(), token });
    const folder = temporary('lock');
    const own = path.join(folder, 'lock');
    fs.writeFileSync(own, owner(2 ** 22 + 1, 'aa'));
    const first = tryLock(own);
    expect(JSON.parse(fs.readFileSync(own, 'utf8'))).toEqual({ pid: process.pid, host: os.hostname(), token: first });
    fs.utimesSync(own, 9e9, 9e9);
    expect(tryLock(own, 1e6)).toBeUndefined();
    const silent = tryLock(own, -1);
    expect(silent).not.toBe(first);
    release(own, first);
    expect(fs.readdirSync(folder)).toEqual(['lock']);
    release(own, silent);
    // A set-up that was killed while it took a lock over.
    fs.writeFileSync(own, owner(2 ** 22 + 1, 'aa'));
    fs.writeFileSync(`${own}.aa.guard`, owner(2 ** 22 + 1, 'bb'));
    release(own, tryLock(own));
    expect(fs.readdirSync(folder)).toEqual([]);
    fs.rmSync(folder, { recursive: true });
  });

  it('makes a second set-up wait for the first', async () => {
    const order = [];
    const first = withLock(async () => {
      await new Promise((resolve) => setTimeout(resolve, 700));
      order.push('first');
    });
    await withLock(async () => order.push('second'));
    await first;
    expect(order).toEqual(['first', 'second']);
  });
});

describe('this checkout, which npm test has set up', () => {
  it('passes the doctor on every line', () => {
    expect(examine().filter(({ ok }) => !ok)).toEqual([]);
  });

  it('finds everything in place in under 3 s', () => {
    const begin = performance.now();
    const reply = spawnSync(process.execPath, [at('scripts', 'setup.mjs')], { encoding: 'utf8' });
    expect(reply.stdout).toContain('Everything is in place.');
    expect((performance.now() - begin) / 1000).toBeLessThan(3);
  });

  it('has one tensor library in the process, danfo included', () => {
    const code = `const tf = require('csdnet/dist/tf'); const danfo = require('danfojs-node');
      const loaded = Object.keys(require.cache).filter((file) => file.endsWith('tfjs_binding.node'));
      console.log(JSON.stringify([loaded.length, danfo.tensorflow.backend() === tf.backend()]));`;
    const reply = spawnSync(process.execPath, ['-e', code], { cwd: at(), encoding: 'utf8' });
    expect(JSON.parse(reply.stdout.trim())).toEqual([1, true]);
  });
});

const clones = process.env.CI !== undefined && process.env.CI !== '';

describe.skipIf(!clones)('a fresh clone (with CI=true only: it downloads everything anew)', () => {
  let clone;
  beforeAll(() => {
    clone = path.join(temporary('clone'), 'project');
    const git = (...args) => spawnSync('git', args, { encoding: 'utf8' });
    expect(git('clone', '--quiet', at(), clone).status).toBe(0);
  });
  // A hundred thousand small files: on a slow disk their removal takes minutes.
  afterAll(() => fs.rmSync(path.dirname(clone), { recursive: true, force: true }), 600_000);

  const environment = { ...process.env, CSDNET_HOME: undefined };
  const setup = () => spawnSync('npm', ['run', 'setup'], { cwd: clone, encoding: 'utf8', env: environment });
  const stamped = (name) => fs.existsSync(path.join(clone, '.setup', `${name}.json`));

  it('is set up in spite of being killed half-way, and then found in place', async () => {
    const first = spawn(process.execPath, ['scripts/setup.mjs'], {
      cwd: clone,
      stdio: 'ignore',
      detached: true,
      env: environment,
    });
    const half = path.join(clone, '.venv', 'bin', 'python');
    while (!fs.existsSync(half) && first.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 200));
    const gone = new Promise((resolve) => first.once('close', resolve));
    process.kill(-first.pid, 'SIGKILL');
    await gone;
    expect(stamped('packages')).toBe(true);
    expect(stamped('python')).toBe(false);

    const second = setup();
    expect(second.status, second.stdout + second.stderr).toBe(0);
    expect(second.stdout).toContain('Set-up is complete.');
    expect(second.stderr).not.toContain('npm packages');

    const third = setup();
    expect(third.stdout).toContain('Everything is in place.');
    const doctor = spawnSync('npm', ['run', 'doctor'], { cwd: clone, encoding: 'utf8', env: environment });
    expect(doctor.stdout).not.toContain('✗');
    // Nothing but ignored files was added to the clone.
    expect(spawnSync('git', ['status', '--porcelain'], { cwd: clone, encoding: 'utf8' }).stdout).toBe('');
  }, 900_000);
});
