// The linked confusion matrix in a real browser: a page opened from disk, as a notebook's HTML is, with the output three times on it.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executablePath, HOW, startBrowser } from '../scripts/chromium.mjs';
import { at } from '../scripts/setup/stamp.mjs';

const require = createRequire(import.meta.url);
const folder = at('.artefacts', `linked-${process.pid}`);

/** A matrix of three classes; each picture is of one colour. */
function matrix(title) {
  const { linkedConfusionHtml } = require('../lib/dist/report/linked/confusion.js');
  const { pngDataUri } = require('../lib/dist/plots/png.js');
  const picture = (level) => pngDataUri({ height: 4, width: 4, data: new Uint8Array(48).fill(level) });
  return linkedConfusionHtml({
    title,
    names: ['oak', 'ash', 'elm <i>'],
    boundaries: [2],
    counts: [
      [2, 1, 0],
      [2, 1, 0],
      [0, 1, 2],
    ],
    pictures: Array.from({ length: 10 }, (_, i) => picture(20 * i)),
    guesses: [
      { picture: 0, truth: 0, predicted: 1, probabilities: [0.25, 0.5] },
      { picture: 1, truth: 1, predicted: 0, probabilities: [0.125, 0.75] },
      { picture: 2, truth: 1, predicted: 0, probabilities: [0.375, 0.5] },
      { picture: 3, truth: 2, predicted: 1, probabilities: [0, 1] },
    ],
    training: [
      [4, 5],
      [6, 7],
      [8, 9],
    ],
  });
}

describe.skipIf(!executablePath)(`the linked confusion matrix${executablePath ? '' : ` (skipped: ${HOW})`}`, () => {
  let browser, page;
  const asked = [];
  const errors = [];

  beforeAll(async () => {
    fs.mkdirSync(folder, { recursive: true });
    // The same output twice, and another one, set in the way of JupyterLab: as text, its scripts made anew before it is on the page.
    const late = `const host = document.createElement('div');
      host.innerHTML = JSON.parse(document.getElementById('late').textContent);
      for (const script of host.querySelectorAll('script')) {
        const clone = document.createElement('script');
        for (const { name, value } of script.attributes) clone.setAttribute(name, value);
        clone.textContent = script.textContent;
        script.replaceWith(clone);
      }
      document.body.append(host);`;
    const text = JSON.stringify(matrix('second')).replace(/</g, '\\u003c');
    const body = `${matrix('first')}${matrix('first')}<script id="late" type="application/json">${text}</script><script>${late}</script>`;
    fs.writeFileSync(
      path.join(folder, 'page.html'),
      `<!doctype html><meta charset="utf-8"><title>linked</title>${body}`,
    );
    browser = await startBrowser(folder);
    page = await browser.newPage({ viewport: { width: 1000, height: 900 } });
    page.on('request', (request) => asked.push(request.url()));
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(pathToFileURL(path.join(folder, 'page.html')).href);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const matrices = () => page.locator('.csdnet-linked');
  /** The pictures that are seen beside a matrix. */
  const seen = (root) =>
    root.locator('.behind img').evaluateAll((all) => all.map((one) => one.naturalWidth > 0 && one.clientWidth > 40));

  it('starts each output with its most confused pair', async () => {
    expect(await matrices().count()).toBe(3);
    expect(errors).toEqual([]);
    for (let i = 0; i < 3; i++) {
      const root = matrices().nth(i);
      expect(await root.locator('.behind').textContent()).toContain('ash was called oak: 2 of 3 test images');
      expect(await seen(root)).toEqual([true, true, true, true, true, true]);
    }
  });

  it('shows the pictures of a cell that is clicked, and leaves the other outputs as they are', async () => {
    const root = matrices().nth(2);
    await root.locator('[data-cell="2,1"]').click();
    const text = await root.locator('.behind').textContent();
    expect(text).toContain('elm <i> was called ash: 1 of 3 test images');
    expect(text).toContain('true: 0 %');
    expect(text).toContain('called: 100 %');
    expect(await seen(root)).toEqual([true, true, true, true, true]);
    expect(await matrices().nth(0).locator('.behind').textContent()).toContain('ash was called oak');
  });

  it('walks by arrow keys from cell to cell, and no key reaches the page around it', async () => {
    await page.evaluate(() => document.addEventListener('keydown', () => (window.heard = (window.heard ?? 0) + 1)));
    const root = matrices().nth(0);
    await root.locator('[data-cell="1,0"]').click();
    await page.keyboard.press('ArrowLeft');
    expect(await root.locator('.behind').textContent()).toContain('oak was called ash: 1 of 3');
    await page.keyboard.press('ArrowDown');
    expect(await root.locator('[aria-pressed="true"]').getAttribute('data-cell')).toBe('2,1');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowLeft');
    expect(await root.locator('[aria-pressed="true"]').getAttribute('data-cell')).toBe('0,1');
    expect(await page.evaluate(() => window.heard ?? 0)).toBe(0);
  });

  it('asks nobody for anything', () => {
    expect(asked.filter((url) => !/^(file|data):/.test(url))).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('is a table and words where scripts do not run', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const still = await context.newPage();
    await still.goto(pathToFileURL(path.join(folder, 'page.html')).href);
    const text = await still.locator('.csdnet-linked').first().innerText();
    expect(text).toContain('ash was called oak: 2 of 3 images');
    expect(text).toContain('They do not run on GitHub');
    await context.close();
  });
});
