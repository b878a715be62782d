// The frame of a page: head, list of chapters, contents, way onward.
import { createHash } from 'node:crypto';
import { escapeHtml } from './markdown.mjs';

const way = (chapter, words, name) =>
  chapter
    ? `<a class="${name}" href="${chapter.href}"><small>${words}</small><br/>${escapeHtml(chapter.title)}</a>`
    : '<span></span>';

/**
 * What a page may load: files of the book, pictures in the page, and the scripts inside outputs, each by its hash. So no attribute (`onerror`), no
 * `javascript:` link and no script in Markdown runs, and nothing is asked of anybody. Styles are free: KaTeX and Plotly set them on elements.
 */
function policyOf(scripts) {
  const hashes = scripts.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  const script = [...new Set(["'self'", ...hashes])].join(' ');
  return `default-src 'none'; script-src ${script}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; base-uri 'none'; form-action 'none'`;
}

/**
 * A whole page.
 *
 * @param figures whether it holds interactive figures
 * @param inline the scripts inside its outputs, which may run
 */
export function pageHtml({ title, body, contents, chapters, current, previous, next, figures = false, inline = [] }) {
  const chapterList = chapters.map(({ href, name }) => {
    const here = href === current ? ' aria-current="page"' : '';
    const inside =
      href === current && contents.length > 0
        ? `<ul>${contents.map(({ id, text }) => `<li><a href="#${id}">${escapeHtml(text)}</a></li>`).join('')}</ul>`
        : '';
    return `<li><a href="${href}"${here}>${escapeHtml(name)}</a>${inside}</li>`;
  });
  const scripts = figures
    ? '<script src="assets/plotly.min.js"></script>\n<script src="assets/figures.js"></script>'
    : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="${policyOf(inline)}"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="assets/katex.min.css"/>
<link rel="stylesheet" href="assets/style.css"/>
</head>
<body>
<nav aria-label="Chapters"><details open><summary>Chapters</summary>
<p><a href="index.html">CSDNet notebooks</a></p>
<ul>${chapterList.join('\n')}</ul>
<p><a href="readme.html">README</a> · <a href="contributing.html">Contributing</a></p></details></nav>
<main>
${body}
<footer>${way(previous, 'Before', 'before')}${way(next, 'Next', 'next')}</footer>
</main>
${scripts}
</body>
</html>
`;
}
