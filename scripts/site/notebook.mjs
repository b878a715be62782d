// An executed notebook as the body of a page.
import { sourceOf, textOf } from '../notebooks/cells.mjs';
import { escapeHtml, highlight, markdown, slugger } from './markdown.mjs';

const PLOTLY = 'application/vnd.plotly.v1+json';
const SVG = 'image/svg+xml';

/** The first heading. */
export const titleOf = (notebook) =>
  notebook.cells.map((cell) => /^# (.*)$/m.exec(sourceOf(cell))?.[1]).find((title) => title !== undefined);

/** A terminal's colours mean nothing on a page. */
// eslint-disable-next-line no-control-regex
const plain = (value) => escapeHtml(value.replace(/\u001b\[[0-9;]*m/g, ''));

/** An SVG as a picture of its own, so that names inside it cannot meet those of another; its title is what a screen reader says. */
const picture = (svg) =>
  `<img class="picture" alt="${(/<title>([^<]*)<\/title>/.exec(svg)?.[1] ?? 'figure').replace(/"/g, '&quot;')}" src="data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}"/>`;

/** JSON inside a script element: nothing in it can end the element. */
const embedded = (value) => JSON.stringify(value).replace(/</g, '\\u003c');

function dataHtml(data, link) {
  if (data[PLOTLY])
    return (
      `<div class="figure">${picture(textOf(data[SVG]))}<div class="live"></div>` +
      `<script type="application/json">${embedded(data[PLOTLY])}</script></div>`
    );
  if (data['text/html']) return `<div class="html">${textOf(data['text/html'])}</div>`;
  if (data['text/markdown']) return markdown(textOf(data['text/markdown']), { link }).html;
  if (data[SVG]) return `<div class="figure">${picture(textOf(data[SVG]))}</div>`;
  const image = ['image/png', 'image/jpeg'].find((type) => data[type]);
  if (image)
    return `<img class="picture" alt="" src="data:${image};base64,${escapeHtml(textOf(data[image]).trim())}"/>`;
  return `<pre>${plain(textOf(data['text/plain']))}</pre>`;
}

function outputHtml(output, link) {
  if (output.output_type === 'stream') return `<pre class="${output.name}">${plain(textOf(output.text))}</pre>`;
  if (output.output_type === 'error') return `<pre class="stderr">${plain(output.traceback.join('\n'))}</pre>`;
  return dataHtml(output.data, link);
}

function codeHtml(cell, link) {
  const outputs = cell.outputs.map((output) => outputHtml(output, link)).join('\n');
  const code =
    sourceOf(cell).trim() === ''
      ? ''
      : `<pre class="code"><code>${highlight(sourceOf(cell), 'typescript')}</code></pre>`;
  return `<section class="cell">${code}${outputs === '' ? '' : `<div class="output">${outputs}</div>`}</section>`;
}

/** The scripts in what a cell has shown as HTML: those of linked figures, which whoever ran the notebook has seen. */
const scriptsOf = (cell) =>
  (cell.outputs ?? []).flatMap(({ data }) =>
    [...textOf(data?.['text/html'] ?? '').matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text]) => text),
  );

/**
 * The page's body, its contents, and the scripts inside its outputs.
 *
 * @param link where a link leads in the book; undefined: nowhere
 */
export function notebookPage(notebook, link) {
  const slug = slugger();
  const contents = [];
  const parts = notebook.cells.map((cell) => {
    if (cell.cell_type === 'code') return codeHtml(cell, link);
    const { html, headings } = markdown(sourceOf(cell), { link, slug });
    contents.push(...headings.filter(({ level }) => level === 2));
    return html;
  });
  return { body: parts.join('\n'), contents, inline: notebook.cells.flatMap(scriptsOf) };
}
