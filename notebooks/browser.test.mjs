// Every notebook in a real JupyterLab in a real browser: it runs to its end, its figures are drawn and answer the mouse, its training can be
// stopped, a changed value changes what is shown, and nothing is fetched from elsewhere. Screenshots: .artefacts/screens.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { choose, openLab, runAll, scrollThrough, scrollTo, withoutOutputs } from '../scripts/browser.mjs';
import { executablePath, HOW } from '../scripts/chromium.mjs';
import { allNotebooks } from '../scripts/notebooks.mjs';
import { codeCell, codeCells, notebookOf, sourceOf } from '../scripts/notebooks/cells.mjs';
import { at } from '../scripts/setup/stamp.mjs';

if (!executablePath) console.warn(`The browser test is skipped: ${HOW}.`);

const SCREENS = at('.artefacts', 'screens');
const PLOTLY = 'application/vnd.plotly.v1+json';

const kept = Object.fromEntries(
  allNotebooks().map((file) => [path.basename(file), JSON.parse(fs.readFileSync(file, 'utf8'))]),
);

/** What no notebook of the course should do for so long. */
const STOP = notebookOf(
  [
    "import * as cs from 'csdnet';\nconst dataset = await cs.openDataset('leaf20');",
    "const long = await cs.trainLive(dataset, cs.preset('tiny', { dataset: { name: 'leaf20' }, training: { epochs: 5000 } }));",
    'cs.say(`stopped: ${long.stopped}, epochs kept: ${long.epochs.length > 0}`);',
  ].map((source, i) => codeCell(`c${i}`, source)),
);

/** What a reader does with the outputs that answer, by notebook: a page from disk trusts its scripts, JupyterLab has to. */
const ANSWERS = {
  async '07-queue-atlas.ipynb'(page) {
    const atlas = await scrollTo(page, page.locator('.csdnet-atlas'));
    await atlas.locator('svg.map').scrollIntoViewIfNeeded();
    await atlas.locator('.point').last().hover({ force: true });
    const picture = atlas.locator('.tip img');
    await picture.waitFor({ state: 'visible', timeout: 5000 });
    expect(await picture.evaluate((img) => img.decode().then(() => img.naturalWidth))).toBeGreaterThan(20);
    expect(await atlas.locator('.tip .words').textContent()).toMatch(/family\d\d-[a-d], (train|test) image/);
    await page.screenshot({ path: path.join(SCREENS, '07-queue-atlas-hover.png') });
  },
  async '08-errors.ipynb'(page) {
    const linked = await scrollTo(page, page.locator('.csdnet-linked'));
    const cell = linked.locator('[data-cell]').last();
    await cell.scrollIntoViewIfNeeded();
    await cell.click();
    expect(await linked.locator('.behind').textContent()).toMatch(/was called|named rightly|family\d\d/);
    const pictures = linked.locator('.behind img');
    expect(await pictures.evaluateAll((all) => all.filter((one) => one.naturalWidth > 0).length)).toBeGreaterThan(1);
    await page.screenshot({ path: path.join(SCREENS, '08-errors-click.png') });
  },
};

