#!/usr/bin/env node
// Builds the course as a book: static HTML pages of the executed notebooks, which work from disk, without a network.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { allNotebooks } from './notebooks.mjs';
import { escapeHtml, markdown } from './site/markdown.mjs';
import { notebookPage, titleOf } from './site/notebook.mjs';
import { pageHtml } from './site/page.mjs';
import { at } from './setup/stamp.mjs';
import { runMain } from './setup.mjs';
import { SetupError } from './setup/tools.mjs';

const HELP = `Usage: npm run site -- [--out folder]

Builds an HTML book of the notebooks as they are kept, with their outputs (default: .artefacts/site). Open its index.html in a browser, or copy the
folder to any web server.`;

/** Pages beside the notebooks: their file in the project, and their file in the book. */
const DOCUMENTS = {
  'README.md': 'readme.html',
  'CONTRIBUTING.md': 'contributing.html',
  'CHANGELOG.md': 'changelog.html',
};

/** Files that every page uses. */
const ASSETS = {
  'style.css': at('scripts', 'site', 'style.css'),
  'figures.js': at('scripts', 'site', 'figures.js'),
  'plotly.min.js': at('node_modules', 'plotly.js', 'dist', 'plotly-cartesian.min.js'),
};

/** By this file a folder is known as a book of ours, which a newer one may replace. */
const MARKER = '.csdnet-site';

/** KaTeX's style and fonts, of which every browser reads the one format that is copied. */
function writeKatex(folder) {
  const katex = at('node_modules', 'katex', 'dist');
  const css = fs.readFileSync(path.join(katex, 'katex.min.css'), 'utf8');
  fs.writeFileSync(
    path.join(folder, 'katex.min.css'),
    css.replace(/,\s*url\([^)]*\.(woff|ttf)\)\s*format\("\w+"\)/g, ''),
  );
  fs.mkdirSync(path.join(folder, 'fonts'));
  for (const name of fs.readdirSync(path.join(katex, 'fonts')).filter((one) => one.endsWith('.woff2')))
    fs.copyFileSync(path.join(katex, 'fonts', name), path.join(folder, 'fonts', name));
}

/** Where a link of a page in `folder` (of the project) leads in the book; undefined where it leads to nothing there. */
function linkIn(folder) {
  return (target) => {
    if (/^(https?:|mailto:|#)/.test(target)) return target;
    const [file, hash] = target.split('#');
    const inProject = path.posix.normalize(path.posix.join(folder, file));
    const page = /^notebooks\/[\w.-]+\.ipynb$/.test(inProject)
      ? `${path.posix.basename(inProject, '.ipynb')}.html`
      : DOCUMENTS[inProject];
    return page && `${page}${hash === undefined ? '' : `#${hash}`}`;
  };
}

/** A picture of the project (an SVG) inside the page that shows it. */
const pictureIn = (source) =>
  /^(data|https?):/.test(source)
    ? source
    : `data:image/svg+xml;base64,${fs.readFileSync(at(...source.split('/'))).toString('base64')}`;

/** The pages by file name. */
function pagesOf(notebooks) {
  const chapters = notebooks.map((file) => {
    const notebook = JSON.parse(fs.readFileSync(file, 'utf8'));
    const name = path.basename(file, '.ipynb');
    return { notebook, name, href: `${name}.html`, title: titleOf(notebook) ?? name };
  });
  const pages = {};
  chapters.forEach((chapter, i) => {
    const { body, contents, inline } = notebookPage(chapter.notebook, linkIn('notebooks'));
    pages[chapter.href] = pageHtml({
      ...{ title: chapter.title, body, contents, inline, chapters, current: chapter.href, figures: true },
      ...{ previous: chapters[i - 1], next: chapters[i + 1] },
    });
  });
  for (const [file, href] of Object.entries(DOCUMENTS)) {
    const text = fs.readFileSync(at(file), 'utf8');
    const body = markdown(text, { link: linkIn('.'), image: pictureIn }).html;
    pages[href] = pageHtml({ title: /^# (.*)$/m.exec(text)?.[1] ?? file, body, contents: [], chapters, current: href });
  }
  const list = chapters.map(
    ({ href, name, title }) => `<li><a href="${href}"><b>${name}</b> ${escapeHtml(title)}</a></li>`,
  );
  const body = `<h1>CSDNet: learn, run, extend</h1>
<p>A course on contrastive self-distillation for ultra-fine-grained images, from the notebooks of the project. Every number and figure was made by the code
beside it. To change a value and see what happens, run the notebooks themselves: see <a href="readme.html">the README</a>.</p>
<ol class="chapters">${list.join('\n')}</ol>`;
  pages['index.html'] = pageHtml({
    title: 'CSDNet notebooks',
    body,
    contents: [],
    chapters,
    current: 'index.html',
    next: chapters[0],
  });
  return pages;
}

/** Builds the book in `folder`; a book that was there is replaced when the new one is whole. @returns its pages */
export function buildSite(folder, notebooks = allNotebooks()) {
  const pages = pagesOf(notebooks);
  if (fs.existsSync(folder) && !fs.existsSync(path.join(folder, MARKER)) && fs.readdirSync(folder).length > 0)
    throw new SetupError(`${folder} holds other files: name a folder of its own with --out.`);
  const partial = `${path.resolve(folder)}.partial`;
  fs.rmSync(partial, { recursive: true, force: true });
  fs.mkdirSync(path.join(partial, 'assets'), { recursive: true });
  for (const [name, html] of Object.entries(pages)) fs.writeFileSync(path.join(partial, name), html);
  for (const [name, file] of Object.entries(ASSETS)) fs.copyFileSync(file, path.join(partial, 'assets', name));
  writeKatex(path.join(partial, 'assets'));
  fs.writeFileSync(path.join(partial, MARKER), '');
  fs.rmSync(folder, { recursive: true, force: true });
  fs.renameSync(partial, folder);
  return Object.keys(pages);
}

function options() {
  try {
    return parseArgs({ options: { out: { type: 'string' }, help: { type: 'boolean' } } }).values;
  } catch (error) {
    throw new SetupError(`${error.message}\n\n${HELP}`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await runMain(async () => {
    const { out = at('.artefacts', 'site'), help } = options();
    if (help) {
      console.log(HELP);
      return 0;
    }
    const pages = buildSite(path.resolve(out));
    console.log(
      `${pages.length} pages. Open ${path.join(path.relative(process.cwd(), path.resolve(out)), 'index.html')}`,
    );
    return 0;
  });
