// The kernel as Jupyter sees it, driven by jupyter_client; and what the launcher decides without one.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { driverIn } from './drive.mjs';
import { at } from '../setup/stamp.mjs';
import { failureOf, plainFailure } from './failure.mjs';
import { withRemedy } from './handler.mjs';
import { BuildWatcher } from './notices.mjs';
import { differences, loadTslab } from './tslab.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'csdnet-kernel-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const drive = driverIn(folder);

const ofType = (answer, type) => answer.outputs.filter((output) => output.type === type);
const textOf = (answer, name) =>
  stripVTControlCharacters(
    ofType(answer, 'stream')
      .filter((output) => output.name === name)
      .map(({ text }) => text)
      .join(''),
  );
const tracebackOf = (answer) => stripVTControlCharacters(ofType(answer, 'error')[0].traceback.join('\n'));
/** tslab takes up cells again 0.2 s after one has failed. */
const cell = (...cells) => ({ sleep: 0.5, cells });

/** Work as lib does it in a cell: it listens to the stop button at each step, and keeps what was done. */
const LOOP = `const steps = await cs.interruptible(async (signal) => {
  let done = 0;
  for (console.log('ready'); !signal.aborted; done += 1) await new Promise((next) => setTimeout(next, 20));
  return done;
});
console.log(steps > 0 ? 'kept' : 'lost');`;