describe.skipIf(!executablePath)(`the notebooks in JupyterLab${executablePath ? '' : ` (skipped: ${HOW})`}`, () => {
  let lab, page;

  beforeAll(async () => {
    fs.rmSync(SCREENS, { recursive: true, force: true });
    fs.mkdirSync(SCREENS, { recursive: true });
    const fresh = Object.fromEntries(Object.entries(kept).map(([name, notebook]) => [name, withoutOutputs(notebook)]));
    lab = await openLab(at('.artefacts', `browser-${process.pid}`), { ...fresh, 'stop.ipynb': STOP });
    page = lab.page;
  }, 120_000);
  afterAll(async () => lab?.close(), 60_000);

  describe.each(Object.keys(kept))('%s', (name) => {
    const cells = codeCells(kept[name]);
    const outputs = cells.flatMap((cell) => cell.outputs);
    const count = (type) => outputs.filter(({ data }) => data?.[type]).length;
    const drawn = { figures: new Set(), wide: [] };
    const screen = (step) =>
      path.join(SCREENS, `${path.basename(name, '.ipynb')}-${String(step).padStart(2, '0')}.png`);

    afterAll(async () => lab.endKernels());

    it('runs every cell to its end without an error', { timeout: 240_000 }, async ({ onTestFailed }) => {
      onTestFailed(() => page.screenshot({ path: at('.artefacts', 'browser-failed.png') }));
      await lab.open(name);
      await runAll(page, cells.length, 180_000);
      await scrollThrough(page, async (step) => {
        await page.screenshot({ path: screen(step) });
        for (const id of await page
          .locator('.js-plotly-plot')
          .evaluateAll((all) => all.map((one) => (one.dataset.seen ??= String(performance.now() + Math.random())))))
          drawn.figures.add(id);
        drawn.wide.push(
          ...(await page
            .locator('.jp-RenderedSVG img')
            .evaluateAll((all) => all.map((one) => [one.naturalWidth, one.parentElement.clientWidth]))),
        );
      });
      const errors = page.locator(
        '[data-mime-type="application/vnd.jupyter.stderr"], [data-mime-type="application/vnd.jupyter.error"]',
      );
      expect(await errors.allTextContents()).toEqual([]);
    });

    if (name in ANSWERS) it('answers the mouse with pictures', { timeout: 60_000 }, () => ANSWERS[name](page));

    it('draws every figure, and no picture is wider than its place', () => {
      expect(drawn.figures.size).toBe(count(PLOTLY));
      for (const [width, room] of drawn.wide) if (room > 0) expect(width).toBeLessThanOrEqual(room);
    });
  });

  it('answers the mouse: a point of the map tells its class', { timeout: 240_000 }, async () => {
    await lab.open('00-map.ipynb');
    await runAll(page, codeCells(kept['00-map.ipynb']).length, 180_000);
    const map = await scrollTo(page, page.locator('.js-plotly-plot:has-text("UMAP 1")'));
    await page.waitForTimeout(500);
    const box = await map.locator('.scatterlayer .points path').last().boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    const label = page.locator('.hoverlayer .hovertext').first();
    await label.waitFor({ timeout: 5000 });
    expect(await label.textContent()).toMatch(/family\d\d-[a-d]/);
  });

  it('shows a changed number after a changed value', { timeout: 60_000 }, async () => {
    const cell = await scrollTo(page, page.locator('.jp-CodeCell:has-text("const xi =")'));
    const before = await cell.locator('.jp-OutputArea').textContent();
    expect(before).toContain('0.32667');
    const source = codeCells(kept['00-map.ipynb'])
      .map(sourceOf)
      .find((text) => text.includes('const xi = 0.4;'));
    await cell.locator('.cm-content').click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(source.replace('const xi = 0.4;', 'const xi = 0;'));
    await page.keyboard.press('Shift+Enter');
    await expect
      .poll(async () => cell.locator('.jp-OutputArea').textContent(), { timeout: 20_000 })
      .toMatch(/mean: (?!0\.32667)0\.\d{5}/);
    await lab.endKernels();
  });

  it('stops a training at the stop button and keeps what was done', { timeout: 120_000 }, async () => {
    await lab.open('stop.ipynb');
    await choose(page, 'Run', 'Run All Cells');
    await page.waitForSelector('.jp-OutputArea :text-matches("epoch ([2-9]|[1-9][0-9]+) of 5000")', {
      timeout: 60_000,
    });
    await page.click(
      '.jp-ToolbarButtonComponent[data-command="notebook:interrupt-kernel"], [data-jp-item-name="interrupt"] jp-button',
    );
    await page.waitForSelector('.jp-OutputArea :text("stopped; kept:")', { timeout: 30_000 });
    // The cells after it still run: the run that was stopped is a value like any other.
    await page.waitForSelector('.jp-OutputArea :text("stopped: true, epochs kept: true")', { timeout: 30_000 });
  });

  it('asked nobody but this machine for anything', () => {
    expect([...lab.foreign]).toEqual([]);
  });
});
