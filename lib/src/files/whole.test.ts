/** Files that are whole or not there, on disks that fill up. */
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../data/testing';
import { explained, FileError } from './errors';
import { isPart, partOf, removeLeftParts } from './part';
import { writeWhole, writeWholeSync } from './whole';

let folder = '';
const file = (): string => path.join(folder, 'table.md');
beforeEach(async () => (folder = await temporaryFolder()));
afterEach(() => {
  vi.restoreAllMocks();
  fs.rmSync(folder, { recursive: true, force: true });
});

const failing = (code: string) => () => {
  throw Object.assign(new Error(code), { code });
};
const BOTH = [
  [
    'at once',
    (target: string, data: string, options?: { mode: number }) =>
      Promise.resolve(writeWholeSync(target, data, options)),
  ],
  ['while other work goes on', writeWhole],
] as const;

describe.each(BOTH)('a file written %s', (_, write) => {
  it('replaces what was there, with its rights, and leaves nothing beside it', async () => {
    await write(file(), 'first', { mode: 0o640 });
    await write(file(), 'second');
    expect(fs.readFileSync(file(), 'utf8')).toBe('second');
    expect(fs.statSync(file()).mode & 0o777).toBe(0o640);
    expect(fs.readdirSync(folder)).toEqual(['table.md']);
  });

  it('is replaced where a link leads', async () => {
    fs.writeFileSync(path.join(folder, 'real'), '');
    fs.symlinkSync('real', file());
    await write(file(), 'text');
    expect(fs.readFileSync(path.join(folder, 'real'), 'utf8')).toBe('text');
    expect(fs.lstatSync(file()).isSymbolicLink()).toBe(true);
  });

  it.each([
    ['ENOSPC', /the disk is full \(ENOSPC\)\. Free some space and call the same command again: what is done is kept/],
    ['EROFS', /read-only \(EROFS\)\. Choose another place by CSDNET_HOME/],
    ['EACCES', /you may not write there \(EACCES\)/],
  ])('stays as it was where the disk says %s, which is told with the file and the mend', async (code, message) => {
    fs.writeFileSync(file(), 'before');
    vi.spyOn(fs, 'fsyncSync').mockImplementation(failing(code));
    vi.spyOn(fs, 'renameSync').mockImplementation(failing(code));
    vi.spyOn(fs.promises, 'rename').mockImplementation(failing(code));
    const error = await Promise.resolve()
      .then(() => write(file(), 'after'))
      .catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(FileError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).toContain(`${file()} could not be written`);
    expect(fs.readFileSync(file(), 'utf8')).toBe('before');
    expect(fs.readdirSync(folder)).toEqual(['table.md']);
  });
});

it('what a killed process left is removed, what another is writing is not', () => {
  const ended = partOf(file()).replace(`-${process.pid}-`, `-${2 ** 22 + 1}-`);
  const own = partOf(file());
  for (const part of [ended, own]) fs.writeFileSync(part, 'half');
  fs.mkdirSync(`${ended.slice(0, -13)}00000000.part`);
  removeLeftParts(folder);
  expect(fs.readdirSync(folder)).toEqual([path.basename(own)]);
  expect(isPart(path.basename(own))).toBe(true);
  expect(isPart('events.out.tfevents.1.2.3.csdnet')).toBe(false);
  removeLeftParts(path.join(folder, 'missing'));
});

it('an error that says enough by itself stays as it is', () => {
  const error = Object.assign(new Error('x'), { code: 'ENOENT' });
  expect(explained(error, file())).toBe(error);
  const told = explained(Object.assign(new Error('x'), { code: 'ENOSPC', path: file() }));
  expect(explained(told, 'another')).toBe(told);
});
