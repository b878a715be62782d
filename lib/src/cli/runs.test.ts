/** The command in this process, on records of runs that were never done. */
import fs from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { recordFile, runFolder, writeRecord } from '../ablation/record';
import { claimRun } from '../ablation/status';
import { preset } from '../config';
import { withTerm } from '../ablation';
import { temporaryFolder } from '../data/testing';
import { runRecord } from '../testing/records';
import { runsCommand } from './runs';

const tiny = preset('tiny');
const FULL = runRecord(tiny, 0.7);
const MARGIN = runRecord(withTerm(tiny, 'contrast', { margin: 0.2 }), 0.9);
const BUSY = '0123456789ab';

let home = '';
const runs = (): string => path.join(home, 'data', 'runs');
beforeEach(async () => {
  home = await temporaryFolder();
  vi.stubEnv('CSDNET_HOME', home);
  for (const record of [FULL, MARGIN]) await writeRecord(runs(), record);
});
afterEach(() => {
  process.exitCode = undefined;
  vi.unstubAllEnvs();
  fs.rmSync(home, { recursive: true, force: true });
});

/** What the command prints: standard output, then standard error. */
async function called(...args: string[]): Promise<readonly [string, string]> {
  const spies = (['log', 'error'] as const).map((name) => vi.spyOn(console, name).mockImplementation(() => undefined));
  try {
    const command = runsCommand().exitOverride();
    for (const one of command.commands) one.exitOverride().configureOutput({ writeErr: () => undefined });
    await new Command('csdnet')
      .exitOverride()
      .addCommand(command)
      .parseAsync(['runs', ...args], { from: 'user' });
    return spies.map((spy) => spy.mock.calls.flat().join('\n')) as [string, string];
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

describe('csdnet runs', () => {
  it('lists what there is, in the order asked for', async () => {
    const [out] = await called('--sort', 'accuracy');
    const lines = out.split('\n');
    expect(lines[0]).toMatch(/^id +date \(UTC\) +dataset +seed +accuracy +time +change from the preset$/);
    expect(lines[1]).toMatch(new RegExp(`^${MARGIN.id} .* two +1 +90\\.0 % +2 s +tiny: contrast\\.margin = 0\\.2$`));
    expect(lines[2]).toMatch(new RegExp(`^${FULL.id} .* 70\\.0 % +2 s +tiny: as it is$`));
    expect((await called('list', '--where', 'contrast.margin=0.2'))[0]).not.toContain(FULL.id);
    expect((await called('list', '--dataset', 'leaf20'))[1]).toMatch(/No such run/);
    const json = JSON.parse((await called('list', '--json', '--sort', 'accuracy'))[0]) as { id: string }[];
    expect(json.map(({ id }) => id)).toEqual([MARGIN.id, FULL.id]);
  });

  it('takes the folder of a dataset from where the command is called', async () => {
    const own = runRecord(preset('tiny', { dataset: { name: path.join(home, 'cotton') } }), 0.5);
    await writeRecord(runs(), own);
    const relative = path.relative(process.cwd(), path.join(home, 'cotton'));
    for (const given of [relative, `${relative}${path.sep}`, path.join(home, 'cotton')]) {
      const json = JSON.parse((await called('list', '--json', '--dataset', given))[0]) as { id: string }[];
      expect(json.map(({ id }) => id)).toEqual([own.id]);
    }
    expect((await called('list', '--dataset', path.join(relative, 'other')))[1]).toMatch(/No such run/);
  });

  it('lists broken runs and those under way', async () => {
    fs.writeFileSync(recordFile(runs(), FULL.id), '{');
    await claimRun(runs(), BUSY, { config: tiny, dataset: FULL.dataset, started: '2026-01-01T10:20:30.000Z' });
    const [out] = await called();
    expect(out).toMatch(new RegExp(`${FULL.id} .* broken .*is no JSON`));
    expect(out).toMatch(new RegExp(`${BUSY} +2026-01-01 10:20 +two +1 +under way, 0/\\d+ epochs`));
  });

  it('shows one run by the first letters of its id, or names near ones', async () => {
    const [out] = await called('show', FULL.id.slice(0, 6));
    expect(out).toContain(`run ${FULL.id}: done, 1 of`);
    expect(out).toContain('test: 70.0 % of 10 images right');
    expect(out).toMatch(/contrast\.margin +=? ?= 0\.4/);
    expect(out).toMatch(/record\.json \(/);
    await expect(called('show', `${FULL.id.slice(0, 11)}x`)).rejects.toThrow(`Near ones: ${FULL.id}`);
    await expect(called('show', '')).rejects.toThrow(/2 runs begin with ""/);
  });

  it('compares runs with the first', async () => {
    const [out] = await called('compare', FULL.id, MARGIN.id);
    expect(out).toContain('contrast.margin = 0.2');
    expect(out).toContain('test: 70.0 % against 90.0 %, +20.0 points (image by image: neither a predictions file nor');
    await expect(called('compare', FULL.id)).rejects.toThrow('Name two runs or more');
    const json = JSON.parse((await called('compare', FULL.id, MARGIN.id, '--json'))[0]) as { first: string };
    expect(json.first).toBe(FULL.id);
  });
});

describe('csdnet runs delete', () => {
  it('deletes nothing without --yes, and with it what was meant', async () => {
    const [out, error] = await called('delete', '--where', 'contrast.margin=0.2');
    expect(out).toContain(MARGIN.id);
    expect(error).toContain('Call again with --yes to delete 1 run');
    expect(process.exitCode).toBe(1);
    expect(fs.readdirSync(runs())).toHaveLength(2);
    await called('delete', '--where', 'contrast.margin=0.2', '--yes');
    expect(fs.readdirSync(runs())).toEqual([FULL.id]);
    await called('delete', FULL.id.slice(0, 5), '--yes');
    expect(fs.readdirSync(runs())).toEqual([]);
  });

  it('never deletes what is under way', async () => {
    await claimRun(runs(), BUSY, { config: tiny, dataset: FULL.dataset, started: '2026-01-01T10:20:30.000Z' });
    await expect(called('delete', BUSY, FULL.id, '--yes')).rejects.toThrow(
      /Under way, and so not deleted: 0123456789ab/,
    );
    expect(fs.readdirSync(runs())).toHaveLength(3);
    const [, error] = await called('delete', '--dataset', 'two', '--yes');
    expect(error).toContain(`Left out, it is under way: ${BUSY}`);
    expect(fs.readdirSync(runs())).toEqual([BUSY]);
    expect(fs.existsSync(runFolder(runs(), BUSY))).toBe(true);
  });

  it('wants to know which', async () => {
    await expect(called('delete', '--yes')).rejects.toThrow('Say which runs');
    await expect(called('delete', FULL.id, '--dataset', 'two', '--yes')).rejects.toThrow('not both');
  });
});
