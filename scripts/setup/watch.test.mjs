// Rebuilding lib as it is edited, in a small project of its own: the scripts are copied there, so that project is their root.
import { fork, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { at } from './stamp.mjs';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'csdnet-watch-'));
const file = (...parts) => path.join(root, ...parts);
const source = (name, text) => fs.writeFileSync(file('lib', 'src', name), text);
const built = (name) => fs.readFileSync(file('lib', 'dist', name), 'utf8');
const json = (name) => JSON.parse(fs.readFileSync(file('.setup', name), 'utf8'));

const build = () => spawnSync(process.execPath, [file('scripts', 'setup', 'library.mjs')], { encoding: 'utf8' });
/** Whether set-up would find the library as new as its sources. */
function isDone() {
  const steps = JSON.stringify(file('scripts', 'setup', 'steps.mjs'));
  const code = `import { isDone, steps } from ${steps};
    process.exit(isDone(steps.find(({ name }) => name === 'library')) ? 0 : 1);`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', code]).status === 0;
}

beforeAll(() => {
  fs.cpSync(at('scripts', 'setup'), file('scripts', 'setup'), { recursive: true });
  fs.cpSync(at('scripts', 'kernel'), file('scripts', 'kernel'), { recursive: true });
  fs.symlinkSync(at('node_modules'), file('node_modules'));
  fs.mkdirSync(file('lib', 'src'), { recursive: true });
  fs.mkdirSync(file('lib', 'native'));
  fs.copyFileSync(at('lib', 'tsconfig.json'), file('lib', 'tsconfig.json'));
  source('index.ts', "export { one } from './one';\n");
  source('one.ts', 'export const one = 1;\n');
});
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

describe('the build of lib', { timeout: 120_000 }, () => {
  it('writes what the compiler makes of every source, and tells that it is good', () => {
    source('one.test.ts', 'this is not even TypeScript\n');
    expect(build()).toMatchObject({ status: 0, stderr: '' });
    expect(built('one.js')).toContain('exports.one = 1;');
    expect(built('one.d.ts')).toBe('export declare const one = 1;\n');
    expect(fs.existsSync(file('lib', 'dist', 'one.test.js'))).toBe(false);
    expect(json('build.json').state).toBe('good');
  });

  it('leaves the last good build where a source does not compile, and tells the first error', () => {
    source('one.ts', "export const one: number = 'a';\n");
    const reply = build();
    expect(reply.status).toBe(1);
    const error = "src/one.ts:1:14 - Type 'string' is not assignable to type 'number'.";
    expect(reply.stderr).toBe(`${error}\n`);
    expect(json('build.json')).toMatchObject({ state: 'failed', error });
    expect(built('one.js')).toContain('exports.one = 1;');
  });

  it('removes what was built from a source that is gone', () => {
    source('one.ts', 'export const one = 1;\n');
    source('two.ts', 'export const two = 2;\n');
    expect(build().status).toBe(0);
    expect(fs.existsSync(file('lib', 'dist', 'two.js'))).toBe(true);
    fs.rmSync(file('lib', 'src', 'two.ts'));
    expect(build().status).toBe(0);
    expect(fs.readdirSync(file('lib', 'dist')).filter((name) => name.startsWith('two'))).toEqual([]);
  });
});

describe('the watch', { timeout: 240_000 }, () => {
  let child;
  let said;
  const until = async (what) => {
    while (!what()) {
      if (child.exitCode !== null) throw new Error(`the watch has ended:\n${said}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const ended = () => new Promise((resolve) => child.once('exit', (code) => resolve(code)));

  function start() {
    said = '';
    child = fork(file('scripts', 'setup', 'watch.mjs'), { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    child.stderr.on('data', (chunk) => (said += chunk));
  }
  afterEach(() => child.kill('SIGKILL'));

  it('rebuilds after an edit and stamps it, tells an error and stamps nothing, and recovers', async () => {
    start();
    await until(() => said.includes('lib rebuilt')); // no stamp was there
    expect(isDone()).toBe(true);
    const { id } = json('library.json');

    source('one.ts', 'export const one = 11;\n');
    await until(() => /(lib rebuilt[^]*){2}/.test(said));
    expect(built('one.js')).toContain('exports.one = 11;');
    expect(built('one.d.ts')).toContain('one = 11');
    expect(isDone()).toBe(true);
    expect(json('library.json').id).not.toBe(id);
    expect(json('build.json').state).toBe('good');

    source('one.ts', 'export const one: string = 12;\n');
    await until(() => said.includes('does not compile'));
    expect(said).toContain(
      "lib does not compile:\n  src/one.ts:1:14 - Type 'number' is not assignable to type 'string'.",
    );
    expect(json('build.json')).toMatchObject({ state: 'failed', error: expect.stringContaining('src/one.ts:1:14') });
    expect(built('one.js')).toContain('exports.one = 11;');
    expect(isDone()).toBe(false);

    source('one.ts', "export const one = '13';\n");
    source('three.ts', 'export const three = 3;\n');
    await until(() => /(lib rebuilt[^]*){3}/.test(said));
    expect(built('one.js')).toContain("exports.one = '13';");
    expect(built('three.js')).toContain('exports.three = 3;');
    expect(isDone()).toBe(true);

    const before = json('library.json').id;
    source('one.test.ts', 'edited\n');
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(json('library.json').id).toBe(before);
  });

  it('ends with the process that started it, and leaves an interrupt to that', async () => {
    start();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    child.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(child.exitCode ?? child.signalCode).toBe(null);
    const end = ended();
    child.disconnect();
    expect(await end).toBe(0);
  });
});
