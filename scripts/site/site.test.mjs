// The book: whole, without a network, and alive in a browser.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executablePath, HOW, startBrowser } from '../chromium.mjs';
import { allNotebooks } from '../notebooks.mjs';
import { at } from '../setup/stamp.mjs';
import { buildSite } from '../site.mjs';
import { markdown } from './markdown.mjs';

const folder = at('.artefacts', `site-${process.pid}`);
const site = path.join(folder, 'site');
let pages = [];
const read = (name) => fs.readFileSync(path.join(site, name), 'utf8');
const kept = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));

beforeAll(() => {
  fs.mkdirSync(folder, { recursive: true });
  pages = buildSite(site);
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe('Markdown', () => {
  it('sets equations, with MathML for screen readers, and leaves money and code alone', () => {
    expect(markdown('so $a_i^2$ is').html).toMatch(/so <span class="katex">.*<math.*<msubsup>.* is/s);
    expect(markdown('$$x = 1$$').html).toContain('display="block"');
    expect(markdown('5 $ and 6 $').html).toBe('<p>5 $ and 6 $</p>\n');
    expect(markdown('`$a$`').html).toBe('<p><code>$a$</code></p>\n');
  });

  it('keeps the words of a link that leads to nothing in the book', () => {
    const link = (target) => (target === 'here.html' ? target : undefined);
    expect(markdown('[a](here.html) [b](../lib)', { link }).html).toBe('<p><a href="here.html">a</a> <a>b</a></p>\n');
  });

  it('gives each heading a name of its own', () => {
    expect(markdown('## What is $x$?\n\n## What is $x$?').headings.map(({ id }) => id)).toEqual([
      'what-is',
      'what-is-2',
    ]);
  });
});

describe('the book', () => {
  it('has a page for every notebook, in order, with a way onward', () => {
    const names = allNotebooks().map((file) => `${path.basename(file, '.ipynb')}.html`);
    expect(pages).toEqual(expect.arrayContaining(['index.html', 'readme.html', ...names]));
    names.forEach((name, i) => {
      if (names[i + 1]) expect(read(name)).toContain(`<a class="next" href="${names[i + 1]}">`);
      expect(read('index.html')).toContain(`href="${name}"`);
    });
  });

  it('fetches nothing from elsewhere, and every link and file is there', () => {
    for (const name of pages) {
      const html = read(name);
      // Names inside the data of a figure are no references.
      const shown = html.replace(/<script type="application\/json">.*?<\/script>/gs, '');
      const sources = [...shown.matchAll(/<(?:script|img|link|iframe|source)\b[^>]*?\s(?:src|href)="([^"]*)"/g)].map(
        ([, to]) => to,
      );
      expect(sources.filter((to) => !/^(data:|assets\/)/.test(to))).toEqual([]);
      const local = [...shown.matchAll(/<a [^>]*?href="([^"]*)"/g)]
        .map(([, to]) => to)
        .filter((to) => !/^(https?:|mailto:)/.test(to));
      for (const to of [...local, ...sources.filter((one) => one.startsWith('assets/'))]) {
        const [file, hash] = to.split('#');
        const target = file === '' ? name : file;
        expect(fs.existsSync(path.join(site, target)), `${name}: ${to}`).toBe(true);
        if (hash && target.endsWith('.html')) expect(read(target), `${name}: ${to}`).toContain(`id="${hash}"`);
      }
    }
  });

  it('brings every file that its styles name', () => {
    const assets = path.join(site, 'assets');
    for (const name of fs.readdirSync(assets).filter((one) => one.endsWith('.css'))) {
      const named = [...fs.readFileSync(path.join(assets, name), 'utf8').matchAll(/url\(([^)]*)\)/g)].map(
        ([, to]) => to,
      );
      for (const to of named) expect(fs.existsSync(path.join(assets, to)), `${name}: ${to}`).toBe(true);
    }
  });

  it('shows every output', () => {
    for (const file of allNotebooks()) {
      const outputs = kept(file).cells.flatMap((cell) => cell.outputs ?? []);
      const figures = outputs.filter(({ data }) => data?.['application/vnd.plotly.v1+json']).length;
      const html = read(`${path.basename(file, '.ipynb')}.html`);
      expect(html.split('<div class="live">').length - 1).toBe(figures);
    }
  });

  it('replaces an older book, and no folder of another kind', () => {
    fs.writeFileSync(path.join(site, 'old.html'), '');
    buildSite(site);
    expect(fs.existsSync(path.join(site, 'old.html'))).toBe(false);
    const other = path.join(folder, 'other');
    fs.mkdirSync(other);
    fs.writeFileSync(path.join(other, 'thesis.txt'), 'mine');
    expect(() => buildSite(other)).toThrow(/holds other files/);
    expect(fs.readdirSync(other)).toEqual(['thesis.txt']);
  });
});

describe.skipIf(!executablePath)(`the book in a browser${executablePath ? '' : ` (skipped: ${HOW})`}`, () => {
  let browser;
  beforeAll(async () => (browser = await startBrowser(folder)), 60_000);
  afterAll(async () => browser?.close());

  it(
    'draws figures and equations from disk, asks for nothing, and stays within a phone',
    { timeout: 240_000 },
    async () => {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      const [errors, foreign] = [[], []];
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('request', (request) => /^(file|data|blob):/.test(request.url()) || foreign.push(request.url()));
      fs.mkdirSync(at('.artefacts', 'screens'), { recursive: true });
      for (const file of allNotebooks()) {
        const name = path.basename(file, '.ipynb');
        await page.setViewportSize({ width: 1280, height: 900 });
        await page.goto(pathToFileURL(path.join(site, `${name}.html`)).href);
        const figures = await page.locator('.figure:has(> script)').count();
        for (let i = 0; i < figures; i++) {
          await page.locator('.figure:has(> script)').nth(i).scrollIntoViewIfNeeded();
          await page.waitForSelector(`.figure.drawn`, { timeout: 10_000 });
        }
        await expect
          .poll(() => page.locator('.figure.drawn .js-plotly-plot .main-svg').count(), { timeout: 10_000 })
          .toBeGreaterThanOrEqual(figures);
        const math = page.locator('main .katex-html').first();
        if ((await math.count()) > 0) {
          expect((await math.boundingBox()).width).toBeGreaterThan(3);
          expect(await page.evaluate(() => document.fonts.check('16px KaTeX_Main'))).toBe(true);
        }
        await page.evaluate(() => window.scrollTo(0, 0));
        await page.screenshot({ path: at('.artefacts', 'screens', `site-${name}.png`), fullPage: true });
        await page.setViewportSize({ width: 390, height: 800 });
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth),
          `${name} on a phone`,
        ).toBeLessThanOrEqual(392);
      }
      expect(errors).toEqual([]);
      expect(foreign).toEqual([]);
    },
  );
});
