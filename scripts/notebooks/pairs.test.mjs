// A notebook and its text, brought together in a git repository of its own.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { at } from '../setup/stamp.mjs';
import { codeCell, notebookOf, sourceOf } from './cells.mjs';
import { syncPairs, textFile, writeText } from './pairs.mjs';

const folder = at('.artefacts', `pairs-${process.pid}`);
const file = path.join(folder, '00-made.ipynb');
const output = { output_type: 'stream', name: 'stdout', text: ['3\n'] };

const read = () => JSON.parse(fs.readFileSync(file, 'utf8'));
const sources = () => read().cells.map(sourceOf);
function git(...args) {
  const all = ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false', ...args];
  const { status, stderr } = spawnSync('git', all, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}
const changeText = (from, to) =>
  fs.writeFileSync(textFile(file), fs.readFileSync(textFile(file), 'utf8').replace(from, to));
const changeNotebook = (from, to) => fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(from, to));

beforeEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const cells = [
    { cell_type: 'markdown', id: 'a', source: '# Made', metadata: {} },
    { ...codeCell('b', 'let seed = 1;', ['parameters']), outputs: [output], execution_count: 1 },
  ];
  fs.writeFileSync(file, JSON.stringify(notebookOf(cells)));
  writeText(file);
  git('init', '-q');
  git('add', '.');
  git('commit', '-q', '-m', 'kept');
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe('bringing a notebook and its text together', { timeout: 60_000 }, () => {
  it('does nothing where they are equal, whichever file is younger', () => {
    fs.utimesSync(file, new Date(), new Date(Date.now() + 3_600_000));
    const before = fs.readFileSync(file, 'utf8');
    expect(syncPairs([file])).toEqual(['00-made: both are equal']);
    expect(fs.readFileSync(file, 'utf8')).toBe(before);
  });

  it('takes the side that git says was changed, not the younger file, and keeps outputs and tags', () => {
    changeText('# Made', '# Made anew');
    fs.utimesSync(textFile(file), new Date(0), new Date(0));
    expect(syncPairs([file])[0]).toContain('notebook made from the text');
    expect(sources()).toEqual(['# Made anew', 'let seed = 1;']);
    expect(read().cells[1]).toMatchObject({ metadata: { tags: ['parameters'] }, outputs: [output] });
    expect(syncPairs([file])).toEqual(['00-made: both are equal']);
  });

  it('makes the text from a notebook that was changed', () => {
    changeNotebook('# Made', '# Made by hand');
    expect(syncPairs([file])).toEqual(['00-made: text made from the notebook']);
    expect(fs.readFileSync(textFile(file), 'utf8')).toContain('// # Made by hand');
  });

  it('refuses where both were changed, writes nothing, and obeys --from', () => {
    changeText('# Made', '# Made in text');
    changeNotebook('# Made', '# Made in the notebook');
    expect(() => syncPairs([file])).toThrow(/both were changed .*--sync 00-made --from ipynb.*--from text/s);
    expect(sources()[0]).toBe('# Made in the notebook');
    syncPairs([file], { from: 'text' });
    expect(sources()[0]).toBe('# Made in text');
  });

  it('makes the side that is missing', () => {
    fs.rmSync(textFile(file));
    expect(syncPairs([file])).toEqual(['00-made: text made from the notebook']);
    fs.rmSync(file);
    expect(syncPairs([file])[0]).toContain('notebook made from the text');
    expect(sources()).toEqual(['# Made', 'let seed = 1;']);
  });
});