describe('a cell that fails', { timeout: 240_000 }, () => {
  let answers;
  let terminal;
  const steps = [
    cell("import * as cs from 'csdnet';\nfunction f(x: number) {\n\n  throw new TypeError('broken ' + x);\n}"),
    cell('\nf(3);', "console.log('waiting');", "console.log('too');"),
    cell("throw 'a text';"),
    cell("await Promise.reject(new Error('late', { cause: new RangeError('the root') }));"),
    cell('const a: number = 1;\nconst b: string = a;', 'a'),
    cell("cs.checkConfig({ ...cs.preset('tiny'), epochs: -1 });"),
    cell("console.log('good'); 1 + 1"),
    cell("Promise.reject(new Error('left alone'));\nconsole.log('done');"),
    cell("console.log('ready');\nawait new Promise(() => {});"),
    cell('while (true) {}'),
    cell(LOOP),
    { sleep: 0.5, cells: ["throw new Error('first');", "console.log('second');"], stop: false },
    { history: true },
    cell('throw new Error(process.cwd());'),
  ];
  for (const step of steps) step.interrupt = /ready|while/.test(step.cells?.[0]);
  beforeAll(async () => {
    ({ answers, terminal } = await drive(steps));
  }, 240_000);

  it('is told by the error message and in the reply, with the lines of the cells, and not on the error output', () => {
    const answer = answers[1];
    expect(answer.reply).toMatchObject({ status: 'error', execution_count: 2, ename: 'TypeError', evalue: 'broken 3' });
    expect(ofType(answer, 'error')).toEqual([
      { type: 'error', ename: 'TypeError', evalue: 'broken 3', traceback: answer.reply.traceback },
    ]);
    expect(tracebackOf(answer)).toBe(
      "TypeError: broken 3\n    at f, cell [1], line 4: throw new TypeError('broken ' + x);\n    at cell [2], line 2: f(3);",
    );
    expect(textOf(answer, 'stderr')).toBe('');
  });

  it('has the cells that wait after it given up', () => {
    for (const answer of [answers[2], answers[3]])
      expect(answer).toEqual({ reply: { type: 'execute_reply', status: 'aborted' }, outputs: [] });
  });

  it('may throw what is no Error', () => {
    expect(answers[4].reply).toMatchObject({ status: 'error', ename: 'string', evalue: 'a text' });
    expect(tracebackOf(answers[4])).toBe('Thrown string: a text');
  });

  it('is told with its cause when an awaited promise is rejected', () => {
    expect(answers[5].reply).toMatchObject({ status: 'error', ename: 'Error', evalue: 'late' });
    expect(tracebackOf(answers[5])).toMatch(/^Error: late\n {4}at cell \[4\].*\nCaused by: RangeError: the root/s);
  });

  it('is an error when the compiler refuses it, and the next cells wait in vain', () => {
    const evalue = "2:7 - Type 'number' is not assignable to type 'string'.";
    expect(answers[6].reply).toMatchObject({ status: 'error', ename: 'TypeScriptError', evalue });
    expect(tracebackOf(answers[6])).toBe(`TypeScriptError: ${evalue}\n    const b: string = a;\n          ^`);
    expect(textOf(answers[6], 'stderr')).toBe('');
    expect(answers[7].reply.status).toBe('aborted');
  });

  it('shows the lines of lib as its sources have them', () => {
    expect(answers[8].reply).toMatchObject({ status: 'error', ename: 'ConfigError' });
    expect(tracebackOf(answers[8])).toMatch(
      /at .*lib\/src\/config\/check\.ts:\d+\n.*at cell \[6\], line 1: cs\.checkConfig/s,
    );
  });

  it('leaves a good cell as it was', () => {
    expect(answers[9].reply).toMatchObject({ status: 'ok', execution_count: 7 });
    expect(answers[9].outputs.map(({ name, text }) => [name, text])).toEqual([
      ['stdout', 'good\n'],
      ['stdout', '2\n'],
    ]);
  });

  it('is told on the error output when nobody awaits what fails', () => {
    expect(answers[10].reply.status).toBe('ok');
    expect(textOf(answers[10], 'stdout')).toBe('done\n');
    expect(textOf(answers[10], 'stderr')).toMatch(
      /^A promise that no cell awaits has failed: Error: left alone\n {4}at cell \[8\]/,
    );
  });

  it('is ended by the stop button, while it waits and while it never yields', () => {
    for (const answer of [answers[11], answers[12]])
      expect(answer.reply).toMatchObject({ status: 'error', ename: 'Interrupted' });
  });

  it('is not one where work of lib hears the stop button itself', () => {
    expect(answers[13].reply.status).toBe('ok');
    expect(textOf(answers[13], 'stdout')).toBe('ready\nkept\n');
  });

  it('lets the next cell run where the front end wishes it', () => {
    expect(answers[14].reply).toMatchObject({ status: 'error', evalue: 'first' });
    expect(answers[15].reply.status).toBe('ok');
    expect(textOf(answers[15], 'stdout')).toBe('second\n');
  });

  it('tells no path of the machine', () => {
    expect(answers[17].reply.evalue).toBe('notebooks');
    expect(JSON.stringify(answers)).not.toContain(at());
  });

  it('comes with a history, an empty one, and no warning', () => {
    expect(answers[16].reply).toEqual({ type: 'history_reply', status: 'ok', history: [] });
    expect(terminal).not.toContain('unknown msg_type');
  });
});

/** A project with a library of one value, and a kernel's view of it. */
function project(name) {
  const root = path.join(folder, name);
  const file = (...parts) => path.join(root, ...parts);
  for (const part of ['lib/src', 'lib/dist', 'notebooks', 'node_modules', '.setup'])
    fs.mkdirSync(file(part), { recursive: true });
  fs.symlinkSync(file('lib'), file('node_modules', 'csdnet'));
  const contents = { name: 'csdnet', version: '1.0.0', main: 'dist/index.js', types: 'dist/index.d.ts' };
  fs.writeFileSync(file('lib', 'package.json'), JSON.stringify(contents));
  fs.writeFileSync(file('lib', 'src', 'index.ts'), 'export const value = 1;\n');
  fs.writeFileSync(file('lib', 'dist', 'index.js'), 'exports.value = 1;\n');
  fs.writeFileSync(file('lib', 'dist', 'index.d.ts'), 'export declare const value: number;\n');
  /** Sets when a file was written, in seconds before now. */
  const age = (seconds, ...parts) => {
    const then = new Date(Date.now() - seconds * 1000);
    fs.utimesSync(file(...parts), then, then);
  };
  for (const part of ['lib/src/index.ts', 'lib/dist/index.js', 'lib/dist/index.d.ts']) age(100, part);
  age(200, 'lib/src/index.ts');
  return { root, file, age };
}

