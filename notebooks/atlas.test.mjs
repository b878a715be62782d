// The atlas of notebook 07 as a reader has it, in a page from disk: pointing shows an image, the slider moves the points, and two atlases on
// one page do not meet.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executablePath, HOW, startBrowser } from '../scripts/chromium.mjs';
import { at } from '../scripts/setup/stamp.mjs';

if (!executablePath) console.warn(`The test of the atlas is skipped: ${HOW}.`);

const folder = at('.artefacts', `atlas-${process.pid}`);

/** The atlas that is kept in the notebook. */
function keptAtlas() {
  const notebook = JSON.parse(fs.readFileSync(at('notebooks', '07-queue-atlas.ipynb'), 'utf8'));
  const pieces = notebook.cells.flatMap(({ outputs = [] }) => outputs.map(({ data }) => [data?.['text/html']].flat().join(''))); // prettier-ignore
  return pieces.find((html) => html.includes('class="csdnet-atlas"'));
}

describe.skipIf(!executablePath)(`the atlas in a page from disk${executablePath ? '' : ` (skipped: ${HOW})`}`, () => {
  let browser, page;
  const errors = [];
  const asked = [];
  const one = () => page.locator('.csdnet-atlas').first();
  const other = () => page.locator('.csdnet-atlas').nth(1);
  /** Where the points of an atlas are. */
  const places = (atlas) => atlas.locator('.point').evaluateAll((all) => all.map((point) => point.style.transform));
  /** The middle of point `i` on the screen. */
  const middle = async (atlas, i) => {
    const box = await atlas.locator('.point').nth(i).boundingBox();
    return [box.x + box.width / 2, box.y + box.height / 2];
  };

  beforeAll(async () => {
    fs.mkdirSync(folder, { recursive: true });
    const html = keptAtlas();
    const file = path.join(folder, 'atlas.html');
    fs.writeFileSync(file, `<!doctype html><meta charset="utf-8"><title>Two atlases</title>${html}${html}`);
    browser = await startBrowser(folder);
    page = await browser.newPage({ viewport: { width: 900, height: 1800 }, reducedMotion: 'reduce' });
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(pathToFileURL(file).href);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }, 30_000);

  it('wakes up: controls are there, and the line about scripts is gone', async () => {
    expect(await one().locator('.controls').isVisible()).toBe(true);
    expect(await page.locator('.csdnet-atlas .off').count()).toBe(0);
    expect(await one().locator('.point').count()).toBeGreaterThan(50);
  });

  it('shows the image of the point under the mouse, and its class', async () => {
    await page.mouse.move(...(await middle(one(), 0)));
    const tip = one().locator('.tip');
    await tip.waitFor({ state: 'visible' });
    expect(await tip.locator('img').evaluate((img) => img.decode().then(() => img.naturalWidth))).toBeGreaterThan(20);
    expect(await tip.locator('.words').textContent()).toMatch(/family\d\d-[a-d], (train|test) image/);
    await one().screenshot({ path: at('.artefacts', 'atlas-hover.png') });
    await page.mouse.move(5, 5);
    expect(await tip.isVisible()).toBe(false);
  });

  it('moves the points with the slider, by the keyboard, and its neighbour on the page stays', async () => {
    const [before, beside] = [await places(one()), await places(other())];
    await one().locator('.slider').focus();
    await page.keyboard.press('Home');
    const early = await places(one());
    expect(early.filter((place, i) => place !== before[i]).length).toBeGreaterThan(before.length / 2);
    expect(await places(other())).toEqual(beside);
    expect(await one().locator('.note').textContent()).toMatch(/^full, epoch 2: trustworthiness 0\.\d\d/);
    await page.keyboard.press('End');
    expect(await places(one())).toEqual(before);
  });

  it('shows another variant in the same plane', async () => {
    const before = await places(one());
    await one().locator('.variant').selectOption('baseline');
    expect(await places(one())).not.toEqual(before);
    expect(await one().locator('.note').textContent()).toMatch(/^baseline, epoch/);
    await one().locator('.variant').selectOption('full');
    expect(await places(one())).toEqual(before);
  });

  it('shows one family alone, and one class', async () => {
    const bright = () => one().locator('.point').evaluateAll((all) => all.filter((p) => Number(p.style.opacity) > 0.5).length); // prettier-ignore
    const all = await bright();
    const family = one().locator('.group').first();
    await family.click();
    expect(await family.getAttribute('aria-pressed')).toBe('true');
    const some = await bright();
    expect(some).toBeLessThan(all / 2);
    await family.click();
    expect(await bright()).toBe(all);
    await one().locator('.class').selectOption('0');
    expect(await bright()).toBeLessThan(some);
    await one().locator('.class').selectOption('-1');
  });

  it('shows the rows of the queue with their ages, and lines to where their views lie now', async () => {
    await one().locator('.rows').check();
    const rows = await one().locator('.row').count();
    expect(rows).toBeGreaterThan(100);
    expect(await one().locator('.arrow').count()).toBe(rows);
    await one().locator('svg.map').focus();
    await page.keyboard.press('ArrowLeft');
    expect(await one().locator('.words').textContent()).toMatch(/row of the queue, \d+ steps? old/);
    await one().screenshot({ path: at('.artefacts', 'atlas-rows.png') });
    await one().locator('.rows').uncheck();
  });

  it('goes from image to image with the arrow keys', async () => {
    await one().locator('svg.map').focus();
    await page.keyboard.press('ArrowRight');
    const first = await one().locator('.words').textContent();
    expect(first).toMatch(/family/);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowLeft');
    expect(await one().locator('.words').textContent()).toBe(first);
    await page.keyboard.press('Escape');
    expect(await one().locator('.tip').isVisible()).toBe(false);
  });

  it('threw nothing, and asked for nothing but itself', () => {
    expect(errors).toEqual([]);
    expect(asked.filter((url) => !url.startsWith('file:') && !url.startsWith('data:'))).toEqual([]);
  });
});
