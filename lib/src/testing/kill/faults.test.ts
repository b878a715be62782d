/** Faults of the world around a run: full and read-only disks, clocks that go back, company. Each is told with the file and the mend; nothing is lost. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Summaries } from '../../ablation/summary';
import { temporaryFolder } from '../../data/testing';
import { contentsOf } from './contents';
import type { How } from './fault';
import { finishProgram, MAIN, runProgram } from './program';
import type { Outcome, Program } from './program';
import { makePrograms } from './programs';
import type { Programs } from './programs';
import { differences, wholeRun } from './trials';
import type { Whole } from './trials';

let folder = '';
let programs: Programs;
let whole: Whole;
beforeAll(async () => {
  folder = await temporaryFolder();
  programs = await makePrograms(folder);
  whole = await wholeRun(programs.train, path.join(folder, 'whole'));
}, 180_000);
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const homeOf = (name: string): string => path.join(folder, name);
const failing = (program: Program, how: How, match?: string): Promise<Outcome> =>
  runProgram(program, { fault: { at: 1, how, who: 'self', ...(match !== undefined && { match }) } });

describe('a disk that is full', () => {
  it('is told with the file and the mend, wherever the run is; called again with space, it ends as if nothing had been', async () => {
    const program = programs.train(homeOf('full'));
    const places = [
      'status\\.json',
      'metrics\\.csv',
      'write .*checkpoint',
      'append .*tfevents',
      'predictions',
      'write .*record',
      'model\\.md',
    ];
    for (const match of places) {
      const { status, stderr } = await failing(program, 'ENOSPC', match);
      expect(status, match).toBe(1);
      const told = new RegExp(
        `${match.replace(/^\w+ \.\*/, '')}.* could not be written: the disk is full \\(ENOSPC\\)\\. Free some space and call`,
      );
      expect(stderr).toMatch(told);
      expect(stderr).not.toMatch(/ at .*\.js:\d+/);
    }
    await finishProgram(program);
    expect(differences(whole.contents, contentsOf(program.home))).toEqual([]);
  }, 180_000);

  it('does not keep decoded images from being used', async () => {
    const program = programs.train(homeOf('no-cache'));
    const { status, stderr } = await failing(program, 'once', 'write .*\\.rgb');
    expect(status, stderr).toBe(0);
    expect(differences(whole.contents, contentsOf(program.home))).toEqual([expect.stringMatching(/\.rgb: missing$/)]);
  }, 60_000);

  const may = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', os.tmpdir()]).status === 0;
  if (!may) console.log('No real disk that is full: unshare and mount of a tmpfs are not permitted here.');
  it.skipIf(!may)(
    'is a real one of a few megabytes too, which grows after the first call',
    async () => {
      const [small, kept] = [homeOf('small'), homeOf('small-kept')];
      fs.mkdirSync(small);
      const program = programs.train(small);
      const called = [process.execPath, ...program.args].map((word) => `'${word}'`).join(' ');
      const script = [
        `mount -t tmpfs -o size=2500k none ${small} && cd ${small}`,
        `${called} > ${folder}/first.txt 2>&1; echo "status $?" >> ${folder}/first.txt`,
        `find . -name '*.part' | wc -l > ${folder}/parts.txt`,
        `mount -o remount,size=64m ${small} && ${called} > ${folder}/second.txt 2>&1; echo "status $?" >> ${folder}/second.txt`,
        `cp -r ${small} ${kept}`,
      ].join('\n');
      const { status, stderr } = spawnSync('unshare', ['-rm', 'sh', '-c', script], {
        encoding: 'utf8',
        env: { ...process.env, CSDNET_HOME: small },
      });
      expect(status, stderr).toBe(0);
      const [first, second] = ['first', 'second'].map((name) =>
        fs.readFileSync(path.join(folder, `${name}.txt`), 'utf8'),
      );
      expect(first).toMatch(/could not be written: the disk is full \(ENOSPC\)[^]*status 1/);
      expect(fs.readFileSync(path.join(folder, 'parts.txt'), 'utf8').trim()).toBe('0');
      expect(second).toMatch(/status 0/);
      expect(differences(whole.contents, contentsOf(kept))).toEqual([]);
    },
    60_000,
  );
});

describe('a folder that cannot be written', () => {
  it.each([
    [
      'EROFS',
      /runs\/\w+.* could not be written: the file system is read-only \(EROFS\)\. Choose another place by CSDNET_HOME/,
    ],
    ['EACCES', /runs\/\w+.* could not be written: you may not write there \(EACCES\)\. Make it writable for you/],
  ] as const)(
    'is told with the place and the mend: %s',
    async (how, message) => {
      const program = programs.train(homeOf(how));
      const { status, stderr } = await failing(program, how, 'mkdir');
      expect([status, stderr]).toEqual([1, expect.stringMatching(message)]);
    },
    60_000,
  );
});

describe('a clock that was set back', () => {
  it('by three days while the run was stopped, and goes back all the time: the run ends as it would have', async () => {
    const program = programs.train(homeOf('clock'));
    await runProgram(program, { fault: { at: 1, how: 'half', match: 'append .*metrics', who: 'all' } });
    const { status, stderr } = await runProgram(program, { clock: -3 * 24 * 3600 * 1000 });
    expect(status, stderr).toBe(0);
    expect(stderr).toContain('Resumed after epoch 1.');
    expect(differences(whole.contents, contentsOf(program.home))).toEqual([]);
  }, 60_000);
});

describe('two at once', () => {
  it('on one run: one waits and says for whom, and both give the one result', async () => {
    const program = programs.train(homeOf('two'));
    fs.mkdirSync(program.home);
    const both = await Promise.all([runProgram(program), runProgram(program)]);
    expect(both.map(({ status, stderr }) => [status, stderr])).toEqual(Array(2).fill([0, expect.any(String)]));
    expect(differences(whole.contents, contentsOf(program.home))).toEqual([]);
  }, 120_000);

  it('on one file of results: no table is lost', async () => {
    const home = homeOf('results');
    const tables = ['queues', 'keys', 'depth', 'margin'];
    const { args, cwd } = programs.publish(home);
    const asked = (name: string): Program => ({
      args: [...args.map((word) => (word === 'queues' ? name : word)), '--finished'],
      ...{ home, ...(cwd !== undefined && { cwd }) },
    });
    const all = await Promise.all(tables.map((name) => runProgram(asked(name))));
    expect(all.map(({ status, stderr }) => [status, stderr])).toEqual(Array(4).fill([0, expect.any(String)]));
    const found = JSON.parse(fs.readFileSync(path.join(home, 'results.json'), 'utf8')) as Summaries;
    expect(found.tables.map(({ table }) => table).sort()).toEqual([...tables].sort());
    expect(fs.readdirSync(home).filter((name) => name.startsWith('results'))).toEqual(['results.json']);
  }, 120_000);
});

it('starts from the built command line', () => expect(fs.existsSync(MAIN)).toBe(true));
