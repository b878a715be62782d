import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { partOf } from '../files';
import { CARD_MARK } from './card';
import { writeFolder } from './folder';
import { temporaryFolder } from './testing';

const folder = temporaryFolder();
const files = (text: string) => new Map<string, string | Uint8Array>([['config.json', text], ['check.json', '{}']]); // prettier-ignore
const read = (target: string): string => fs.readFileSync(path.join(target, 'config.json'), 'utf8');

it('writes a folder where there is none or an empty one', () => {
  const target = path.join(folder, 'deep', 'new');
  writeFolder(target, files('1'));
  expect(fs.readdirSync(target).sort()).toEqual(['check.json', 'config.json']);
  const empty = path.join(folder, 'empty');
  fs.mkdirSync(empty);
  writeFolder(empty, files('2'));
  expect(read(empty)).toBe('2');
});

it('replaces an earlier export only when asked', () => {
  const target = path.join(folder, 'taken');
  writeFolder(target, files('1'));
  expect(() => writeFolder(target, files('2'))).toThrow(
    `${target} is not empty: name another folder, or ask to overwrite it (--overwrite)`,
  );
  expect(read(target)).toBe('1');
  writeFolder(target, new Map([['config.json', '3']]), true);
  expect(fs.readdirSync(target)).toEqual(['config.json']);
  expect(read(target)).toBe('3');
});

it('brings back the export that a killed process had moved away, and removes what that was writing', () => {
  const target = path.join(folder, 'killed');
  writeFolder(target, files('1'));
  const ended = (part: string): string => partOf(part).replace(`-${process.pid}-`, `-${2 ** 22 + 1}-`);
  fs.renameSync(target, ended(`${target}.old`));
  fs.mkdirSync(ended(target));
  expect(() => writeFolder(target, files('2'))).toThrow('is not empty');
  expect(read(target)).toBe('1');
  expect(fs.readdirSync(folder).filter((name) => name.startsWith('killed'))).toEqual(['killed']);
});

it('never touches what no export wrote', () => {
  const target = path.join(folder, 'photos');
  fs.mkdirSync(target);
  fs.writeFileSync(path.join(target, 'leaf.jpg'), 'x');
  expect(() => writeFolder(target, files('1'), true)).toThrow(`${target} holds leaf.jpg, which no export wrote`);
  expect(() => writeFolder(path.join(target, 'leaf.jpg'), files('1'), true)).toThrow(
    'leaf.jpg is a file: name a folder',
  );
  expect(fs.readdirSync(target)).toEqual(['leaf.jpg']);
});

it('takes a card of its own for an export, and no other README', () => {
  const target = path.join(folder, 'carded');
  writeFolder(target, new Map([['README.md', `---\n${CARD_MARK}\n---\n`], ['config.json', '1']])); // prettier-ignore
  writeFolder(target, files('2'), true);
  expect(fs.readdirSync(target).sort()).toEqual(['check.json', 'config.json']);
  fs.writeFileSync(path.join(target, 'README.md'), '# My notes\n');
  expect(() => writeFolder(target, files('3'), true)).toThrow(`${target} holds README.md, which no export wrote`);
});

it('leaves everything as it was where writing fails', () => {
  const parent = path.join(folder, 'failing');
  fs.mkdirSync(parent);
  expect(() => writeFolder(path.join(parent, 'out'), new Map([['no/such/folder.json', '1']]))).toThrow(/ENOENT/);
  expect(fs.readdirSync(parent)).toEqual([]);
  writeFolder(path.join(parent, 'out'), files('1'));
  expect(() => writeFolder(path.join(parent, 'out'), new Map([['no/such/folder.json', '2']]), true)).toThrow(/ENOENT/);
  expect(fs.readdirSync(parent)).toEqual(['out']);
  expect(read(path.join(parent, 'out'))).toBe('1');
});
