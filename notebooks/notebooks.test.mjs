// Every notebook follows the rules of this project and runs cleanly from a fresh kernel; and the check that says so is itself checked.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { venv, jupyterEnv } from '../scripts/jupyter.mjs';
import { allNotebooks, machinePaths, runNotebook, runNotebooks } from '../scripts/notebooks.mjs';
import { codeCell, codeCells, notebookOf, sourceOf, textOf } from '../scripts/notebooks/cells.mjs';
import { expectedText, textFile } from '../scripts/notebooks/pairs.mjs';
import { parametersOf } from '../scripts/notebooks/parameters.mjs';
import { at } from '../scripts/setup/stamp.mjs';

const MOST = { codeCells: 20, lines: 15, columns: 100, bytes: 1.5e6, seconds: 180 };

const hasPapermill = fs.existsSync(venv('papermill'));
const NO_PAPERMILL = hasPapermill ? '' : ' (skipped: no papermill in .venv; npm run setup installs it)';

const outputsOf = (cells) => cells.flatMap(({ outputs }) => outputs);

describe.each(allNotebooks().map((file) => ({ name: path.basename(file), file })))('$name', ({ file }) => {
  const raw = fs.readFileSync(file, 'utf8');
  const notebook = JSON.parse(raw);
  const code = codeCells(notebook);
  const prose = notebook.cells.filter((cell) => cell.cell_type === 'markdown');

  it('is short cells with prose around them', () => {
    expect(code.length).toBeGreaterThan(0);
    expect(code.length).toBeLessThanOrEqual(MOST.codeCells);
    expect(prose.length).toBeGreaterThanOrEqual(code.length);
    for (const cell of code) {
      const lines = sourceOf(cell).split('\n');
      expect(lines.length, sourceOf(cell)).toBeLessThanOrEqual(MOST.lines);
      expect(Math.max(...lines.map((line) => line.length)), sourceOf(cell)).toBeLessThanOrEqual(MOST.columns);
    }
    const pairs = notebook.cells.slice(1).map((cell, i) => [notebook.cells[i].cell_type, cell.cell_type].join());
    expect(pairs).not.toContain('code,code');
  });

  it('holds no class, tensor, relative import or network call', () => {
    const all = code.map(sourceOf).join('\n');
    expect(all).not.toMatch(/^\s*(export\s+|abstract\s+)*class\s+\w/m);
    expect(all).not.toMatch(/\btf\b/);
    expect(all).not.toMatch(/(from|import|require\()\s*['"]\./);
    expect(all).not.toMatch(/\bfetch\(|https?:/);
  });

  it('ends with what we saw, two to four exercises with checked answers, and a link onward', () => {
    const heads = prose.flatMap((cell) => sourceOf(cell).match(/^##? .*$/gm) ?? []);
    expect(heads.slice(-2)).toEqual(['## What we saw', '## Try']);
    const tries = notebook.cells.findIndex((cell) => /^## Try$/m.test(sourceOf(cell)));
    const answers = notebook.cells.slice(tries).filter((cell) => cell.cell_type === 'code');
    expect(answers.length).toBeGreaterThanOrEqual(2);
    expect(answers.length).toBeLessThanOrEqual(4);
    for (const cell of answers)
      expect(sourceOf(cell)).toMatch(/: cs\.Answer = undefined;\s[\s\S]*cs\.checkAnswer\('[a-z0-9-]+', /);
    const links = [...sourceOf(notebook.cells[notebook.cells.length - 1]).matchAll(/\]\(([\w.-]+\.ipynb)\)/g)];
    expect(links.length).toBeGreaterThan(0);
    for (const [, target] of links) expect(fs.existsSync(at('notebooks', target)), target).toBe(true);
  });

  it('takes a dataset, a preset and a seed as parameters', () => {
    expect(parametersOf(notebook).map((one) => one.name)).toEqual(
      expect.arrayContaining(['datasetName', 'presetName', 'seed']),
    );
  });

  it('equals its pair in text (else: npm run notebooks -- --sync)', () => {
    expect(fs.readFileSync(textFile(file), 'utf8')).toBe(expectedText(file));
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
    expect(Object.keys(notebook.metadata).sort()).toEqual(['kernelspec', 'language_info']);
    expect(notebook.cells.flatMap((cell) => Object.keys(cell.metadata)).filter((key) => key !== 'tags')).toEqual([]);
  });
});

it('run cleanly, each from a fresh kernel, and give what they are kept with', { timeout: 900_000 }, async () => {
  const results = await runNotebooks(allNotebooks(), { timeout: MOST.seconds });
  const said = results.flatMap(({ file, problems, differences }) =>
    [...problems, ...differences].map((one) => `${path.basename(file)}: ${one}`),
  );
  expect(said).toEqual([]);
});

describe('the check itself', { timeout: 120_000 }, () => {
  // Below the project's folder, where a cell finds `csdnet`; it goes with the test.
  const folder = at('.artefacts', `notebooks-${process.pid}`);
  beforeAll(() => fs.mkdirSync(folder, { recursive: true }));
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  /** Writes a notebook of these cells; gives its file. */
  function made(name, cells) {
    const file = path.join(folder, name);
    fs.writeFileSync(file, JSON.stringify(notebookOf(cells)));
    return file;
  }
  const printedBy = (outputs) => outputs.map((output) => textOf(output.text));

  /** Runs a notebook of these cells and gives what the check finds. */
  async function problemsOf(sources, options) {
    const outputs = [{ output_type: 'stream', name: 'stdout', text: 'of an earlier run' }];
    const cells = sources.map((source, i) => ({ ...codeCell(`c${i}`, source), outputs, execution_count: 7 }));
    const file = made('made.ipynb', cells);
    const { problems, target } = await runNotebook(file, { target: path.join(folder, 'out.ipynb'), ...options });
    return { problems, executed: JSON.parse(fs.readFileSync(target, 'utf8')) };
  }

  it('passes a good notebook, and forgets the outputs that it had', async () => {
    const { problems, executed } = await problemsOf(["import * as cs from 'csdnet';\ncs.mean([1, 2, 3])", '']);
    expect(problems).toEqual([]);
    expect(printedBy(outputsOf(executed.cells))).toEqual(['2\n']);
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

  it('compares: a kept output that is another fails', async () => {
    const outputs = [{ output_type: 'stream', name: 'stdout', text: '2\n' }];
    const file = made('kept.ipynb', [{ ...codeCell('c', '1 + 2'), outputs, execution_count: 1 }]);
    const { problems, differences } = await runNotebook(file, { target: path.join(folder, 'out.ipynb') });
    expect(problems).toEqual([]);
    expect(differences).toHaveLength(1);
    expect(differences[0]).toMatch(/^cell 1 gives other outputs than are kept: .*kept: 2 .*came: 3/s);
  });

  describe('with parameters', () => {
    const source = () =>
      made('parameters.ipynb', [
        codeCell('a', "import * as cs from 'csdnet';\nlet presetName: cs.PresetName = 'tiny';\nlet seed = 1;", [
          'parameters',
        ]),
        codeCell(
          'b',
          'const config = cs.preset(presetName, { seed: seed });\nconsole.log(config.seed, config.backbone.kind);',
        ),
      ]);
    const printed = (file) => printedBy(outputsOf(codeCells(JSON.parse(fs.readFileSync(file, 'utf8'))))).join('');

    it('takes other values', async () => {
      const target = path.join(folder, 'set.ipynb');
      const { problems } = await runNotebook(source(), { target, values: { seed: 2, presetName: 'laptop' } });
      expect(problems).toEqual([]);
      expect(printed(target)).toContain('2 efficientnet-lite0\n');
    });

    it('says which there are for a name that it does not know, and runs nothing', async () => {
      const run = runNotebook(source(), { values: { sead: 2 } });
      await expect(run).rejects.toThrow(/parameters has no parameter "sead".*presetName = 'tiny'.*seed = 1/s);
    });

    it('keeps their declared types: comparisons stay possible, and a value of another kind is a type error', async () => {
      const target = path.join(folder, 'typed.ipynb');
      const file = made('typed-source.ipynb', [
        codeCell('c0', 'let seed = 1; let name = "a";', ['parameters']),
        codeCell('c1', 'console.log(seed === 1, name === "a");'),
      ]);
      expect((await runNotebook(file, { target, values: { seed: 2, name: 'b' } })).problems).toEqual([]);
      expect(printed(target)).toContain('false false');
      const { problems } = await runNotebook(file, { target, values: { seed: 'two' } });
      expect(problems[0]).toMatch(/cell 2 .*'string' is not assignable to type 'number'/s);
    });

    it.skipIf(!hasPapermill)(`takes them from papermill as well${NO_PAPERMILL}`, () => {
      const target = path.join(folder, 'papermill.ipynb');
      const args = [source(), target, '-p', 'seed', '2', '-p', 'presetName', 'laptop', '--no-progress-bar'];
      const { status, stderr } = spawnSync(venv('papermill'), args, {
        ...{ cwd: folder, encoding: 'utf8', env: { ...process.env, ...jupyterEnv() } },
      });
      expect(status, stderr).toBe(0);
      expect(printed(target)).toContain('2 efficientnet-lite0\n');
    });
  });
});
