// Every notebook follows the rules of this project and runs cleanly from a fresh kernel; and the check that says so is itself checked.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allNotebooks, machinePaths, runNotebook } from '../scripts/notebooks.mjs';
import { at } from '../scripts/setup/stamp.mjs';

const MOST = { codeCells: 20, lines: 15, columns: 100, bytes: 1.5e6, seconds: 180 };

const text = (cell) => [cell.source].flat().join('');
const outputsOf = (cells) => cells.flatMap(({ outputs }) => outputs);

describe.each(allNotebooks().map((file) => ({ name: path.basename(file), file })))('$name', ({ name, file }) => {
  const raw = fs.readFileSync(file, 'utf8');
  const notebook = JSON.parse(raw);
  const code = notebook.cells.filter((cell) => cell.cell_type === 'code');
  const prose = notebook.cells.filter((cell) => cell.cell_type === 'markdown');

  it('is short cells with prose around them', () => {
    expect(code.length).toBeGreaterThan(0);
    expect(code.length).toBeLessThanOrEqual(MOST.codeCells);
    expect(prose.length).toBeGreaterThanOrEqual(code.length);
    for (const cell of code) {
      const lines = text(cell).split('\n');
      expect(lines.length, text(cell)).toBeLessThanOrEqual(MOST.lines);
      expect(Math.max(...lines.map((line) => line.length)), text(cell)).toBeLessThanOrEqual(MOST.columns);
    }
    const pairs = notebook.cells.slice(1).map((cell, i) => [notebook.cells[i].cell_type, cell.cell_type].join());
    expect(pairs).not.toContain('code,code');
  });

  it('holds no class, tensor, relative import or network call', () => {
    const all = code.map(text).join('\n');
    expect(all).not.toMatch(/^\s*(export\s+|abstract\s+)*class\s+\w/m);
    expect(all).not.toMatch(/\btf\b/);
    expect(all).not.toMatch(/(from|import|require\()\s*['"]\./);
    expect(all).not.toMatch(/\bfetch\(|https?:/);
  });

  it('ends with what we saw and what to try', () => {
    const heads = prose.flatMap((cell) => text(cell).match(/^##? .*$/gm) ?? []);
    expect(heads.slice(-2)).toEqual(['## What we saw', '## Try']);
  });

  it('is kept with its outputs, which a reader sees on GitHub and which tell nothing of the machine', () => {
    expect(Buffer.byteLength(raw)).toBeLessThanOrEqual(MOST.bytes);
    expect(notebook.metadata.kernelspec).toEqual({ display_name: 'TypeScript', language: 'typescript', name: 'tslab' });
    expect(code.map((cell) => cell.execution_count)).toEqual(code.map((_, i) => i + 1));
    const outputs = outputsOf(code);
    expect(outputs.length).toBeGreaterThan(code.length / 2);
    for (const { data } of outputs) {
      if (data?.['application/vnd.plotly.v1+json']) expect(data['image/svg+xml']).toBeDefined();
    }
    expect(outputs.filter((output) => output.output_type === 'error' || output.name === 'stderr')).toEqual([]);
    expect(machinePaths(raw)).toEqual([]);
    expect(raw).not.toMatch(/"(iopub\.|shell\.)|"execution":/);
  });

  it(`runs cleanly from a fresh kernel in ${MOST.seconds} s`, { timeout: (MOST.seconds + 60) * 1000 }, async () => {
    const target = at('.artefacts', 'tests', name);
    const { problems, cells } = await runNotebook(file, { timeout: MOST.seconds, target });
    expect(problems).toEqual([]);
    expect(cells).toBe(code.length);
    const executed = JSON.parse(fs.readFileSync(target, 'utf8'));
    const kinds = (cells) => outputsOf(cells).flatMap((output) => Object.keys(output.data ?? { [output.name]: 0 }));
    expect(new Set(kinds(executed.cells.filter((cell) => cell.cell_type === 'code')))).toEqual(new Set(kinds(code)));
  });
});

describe('the check itself', { timeout: 120_000 }, () => {
  // Below the project's folder, where a cell finds `csdnet`; it goes with the test.
  const folder = at('.artefacts', `notebooks-${process.pid}`);
  beforeAll(() => fs.mkdirSync(folder, { recursive: true }));
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  /** Runs a notebook of these cells and gives what the check finds. */
  async function problemsOf(sources, options) {
    const file = path.join(folder, 'made.ipynb');
    const cells = sources.map((source, i) => ({
      ...{ cell_type: 'code', id: `c${i}`, source, metadata: {} },
      ...{ outputs: [{ output_type: 'stream', name: 'stdout', text: 'of an earlier run' }], execution_count: 7 },
    }));
    const kernelspec = { display_name: 'TypeScript', language: 'typescript', name: 'tslab' };
    fs.writeFileSync(file, JSON.stringify({ cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 }));
    const { problems, target } = await runNotebook(file, { target: path.join(folder, 'out.ipynb'), ...options });
    return { problems, executed: JSON.parse(fs.readFileSync(target, 'utf8')) };
  }

  it('passes a good notebook, and forgets the outputs that it had', async () => {
    const { problems, executed } = await problemsOf(["import * as cs from 'csdnet';\ncs.mean([1, 2, 3])", '']);
    expect(problems).toEqual([]);
    expect(outputsOf(executed.cells).map((output) => [output.text].flat().join(''))).toEqual(['2\n']);
  });

  it('fails a type error, and the cells that were not run after it', async () => {
    const { problems } = await problemsOf(['const a: number = 1;', 'const b: string = a;', 'a']);
    expect(problems[0]).toMatch(/cell 2 .*Type 'number' is not assignable to type 'string'/s);
    expect(problems).toContain('cell 3 was not run');
  });

  it('fails a wrong call of the library', async () => {
    const { problems } = await problemsOf(["import * as cs from 'csdnet';", "cs.preset('huge');"]);
    expect(problems[0]).toMatch(/cell 2 .*"huge"/s);
  });

  it('fails a cell that throws, at once or after an await', async () => {
    expect((await problemsOf(["throw new Error('broken');"])).problems[0]).toMatch(/cell 1 .*broken/s);
    expect((await problemsOf(["await Promise.reject(new Error('late'));"])).problems[0]).toMatch(/cell 1 .*late/s);
  });

  it('fails a cell that writes to its error output though it ends well', async () => {
    expect((await problemsOf(["console.error('a warning');"])).problems[0]).toMatch(/cell 1 .*a warning/s);
  });

  it('fails a notebook that tells where it was run', async () => {
    const { problems } = await problemsOf(["import * as cs from 'csdnet';\ncs.projectPaths().root"]);
    expect(problems[0]).toContain('an output holds a path of this machine');
  });

  it('ends a notebook that does not end, and its kernel', async () => {
    const begin = performance.now();
    const { problems } = await problemsOf(['await new Promise((done) => setTimeout(done, 100_000));'], { timeout: 4 });
    expect(problems[0]).toContain('took longer than 4 s');
    expect(performance.now() - begin).toBeLessThan(30_000);
  });
});
