// Names from outside in a real browser: classes and files called like scripts run none, and look as they are written.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import MarkdownIt from 'markdown-it';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withoutControls } from '../lib/src/core/text';
import { figureToSvg } from '../lib/src/report/svg';
import { HOSTILE, outputsWith } from '../lib/src/testing/outputs';
import { executablePath, HOW, startBrowser } from './chromium.mjs';
import { at } from './setup/stamp.mjs';
import { notebookPage } from './site/notebook.mjs';
import { pageHtml } from './site/page.mjs';

const folder = at('.artefacts', `escaping-${process.pid}`);
const PLOTLY = at('node_modules', 'plotly.js', 'dist', 'plotly-cartesian.min.js');
const SVG = 'image/svg+xml';
const MIME = 'application/vnd.plotly.v1+json';

/** Each hostile name beside another. */
const pairs = HOSTILE.map((one, i) => [one, HOSTILE[(i + 5) % HOSTILE.length]]);

/** What is said is compared without the white space that a page folds. */
const folded = (text) => withoutControls(text).replace(/\s+/g, ' ').trim();

/** All outputs of some names as a notebook has them. */
function notebookOf(outputs) {
  const code = (data) => ({ cell_type: 'code', source: 'look()', outputs: [{ output_type: 'display_data', data }] });
  const figures = Object.values(outputs.figures);
  return {
    cells: [
      { cell_type: 'markdown', source: '# Names' },
      // A whole page is no output of a cell.
      ...Object.entries(outputs.html).flatMap(([name, html]) => (name === 'page' ? [] : [code({ 'text/html': html })])),
      ...figures.map((figure) => code({ [MIME]: { data: figure.data, layout: figure.layout }, [SVG]: figureToSvg(figure) })), // prettier-ignore
      code({ 'text/markdown': outputs.markdown }),
      {
        cell_type: 'code',
        source: '1',
        outputs: [{ output_type: 'stream', name: 'stdout', text: outputs.table.title }],
      },
    ],
  };
}

describe('Markdown', () => {
  // As GitHub and the hub read it: HTML is let through.
  const parser = new MarkdownIt({ html: true });
  const OWN = new Set(['p', 'strong', 'br', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'h1', 'h2', 'ul', 'li', 'hr', 'pre', 'code', 'em']); // prettier-ignore

  it.each(pairs)('%j and %j are text in tables and model cards', (...names) => {
    const { markdown, card } = outputsWith(names);
    for (const text of [markdown, card.slice(card.indexOf('\n---\n', 4) + 5)]) {
      const html = parser.render(text);
      expect([...html.matchAll(/<\/?([^\s>]*)/g)].map(([, tag]) => tag.replace(/\/$/, '')).filter((tag) => !OWN.has(tag))).toEqual([]); // prettier-ignore
    }
    expect(parser.render(card).match(/<h[12]/g)).toEqual(parser.render(outputsWith(['a', 'b']).card).match(/<h[12]/g));
    expect(parser.render(markdown).match(/<td/g)).toHaveLength(6);
  });
});

describe.skipIf(!executablePath)(`names in a browser${executablePath ? '' : ` (skipped: ${HOW})`}`, () => {
  let browser, page;
  const heard = [];

  beforeAll(async () => {
    fs.mkdirSync(path.join(folder, 'assets'), { recursive: true });
    fs.copyFileSync(PLOTLY, path.join(folder, 'assets', 'plotly.min.js'));
    fs.copyFileSync(at('scripts', 'site', 'figures.js'), path.join(folder, 'assets', 'figures.js'));
    fs.copyFileSync(at('scripts', 'site', 'style.css'), path.join(folder, 'assets', 'style.css'));
    fs.writeFileSync(path.join(folder, 'assets', 'katex.min.css'), '');
    browser = await startBrowser(folder);
    page = await browser.newPage();
    page.on('dialog', (dialog) => (heard.push(`dialog: ${dialog.message()}`), dialog.dismiss()));
    page.on('pageerror', (error) => heard.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && heard.push(message.text()));
    page.on('request', (request) => /^(file|data|blob):/.test(request.url()) || heard.push(request.url()));
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const open = async (name, html) => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, html);
    await page.goto(pathToFileURL(file).href);
  };

  it('run no script in the page of a table, and are read as they are written', { timeout: 240_000 }, async () => {
    for (const names of pairs) {
      await open('page.html', outputsWith(names).html.page);
      const cells = await page.locator('section#classes th[scope=row]').allInnerTexts();
      expect(cells.map(folded).sort()).toEqual(expect.arrayContaining(names.map(folded)));
      await page.locator('td[data-cell]').first().click();
      expect(folded(await page.locator('.behind p').first().innerText())).toContain(folded(names[0]));
    }
    expect(heard).toEqual([]);
  });

  it('run no script in the book, nor in the figures that Plotly draws there', { timeout: 400_000 }, async () => {
    // Every second pair: each name is in one of them.
    for (const names of pairs.filter((_, i) => i % 2 === 0)) {
      const outputs = outputsWith(names);
      const parts = notebookPage(notebookOf(outputs), (to) => to);
      await open('book.html', pageHtml({ ...parts, title: names[0], chapters: [], current: '', figures: true }));
      for (const figure of await page.locator('.figure:has(> script)').all()) await figure.scrollIntoViewIfNeeded();
      await expect
        .poll(() => page.locator('.figure.drawn .js-plotly-plot .main-svg').count(), { timeout: 20_000 })
        .toBeGreaterThanOrEqual(Object.keys(outputs.figures).length);
      const made = await page.evaluate(() =>
        [
          ...document.querySelectorAll(
            '.js-plotly-plot a, .js-plotly-plot script, .js-plotly-plot image, main script[src], main iframe',
          ),
        ]
          .filter((one) => !one.closest('.modebar') && !/^data:image\/png/.test(one.getAttribute('href') ?? ''))
          .map((one) => one.outerHTML),
      );
      expect(made).toEqual([]);
    }
    expect(heard).toEqual([]);
  });

  it('stays silent where a script did slip in, since each page says which scripts it has', async () => {
    const slipped = '<img src=x onerror="alert(1)"><a id="bad" href="javascript:alert(2)">x</a>';
    const { html } = outputsWith(['a', 'b']);
    await open('slipped.html', html.page.replace('<main>', `<main>${slipped}<script>alert(3)</script>`));
    await page.click('#bad');
    const markdown = { cells: [{ cell_type: 'markdown', source: `# x\n\n${slipped}\n\n<script>alert(3)</script>` }] };
    const parts = notebookPage(markdown, (to) => to);
    await open('slipped-book.html', pageHtml({ ...parts, title: 'x', chapters: [], current: '' }));
    await page.click('#bad');
    await page.waitForTimeout(200);
    expect(heard.filter((one) => one.startsWith('dialog'))).toEqual([]);
    expect(heard.filter((one) => /Content Security Policy/.test(one)).length).toBeGreaterThanOrEqual(4);
  });
});
