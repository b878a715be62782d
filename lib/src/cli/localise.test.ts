/** The command in this process, on a small dataset of drawn images, with its files in a folder of its own. */
import fs from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryFolder, writeDataset } from '../data/testing';
import { stripesDataset } from '../notebook/testing';
import { localiseCommand } from './localise';

let home = '';
beforeAll(async () => {
  home = await temporaryFolder();
  vi.stubEnv('CSDNET_HOME', home);
  await stripesDataset(path.join(home, 'stripes'), 2, 2);
  await writeDataset(path.join(home, 'plain'), 2, [1, 1]);
});
afterAll(() => {
  vi.unstubAllEnvs();
  fs.rmSync(home, { recursive: true, force: true });
});

/** What the command prints on standard output. */
async function localise(...args: string[]): Promise<string> {
  const [out, error] = [vi.spyOn(console, 'log'), vi.spyOn(console, 'error')].map((spy) =>
    spy.mockImplementation(() => {}),
  );
  try {
    const program = new Command('csdnet').exitOverride().addCommand(localiseCommand());
    await program.parseAsync(['localise', '--preset', 'tiny', ...args], { from: 'user' });
    return out!.mock.calls.flat().join('\n');
  } finally {
    out!.mockRestore();
    error!.mockRestore();
  }
}

describe('csdnet localise', () => {
  it('prints the table and writes it with its figure, under a name that says what is not the default', async () => {
    const text = await localise('--dataset', path.join(home, 'stripes'), '--split', 'test', '--set', 'view.margin=0');
    expect(text).toContain('**Localisation: does SSDP look where the classes differ?**');
    expect(text).toContain('stripes, split "test": 4 whole, unaugmented images of 2 classes at 64 px');
    const files = ['data/tables', 'figures'].flatMap((folder) => fs.readdirSync(path.join(home, folder)));
    const name = 'localisation.stripes.tiny.view-margin-0.test';
    expect(files.sort()).toEqual(['csv', 'json', 'md', 'svg', 'tex'].map((ending) => `${name}.${ending}`));
    expect(fs.readFileSync(path.join(home, 'data/tables', `${name}.md`), 'utf8').trim()).toBe(text.trim());
  });

  it('says what is wrong: no masks, no such split, a field that is none', async () => {
    await expect(localise('--dataset', path.join(home, 'plain'))).rejects.toThrow('there are no masks');
    await expect(localise('--dataset', path.join(home, 'stripes'), '--split', 'x')).rejects.toThrow(
      'choose one of train, test',
    );
    await expect(localise('--set', 'view.marign=0')).rejects.toThrow('no field is called view.marign');
  });
});
