// Markdown with equations, as HTML. KaTeX sets them here, so a page needs its fonts and no script; MathML inside is for screen readers.
import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import typescript from 'highlight.js/lib/languages/typescript';
import katex from 'katex';
import MarkdownIt from 'markdown-it';

hljs.registerLanguage('typescript', typescript);
hljs.registerLanguage('bash', bash);
const ALIASES = { ts: 'typescript', sh: 'bash', shell: 'bash' };

/** Code with its words marked; plain where the language is not known. */
export function highlight(code, language) {
  const name = ALIASES[language] ?? language;
  return hljs.getLanguage(name) ? hljs.highlight(code, { language: name }).value : escapeHtml(code);
}

export const escapeHtml = (text) =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

/** Names of headings for links: each once. */
export function slugger() {
  const used = new Map();
  return (text) => {
    const base =
      text
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]+/gu, '-')
        .replace(/^-+|-+$/g, '') || 'section';
    const count = used.get(base) ?? 0;
    used.set(base, count + 1);
    return count === 0 ? base : `${base}-${count + 1}`;
  };
}

/** $...$ and $$...$$ as a rule of markdown-it. */
function equations(parser) {
  parser.inline.ruler.before('escape', 'equation', (state, silent) => {
    const { src, pos } = state;
    if (src[pos] !== '$') return false;
    const fence = src.startsWith('$$', pos) ? '$$' : '$';
    const from = pos + fence.length;
    const to = src.indexOf(fence, from);
    const inside = src.slice(from, to);
    // "5 $ and 6 $" is money, not an equation.
    if (to <= from || (fence === '$' && /^\s|\s$/.test(inside))) return false;
    if (!silent) Object.assign(state.push('equation', 'math', 0), { content: inside, markup: fence });
    state.pos = to + fence.length;
    return true;
  });
  parser.renderer.rules.equation = (tokens, i) =>
    katex.renderToString(tokens[i].content, {
      displayMode: tokens[i].markup === '$$',
      throwOnError: true,
    });
}

const parser = new MarkdownIt({ html: true, highlight });
equations(parser);
parser.renderer.rules.table_open = () => '<div class="wide"><table>';
parser.renderer.rules.table_close = () => '</table></div>';

/**
 * Markdown as HTML.
 *
 * @param link where a link leads in the book; undefined: its text stays without a link
 * @param image where a picture is taken from
 * @returns the HTML and its headings
 */
export function markdown(text, { link = (target) => target, image = (source) => source, slug = slugger() } = {}) {
  const tokens = parser.parse(text, {});
  const headings = [];
  tokens.forEach((token, i) => {
    if (token.type === 'heading_open') {
      const words = tokens[i + 1].children
        .filter(({ type }) => type !== 'equation')
        .map(({ content }) => content)
        .join('');
      const id = slug(words);
      token.attrSet('id', id);
      headings.push({ level: Number(token.tag.slice(1)), text: words, id });
    }
    for (const child of token.children ?? []) {
      if (child.type === 'image') child.attrSet('src', image(child.attrGet('src')));
      if (child.type !== 'link_open') continue;
      const target = link(child.attrGet('href'));
      if (target === undefined) child.attrs = [];
      else child.attrSet('href', target);
    }
  });
  return { html: parser.renderer.render(tokens, parser.options, {}), headings };
}
