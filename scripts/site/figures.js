/* Draws each interactive figure when it comes near the view, in the place of its picture. Without this script the picture stays. */
(function () {
  'use strict';
  if (!window.Plotly) return;
  const draw = (figure) => {
    const { data, layout } = JSON.parse(figure.querySelector('script').textContent);
    const place = figure.querySelector('.live');
    window.Plotly.newPlot(place, data, layout, { displaylogo: false, responsive: true }).then(() =>
      figure.classList.add('drawn'),
    );
  };
  const figures = document.querySelectorAll('.figure:has(> script)');
  const watch = new window.IntersectionObserver(
    (entries) =>
      entries
        .filter((entry) => entry.isIntersecting)
        .forEach((entry) => {
          watch.unobserve(entry.target);
          draw(entry.target);
        }),
    { rootMargin: '600px' },
  );
  figures.forEach((figure) => watch.observe(figure));
  if (window.innerWidth < 900) document.querySelector('nav details').open = false;
})();
