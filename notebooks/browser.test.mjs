// The first notebook in a real JupyterLab in a real browser: it runs to its end, its figures are drawn and answer the mouse, and nothing
// is fetched from elsewhere.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executablePath, HOW, startBrowser } from '../scripts/chromium.mjs';
import { jupyterEnv, labCommand } from '../scripts/jupyter.mjs';
import { at } from '../scripts/setup/stamp.mjs';

if (!executablePath) console.warn(`The browser test is skipped: ${HOW}.`);

const NOTEBOOK = '00-map.ipynb';
const folder = at('.artefacts', `browser-${process.pid}`);
const token = randomUUID();

const freePort = () =>
  new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** The notebook as it is before its first run, so that nothing seen is of an earlier one. */
function withoutOutputs() {
  const notebook = JSON.parse(fs.readFileSync(at('notebooks', NOTEBOOK), 'utf8'));
  const empty = { outputs: [], execution_count: null };
  return {
    ...notebook,
    cells: notebook.cells.map((cell) => (cell.cell_type === 'code' ? { ...cell, ...empty } : cell)),
  };
}

/** JupyterLab on a copy of the notebook, with settings of its own, so that the user's layout and notebook stay as they are. */
async function startLab() {
  const port = await freePort();
  const home = path.join(folder, 'jupyter');
  fs.mkdirSync(path.join(folder, 'root'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'root', NOTEBOOK), JSON.stringify(withoutOutputs()));
  const options = ['--no-browser', `--port=${port}`, '--ServerApp.port_retries=0', `--IdentityProvider.token=${token}`];
  const [command, ...args] = labCommand(NOTEBOOK, { root: path.join(folder, 'root'), home, options });
  const child = spawn(command, args, {
    env: { ...process.env, ...jupyterEnv(home) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk) => (log += chunk));
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 150; tries++) {
    if (child.exitCode !== null) throw new Error(`JupyterLab ended with status ${child.exitCode}:\n${log}`);
    const reply = await fetch(`${url}/api/status?token=${token}`).catch(() => undefined);
    if (reply?.ok) return { child, url };
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  child.kill('SIGTERM');
  throw new Error(`JupyterLab did not answer in 30 s:\n${log}`);
}

const ended = (child) =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', resolve);
  });

/** Brings every cell into view once, since JupyterLab draws only what is near; then back to the top. */
async function scrollThrough(page) {
  const at = (share) =>
    page.evaluate((where) => {
      const list = document.querySelector('.jp-WindowedPanel-outer') ?? document.querySelector('.jp-Notebook');
      list.scrollTop = where * list.scrollHeight;
    }, share);
  for (let step = 0; step <= 20; step++) {
    await at(step / 20);
    await page.waitForTimeout(150);
  }
}

describe.skipIf(!executablePath)(
  `the first notebook in JupyterLab${executablePath ? '' : ` (skipped: ${HOW})`}`,
  () => {
    let lab, browser, page;
    const foreign = new Set();
    const cells = JSON.parse(fs.readFileSync(at('notebooks', NOTEBOOK), 'utf8')).cells.filter(
      (cell) => cell.cell_type === 'code',
    );
    // The cell of the latest table shows a figure where this checkout has run records, and a sentence where it has none.
    const always = cells.filter(({ source }) => !source.join('').includes('showLatestTable'));
    const outputs = always.flatMap((cell) => cell.outputs);
    const runs = at('data', 'runs');
    const tables = fs.existsSync(runs) && fs.readdirSync(runs).some((name) => name.endsWith('.json')) ? 1 : 0;

    beforeAll(async () => {
      lab = await startLab();
      browser = await startBrowser(folder);
      page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      page.on('request', (request) => {
        const { hostname, protocol } = new URL(request.url());
        if (protocol.startsWith('http') && hostname !== '127.0.0.1') foreign.add(request.url());
      });
    }, 90_000);

    afterAll(async () => {
      await browser?.close();
      lab?.child.kill('SIGTERM');
      if (lab) await ended(lab.child);
      fs.rmSync(folder, { recursive: true, force: true });
    }, 30_000);

    it('runs every cell to its end without an error', { timeout: 220_000 }, async ({ onTestFailed }) => {
      onTestFailed(() => page.screenshot({ path: at('.artefacts', 'browser-failed.png') }));
      await page.goto(`${lab.url}/lab/tree/${NOTEBOOK}?token=${token}`);
      await page.waitForSelector('.jp-Notebook .jp-CodeCell', { timeout: 60_000 });
      // Cells that are run before the kernel is there are lost.
      await page.waitForSelector('#jp-main-statusbar :text("TypeScript | Idle")', { timeout: 60_000 });
      await page.click('.lm-MenuBar-itemLabel:text-is("Run")');
      await page.click('.lm-Menu-itemLabel:text-is("Run All Cells")');
      await page.waitForFunction(
        (count) => {
          const prompts = [...document.querySelectorAll('.jp-Notebook .jp-InputArea-prompt')];
          return prompts.some((one) => one.textContent?.includes(`[${count}]`));
        },
        cells.length,
        { timeout: 150_000 },
      );
      await scrollThrough(page);
      const errors = page.locator(
        '[data-mime-type="application/vnd.jupyter.stderr"], [data-mime-type="application/vnd.jupyter.error"]',
      );
      expect(await errors.allTextContents()).toEqual([]);
      expect(await page.locator('.jp-OutputArea').allTextContents()).toEqual(
        expect.arrayContaining([expect.stringContaining('done in')]),
      );
    });

    it('draws every figure: the interactive ones and the pictures', async () => {
      const count = (type) => outputs.filter(({ data }) => data?.[type]).length;
      const interactive = count('application/vnd.plotly.v1+json');
      expect(interactive).toBeGreaterThan(3);
      expect(await page.locator('.js-plotly-plot').count()).toBe(interactive + tables);
      expect(await page.locator('.jp-RenderedSVG img').count()).toBe(count('image/svg+xml') - interactive);
      const wide = await page
        .locator('.jp-RenderedSVG img')
        .evaluateAll((all) => all.map((one) => [one.naturalWidth, one.parentElement.clientWidth]));
      for (const [width, room] of wide) expect(width).toBeLessThanOrEqual(room);
    });

    it('answers the mouse: a point of the map tells its class', async () => {
      const plot = page.locator('.js-plotly-plot:has(.scatterlayer .points path)').last();
      await plot.scrollIntoViewIfNeeded();
      await page.waitForTimeout(500);
      const box = await plot.locator('.scatterlayer .points path').last().boundingBox();
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      const label = page.locator('.hoverlayer .hovertext').first();
      await label.waitFor({ timeout: 5000 });
      expect(await label.textContent()).toMatch(/family\d\d-[a-d]/);
    });

    it('asked nobody but this machine for anything', () => {
      expect([...foreign]).toEqual([]);
    });
  },
);
