// The frame of a page: head, list of chapters, contents, way onward.
import { escapeHtml } from './markdown.mjs';

const way = (chapter, words, name) =>
  chapter
    ? `<a class="${name}" href="${chapter.href}"><small>${words}</small><br/>${escapeHtml(chapter.title)}</a>`
    : '<span></span>';

/**
 * A whole page.
 *
 * @param figures whether it holds interactive figures
 */
export function pageHtml({ title, body, contents, chapters, current, previous, next, figures = false }) {
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