describe('the build of lib', () => {
  const USE = "import { value } from 'csdnet';";
  const state = (one, content) => fs.writeFileSync(one.file('.setup', 'build.json'), JSON.stringify(content));

  it(
    'is told to a kernel once when another has taken its place, in a note that is no failure',
    { timeout: 120_000 },
    async () => {
      const one = project('replaced');
      const changed = { [one.file('lib', 'dist', 'index.js')]: 'exports.value = 2;\n' };
      const steps = [
        cell(USE, 'value'),
        { ...cell('value'), sleep: 2, write: changed },
        { ...cell('value'), sleep: 2 },
        cell('value'),
      ];
      const { answers } = await drive(steps, { where: one.file('notebooks') });
      expect(answers.map((answer) => answer.reply.status)).toEqual(answers.map(() => 'ok'));
      const notes = answers.flatMap((answer) => ofType(answer, 'display_data').map(({ data }) => data['text/plain']));
      expect(notes).toEqual([
        'lib was rebuilt after this kernel started: Kernel > Restart Kernel and Run All Cells to use it.',
      ]);
      const marks = answers.flatMap((answer) => ofType(answer, 'display_data').map(({ metadata }) => metadata));
      expect(marks).toEqual([{ csdnet_notice: true }]);
      expect(answers.slice(1).map((answer) => textOf(answer, 'stdout'))).toEqual(['1\n', '1\n', '1\n', '1\n']);
      expect(answers.map((answer) => textOf(answer, 'stderr')).join('')).toBe('');
    },
  );

  it('is missed by a cell that imports it, and by no other', { timeout: 120_000 }, async () => {
    const one = project('missing');
    fs.rmSync(one.file('lib', 'dist'), { recursive: true });
    const { answers } = await drive([cell('1 + 1'), cell(USE)], { where: one.file('notebooks') });
    expect(textOf(answers[0], 'stdout')).toBe('2\n');
    expect(answers[1].reply).toMatchObject({ status: 'error', ename: 'LibraryMissing' });
    expect(answers[1].reply.evalue).toMatch(/lib\/dist is missing.*npm run setup.*Restart Kernel/);
  });

  it('is called older than its sources before it is loaded, once', async () => {
    const one = project('older');
    one.age(50, 'lib', 'src', 'index.ts');
    const watcher = new BuildWatcher(one.file('lib'));
    expect(await watcher.before(USE)).toEqual([
      expect.stringMatching(/^lib\/src was edited after lib was built.*npm run setup/),
    ]);
    expect(await watcher.before(USE)).toEqual([]);
  });

  it('is none the worse for an edited test, nor for a build that changed nothing', async () => {
    const one = project('same');
    const watcher = new BuildWatcher(one.file('lib'));
    fs.writeFileSync(one.file('lib', 'src', 'index.test.ts'), '');
    expect(await watcher.before(USE)).toEqual([]);
    watcher.remember(true);
    one.age(20, 'lib', 'dist', 'index.js');
    expect(await watcher.before(USE)).toEqual([]);
  });

  it('is told when it failed, with the first error, once for each failure', async () => {
    const one = project('failed');
    const watcher = new BuildWatcher(one.file('lib'));
    state(one, { state: 'failed', pid: process.pid, id: 'a', error: 'src/index.ts:1:1 - no such thing' });
    const told = 'lib does not compile, so its last good build is used: src/index.ts:1:1 - no such thing';
    expect(await watcher.before(USE)).toEqual([told]);
    expect(await watcher.before(USE)).toEqual([]);
    state(one, { state: 'failed', pid: process.pid, id: 'b', error: 'src/index.ts:1:1 - no such thing' });
    expect(await watcher.before(USE)).toEqual([told]);
    state(one, { state: 'good', pid: process.pid, id: 'c' });
    expect(await watcher.before(USE)).toEqual([]);
  });

  it('is waited for while it is under way, but not for a builder that has ended', async () => {
    const one = project('waiting');
    const watcher = new BuildWatcher(one.file('lib'));
    state(one, { state: 'building', pid: process.pid, id: 'a' });
    let over = false;
    const waiting = watcher.before(USE).then(() => expect(over).toBe(true));
    await new Promise((resolve) => setTimeout(resolve, 300));
    over = true;
    state(one, { state: 'good', pid: process.pid, id: 'a' });
    await waiting;
    state(one, { state: 'building', pid: 2 ** 22 + 1, id: 'b' });
    expect(await watcher.before(USE)).toEqual([]);
  });
});

