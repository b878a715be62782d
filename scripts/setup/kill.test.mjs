// Set-up killed at every call that changes a file: its own code (setup.mjs, stamps, lock) with three small steps in the place of the real ones, which
// take minutes and a network.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callsOf, runProgram } from '../../lib/dist/testing/kill/program.js';
import { at } from './stamp.mjs';

// Each step builds on the one before, as the real ones do: a text that is written whole, a folder that is filled, a file that is compiled and renamed.
const STEPS = `import fs from 'node:fs';
import { at, digest, readStamp, writeWhole } from './stamp.mjs';
const idOf = (name) => readStamp(name)?.id ?? 'missing';
const text = {
  name: 'text', title: 'text', fingerprint: () => digest('1'), present: () => fs.existsSync(at('made', 'text')),
  async make() { writeWhole(at('made', 'text'), 'whole'); },
};
const folder = {
  name: 'folder', title: 'folder', fingerprint: () => digest(idOf('text')), present: () => fs.existsSync(at('made', 'folder')),
  async make() {
    fs.rmSync(at('made', 'folder'), { recursive: true, force: true });
    fs.mkdirSync(at('made', 'folder'), { recursive: true });
    for (const name of ['a', 'b', 'c']) fs.writeFileSync(at('made', 'folder', name), 'whole');
  },
};
const compiled = {
  name: 'compiled', title: 'compiled', fingerprint: () => digest(idOf('folder')), present: () => fs.existsSync(at('made', 'file')),
  async make() {
    fs.writeFileSync(at('made', 'file.partial'), 'whole');
    fs.renameSync(at('made', 'file.partial'), at('made', 'file'));
    return { compiled: ['a'] };
  },
};
export const steps = [text, folder, compiled];
export const isDone = (step) => readStamp(step.name)?.fingerprint === step.fingerprint() && step.present();
`;

/** The nightly form tries all. */
const nightly = Number(process.env.CSDNET_KILLS ?? 0) > 0;

let base;
beforeAll(() => {
  base = fs.mkdtempSync(path.join(os.tmpdir(), 'csdnet-setup-kill-'));
});
afterAll(() => fs.rmSync(base, { recursive: true, force: true }));

/** A project with nothing but set-up in it. */
function project(name) {
  const home = path.join(base, name);
  fs.rmSync(home, { recursive: true, force: true });
  fs.mkdirSync(path.join(home, 'scripts', 'setup'), { recursive: true });
  const parts = ['stamp', 'lock', 'tools'].map((part) => path.join('scripts', 'setup', `${part}.mjs`));
  for (const file of [path.join('scripts', 'setup.mjs'), ...parts]) fs.copyFileSync(at(file), path.join(home, file));
  fs.writeFileSync(path.join(home, 'scripts', 'setup', 'steps.mjs'), STEPS);
  return { args: [path.join(home, 'scripts', 'setup.mjs')], home, cwd: home };
}

/** What set-up has made, with the steps' stamps; a stamp's number is another one each time. */
function made({ home }) {
  const files = fs.readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.map((entry) => path.relative(home, path.join(entry.parentPath, entry.name)));
  // The lock of a process that ended is the next owner's to replace; where all is done there is none.
  const kept = names.filter((name) => !name.startsWith('scripts') && name !== path.join('.setup', 'lock')).sort();
  return kept.map((name) => [name, name.startsWith('made') ? fs.readFileSync(path.join(home, name), 'utf8') : '']);
}

it('is taken up again wherever it was killed, and leaves nothing beside what it makes', async () => {
  const whole = project('whole');
  const first = await runProgram(whole, { fault: { at: 0, how: 'kill', who: 'all' } });
  expect(first.stdout, first.stderr).toContain('Set-up is complete.');
  const calls = callsOf(whole).map(([, name]) => name);
  expect(made(whole).map(([name]) => name)).toEqual(
    ['.setup/compiled.json', '.setup/folder.json', '.setup/text.json', 'made/file', 'made/folder/a', 'made/folder/b', 'made/folder/c', 'made/text'], // prettier-ignore
  );
  const kills = calls.flatMap((name, i) => ['kill', ...(name === 'write' ? ['half'] : [])].map((how) => ({ at: i + 1, how }))); // prettier-ignore
  expect(kills.length).toBeGreaterThan(30);
  const tried = nightly ? kills : kills.filter((_, i) => i % 4 === 1);
  for (const kill of tried) {
    const program = project('killed');
    expect((await runProgram(program, { fault: { ...kill, who: 'all' } })).status, JSON.stringify(kill)).not.toBe(0);
    const second = await runProgram(program);
    expect(second.status, second.stderr).toBe(0);
    expect(made(program), JSON.stringify(kill)).toEqual(made(whole));
    expect((await runProgram(program)).stdout).toContain('Everything is in place.');
  }
  console.log(`set-up: ${tried.length} of ${kills.length} kills at ${calls.length} calls`);
}, 240_000);
