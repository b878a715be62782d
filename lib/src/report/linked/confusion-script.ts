/**
 * What the linked confusion matrix does in the page: plain JavaScript of ours, no library, no request. It is text here because it runs in a
 * reader's browser and not in Node; `LINKED` becomes the name of the element that it belongs to.
 *
 * A page may hold the same output twice, and JupyterLab runs an output's script again when it draws it anew: so it takes every element of its
 * name that is not ready yet.
 */
export const SCRIPT = String.raw`
(() => {
  const percent = (share) => (100 * share).toFixed(0) + ' %';

  /** An element with text or with children; text from data is never read as HTML. */
  function make(tag, className, content) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (typeof content === 'string') element.textContent = content;
    else element.append(...content);
    return element;
  }

  function start(root) {
    const data = JSON.parse(root.querySelector('script[type="application/json"]').textContent);
    const behind = root.querySelector('.behind');
    const cells = [...root.querySelectorAll('td[data-cell]')];
    const place = (cell) => cell.dataset.cell.split(',').map(Number);

    function picture(index, alt, words) {
      const image = make('img', '', '');
      image.src = data.pictures[index];
      image.alt = alt;
      return make('figure', '', [image, ...words.map((line) => make('figcaption', '', line))]);
    }

    function tests(t, p) {
      const own = data.guesses.filter((guess) => guess.truth === t && guess.predicted === p);
      return own.map(({ picture: index, probabilities }) => {
        const lines = (probabilities || []).map((share, i) => (i === 0 ? 'true: ' : 'called: ') + percent(share));
        return picture(index, data.scored + ' image of ' + data.names[t] + ', called ' + data.names[p], t === p ? lines.slice(0, 1) : lines);
      });
    }

    const training = (c) => data.training[c].map((index) => picture(index, 'training image of ' + data.names[c], []));

    /** Shows what lies behind a cell. */
    function choose(cell) {
      const [t, p] = place(cell);
      for (const other of cells) {
        other.tabIndex = other === cell ? 0 : -1;
        other.setAttribute('aria-pressed', String(other === cell));
      }
      const [a, b] = [data.names[t], data.names[p]];
      const count = Number(cell.textContent) + ' of ' + data.totals[t] + ' ' + data.scored + ' images';
      behind.replaceChildren(
        make('p', '', [make('b', '', a), t === p ? ' was named rightly: ' + count : ' was called ', make('b', '', t === p ? '' : b), t === p ? '' : ': ' + count]),
        make('div', 'row tests', tests(t, p)),
        make('small', '', data.guesses.some((guess) => guess.probabilities) ? 'The numbers are the probabilities that the model gives.' : ''),
        make('p', '', ['training images of ', make('b', '', a)]),
        make('div', 'row', training(t)),
        ...(t === p ? [] : [make('p', '', ['training images of ', make('b', '', b)]), make('div', 'row', training(p))]),
      );
    }

    /** The next cell: in reading order to the left and right, the nearest one up and down. */
    function next(cell, key) {
      const at = cells.indexOf(cell);
      if (key === 'ArrowLeft') return cells[at - 1];
      if (key === 'ArrowRight') return cells[at + 1];
      if (key === 'Home') return cells[0];
      if (key === 'End') return cells[cells.length - 1];
      const [t, p] = place(cell);
      const way = key === 'ArrowUp' ? -1 : key === 'ArrowDown' ? 1 : 0;
      const far = (other) => way * (place(other)[0] - t) + 3 * Math.abs(place(other)[1] - p);
      const there = cells.filter((other) => way * (place(other)[0] - t) > 0);
      return there.sort((one, other) => far(one) - far(other))[0];
    }

    root.addEventListener('click', (event) => {
      const cell = event.target.closest('td[data-cell]');
      if (!cell) return;
      choose(cell);
      cell.focus();
    });
    root.addEventListener('keydown', (event) => {
      const cell = event.target.closest('td[data-cell]');
      if (!cell) return;
      const arrow = /^(Arrow(Left|Right|Up|Down)|Home|End)$/.test(event.key);
      if (!arrow && event.key !== 'Enter' && event.key !== ' ') return;
      const to = arrow ? next(cell, event.key) : cell;
      event.preventDefault();
      event.stopPropagation();
      if (!to) return;
      choose(to);
      to.focus();
    });

    for (const cell of cells) {
      const [t, p] = place(cell);
      cell.setAttribute('role', 'button');
      cell.tabIndex = -1;
      cell.title = data.names[t] + ' called ' + data.names[p] + ': ' + cell.textContent;
      cell.setAttribute('aria-label', cell.title);
    }
    const wrong = cells.filter((cell) => place(cell)[0] !== place(cell)[1]);
    const most = (wrong.length > 0 ? wrong : cells).reduce(
      (best, cell) => (!best || Number(cell.textContent) > Number(best.textContent) ? cell : best), undefined);
    if (most) choose(most);
    root.dataset.ready = 'true';
  }

  document.querySelectorAll('[data-linked="LINKED"]:not([data-ready])').forEach(start);
})();
`;
