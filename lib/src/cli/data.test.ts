/** `csdnet data check` as a person sees it: the lines, the JSON, the exit status. */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { temporaryFolder, writeDataset, writeFiles } from '../data/testing';
import { dataCommand } from './data';

let base: string;
beforeEach(async () => {
  base = await fs.realpath(await temporaryFolder());
});
afterEach(async () => {
  vi.restoreAllMocks();
  await fs.rm(base, { recursive: true, force: true });
});

/** What the command prints, and its exit status. */
async function run(...args: string[]): Promise<{ readonly text: string; readonly status: number }> {
  const lines: string[] = [];
  const before = process.exitCode;
  process.exitCode = 0;
  vi.spyOn(console, 'log').mockImplementation((line: unknown) => void lines.push(String(line)));
  try {
    await dataCommand().parseAsync(args, { from: 'user' });
    return { text: lines.join('\n'), status: Number(process.exitCode) };
  } finally {
    process.exitCode = before;
  }
}

it('reports a dataset, ends with the verdict, and exits with 0', async () => {
  await writeDataset(path.join(base, 'mine'), 3, [2, 1]);
  const { text, status } = await run('check', path.join(base, 'mine'));
  expect(status).toBe(0);
  expect(text).toMatch(/^mine: 3 classes, 9 images, layout ultra-fgvc, in .*\n\nmine is usable\.$/s);
});

it('exits with 1 where an image cannot be read, and where the annotations are wrong', async () => {
  const root = path.join(base, 'mine');
  await writeDataset(root, 3, [2, 1]);
  await writeFiles(root, { 'images/1_1_test.png': 'no image' });
  const broken = await run('check', root);
  expect(broken.status).toBe(1);
  expect(broken.text).toMatch(/mine is not usable: an image cannot be read: test: 1_1_test.png \(.*\)\.$/);
  await fs.appendFile(path.join(root, 'anno/train.txt'), '1_1_test.png 1\n');
  const wrong = await run('check', root, '--json');
  expect(wrong.status).toBe(1);
  const result = JSON.parse(wrong.text) as { usable: boolean; problems: string[]; datasets: unknown[] };
  expect(result).toMatchObject({ usable: false, datasets: [] });
  expect(result.problems).toEqual([expect.stringMatching(/^anno\/test.txt:1: .* is also a training image/)]);
});

it('reports each stage of a group', async () => {
  for (const stage of ['R1', 'R3']) await writeDataset(path.join(base, stage), 2, [1, 1]);
  const { text, status } = await run('check', base, '--json');
  expect(status).toBe(0);
  const result = JSON.parse(text) as { datasets: { name: string; notes: string[] }[]; verdict: string };
  expect(result.datasets.map(({ name }) => name)).toEqual(['R1', 'R3']);
  expect(result.datasets[0]!.notes).toEqual([expect.stringMatching(/there is no R4, R5, R6/)]);
  expect(result.verdict).toBe('R1 is usable, with a warning. R3 is usable, with a warning.');
});

it('says what is allowed where nothing has that name', async () => {
  const { text, status } = await run('check', path.join(base, 'nowhere'));
  expect(status).toBe(1);
  expect(text).toMatch(/neither a known name nor a folder[^]*nowhere is not usable: Unknown dataset: 1 problem\.$/);
});

it('draws only what there is, and over nothing', async () => {
  await expect(run('draw', 'leaf81', path.join(base, 'new'), '--seed', '2')).rejects.toThrow(/choose leaf80 or leaf20/);
  await expect(run('draw', 'leaf20', base, '--seed', '2')).rejects.toThrow(/already exists; remove it/);
});