describe('the launcher', () => {
  it('knows the tslab that is installed, and names what is different in another', () => {
    const tslab = loadTslab(at());
    expect(differences(tslab)).toEqual([]);
    const other = { ...tslab, version: '2.0.0', ZmqServer: undefined, createExecutor: undefined };
    expect(differences(other)).toContain('version 2.0.0 instead of 1.0.22');
    expect(differences(other)).toEqual(expect.arrayContaining(['no ZmqServer.init', 'no createExecutor']));
  });

  it('tells of any thrown value, also of one that is its own cause', () => {
    const context = { cells: new Map(), library: '/x/lib', hide: (text) => text };
    const own = new Error('round');
    own.cause = own;
    expect(stripVTControlCharacters(failureOf(own, context).traceback.join('\n'))).toBe('Error: round');
    expect(failureOf(undefined, context)).toMatchObject({ ename: 'undefined', evalue: 'undefined' });
    expect(failureOf(null, context)).toMatchObject({ ename: 'null', evalue: 'null' });
    const many = new AggregateError([new RangeError('one'), 'two'], 'all');
    const lines = stripVTControlCharacters(failureOf(many, context).traceback.join('\n'));
    expect(lines).toBe('AggregateError: all\nPart: RangeError: one\nPart: Thrown string: two');
  });

  it('says what to do where the native binding is missing', () => {
    const upstream =
      'The Node.js native addon module (tfjs_binding.node) can not be found at path: here.\nPlease run ...';
    const { ename, evalue } = withRemedy(plainFailure('Error', upstream));
    expect(ename).toBe('BindingError');
    expect(evalue).toMatch(/^The native binding of TensorFlow\.js is missing.*"npm run setup".*restart the kernel/);
    expect(withRemedy(plainFailure('Error', 'another'))).toEqual(plainFailure('Error', 'another'));
  });

  /** Runs a copy of the launcher in a project of its own with these files. */
  function launchIn(name, files) {
    const root = path.join(folder, name);
    fs.cpSync(at('scripts', 'kernel'), path.join(root, 'scripts', 'kernel'), { recursive: true });
    for (const [file, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      fs.writeFileSync(path.join(root, file), text);
    }
    return spawnSync(process.execPath, [path.join(root, 'scripts', 'kernel', 'launch.mjs'), 'connection.json'], {
      encoding: 'utf8',
    });
  }

  it('runs another tslab as it comes, and says so', () => {
    const reply = launchIn('other-tslab', {
      'node_modules/tslab/package.json': '{"name": "tslab", "version": "9.9.9"}',
      ...Object.fromEntries(
        ['jupyter', 'converter', 'executor'].map((part) => [`node_modules/tslab/dist/${part}.js`, '']),
      ),
      'node_modules/tslab/dist/main.js': 'exports.startKernel = (options) => console.log(JSON.stringify(options));',
    });
    expect(reply.status).toBe(0);
    expect(JSON.parse(reply.stdout)).toEqual({ configPath: 'connection.json', enableFindLocal: false });
    expect(reply.stderr).toMatch(/version 9\.9\.9 instead of 1\.0\.22.*without our additions.*npm run setup/s);
  });

  it('says what to do where there is no tslab', () => {
    const reply = launchIn('no-tslab', {});
    expect(reply.status).toBe(1);
    expect(reply.stderr).toMatch(/^The TypeScript kernel is not installed .*npm run setup/);
  });
});
