/**
 * What moves an atlas, as the source of a plain script: no library, no network, nothing outside its own element.
 *
 * It is a string because it runs in the reader's browser and not here. Its parts are small functions that are joined below; `root` is the
 * atlas's element, `scene` its data (`Scene`), `view` what is chosen: {variant, epoch, group, label, rows, at}.
 */

/** Small helpers. */
const HELPERS = `
const find = (name) => root.querySelector('.' + name);
const svgNode = (tag, attributes) => {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const name of Object.keys(attributes)) node.setAttribute(name, attributes[name]);
  return node;
};
const variants = [...new Set(scene.frames.map((frame) => frame.variant))];
const epochs = [...new Set(scene.frames.map((frame) => frame.epoch))].sort((a, b) => a - b);
const frameOf = (variant, epoch) => scene.frames.find((frame) => frame.variant === variant && frame.epoch === epoch);
const isChosen = (label) =>
  (view.group < 0 || scene.groupOf[label] === view.group) && (view.label < 0 || label === view.label);
`;

/** Draws the chosen frame: points move to their places, rows and arrows are made anew, the numbers are said. */
const DRAW = `
function draw() {
  const frame = frameOf(view.variant, view.epoch);
  points.forEach((point, i) => {
    point.style.transform = 'translate(' + frame.places[2 * i] + 'px,' + frame.places[2 * i + 1] + 'px)';
    point.style.opacity = isChosen(scene.items[i][0]) ? 0.9 : 0.1;
  });
  const shown = view.rows ? frame.rows.filter((row) => isChosen(scene.items[row[0]][0])) : [];
  layer.replaceChildren(...shown.flatMap((row) => {
    const [item, , x, y, nowX, nowY] = row;
    const colour = points[item].getAttribute('fill');
    return [
      svgNode('path', { class: 'arrow', d: 'M' + x + ' ' + y + 'L' + nowX + ' ' + nowY, 'marker-end': 'url(#' + tipId + ')' }),
      svgNode('path', { class: 'row', d: queueForm, transform: 'translate(' + x + ' ' + y + ')', stroke: colour }),
    ];
  }));
  find('epoch-said').textContent = String(view.epoch);
  find('slider').setAttribute('aria-valuetext', 'epoch ' + view.epoch);
  find('note').textContent = view.variant + ', epoch ' + view.epoch + ': ' + frame.note
    + (view.rows && frame.rows.length === 0 ? ' This one has no queue, or it is still empty.' : '');
  for (const button of root.querySelectorAll('.group'))
    button.setAttribute('aria-pressed', String(Number(button.value) === view.group));
  // Everything that can be pointed at: [x, y, item, age], age -1 for an image itself.
  targets = [
    ...scene.items.flatMap((item, i) => (isChosen(item[0]) ? [[frame.places[2 * i], frame.places[2 * i + 1], i, -1]] : [])),
    ...shown.map((row) => [row[2], row[3], row[0], row[1]]),
  ];
  point(-1);
}
`;

/** Points at a target: ring, thumbnail and words; -1 points at nothing. */
const POINT = `
function point(at) {
  view.at = at;
  const tip = find('tip');
  ring.style.display = tip.style.display = at < 0 ? 'none' : '';
  if (at < 0) return;
  const [x, y, item, age] = targets[at];
  const [label, split, name] = scene.items[item];
  ring.setAttribute('cx', x);
  ring.setAttribute('cy', y);
  tip.querySelector('img').src = scene.thumbnails[item];
  tip.querySelector('img').alt = name;
  const words = age < 0 ? split + ' image' : 'row of the queue, ' + age + (age === 1 ? ' step' : ' steps') + ' old';
  tip.querySelector('.words').textContent = scene.classes[label] + ', ' + words;
  const box = svg.getBoundingClientRect();
  const scale = box.width / svg.viewBox.baseVal.width;
  const right = x * scale > box.width / 2;
  tip.style.left = right ? '' : x * scale + 14 + 'px';
  tip.style.right = right ? box.width - x * scale + 14 + 'px' : '';
  tip.style.top = Math.max(0, y * scale - 30) + 'px';
}
function nearest(event) {
  const box = svg.getBoundingClientRect();
  const scale = svg.viewBox.baseVal.width / box.width;
  const [x, y] = [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
  let [best, least] = [-1, 16];
  targets.forEach((target, i) => {
    const far = Math.hypot(target[0] - x, target[1] - y);
    if (far < least) [best, least] = [i, far];
  });
  return best;
}
`;

/** Answers mouse and keys. */
const LISTEN = `
function listen() {
  find('variant').addEventListener('change', (event) => { view.variant = event.target.value; draw(); });
  find('slider').addEventListener('input', (event) => { view.epoch = epochs[Number(event.target.value)]; draw(); });
  find('class').addEventListener('change', (event) => { view.label = Number(event.target.value); view.group = -1; draw(); });
  find('rows').addEventListener('change', (event) => { view.rows = event.target.checked; draw(); });
  for (const button of root.querySelectorAll('.group'))
    button.addEventListener('click', () => {
      view.group = view.group === Number(button.value) ? -1 : Number(button.value);
      view.label = -1;
      find('class').value = '-1';
      draw();
    });
  svg.addEventListener('pointermove', (event) => point(nearest(event)));
  svg.addEventListener('pointerleave', () => point(-1));
  svg.addEventListener('blur', () => point(-1));
  svg.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') point(-1);
    else if (step && targets.length > 0) {
      event.preventDefault();
      point((view.at + step + targets.length + (view.at < 0 && step < 0 ? 1 : 0)) % targets.length);
    }
  });
}
`;

/** The whole: it finds its element beside itself, so that copies of one atlas on a page do not meet. */
export const ATLAS_SCRIPT = `(() => {
'use strict';
const script = document.currentScript;
const root = script && script.closest('.csdnet-atlas');
if (!root || root.dataset.ready) return;
root.dataset.ready = 'yes';
const scene = JSON.parse(root.querySelector('script[type="application/json"]').textContent);
const svg = root.querySelector('svg.map');
const points = [...svg.querySelectorAll('.point')];
const layer = svg.querySelector('.queue');
const ring = svg.querySelector('.ring');
const queueForm = layer.dataset.form;
const tipId = svg.querySelector('marker').id;
let targets = [];
${HELPERS}
const view = { variant: variants[0], epoch: epochs[epochs.length - 1], group: -1, label: -1, rows: false, at: -1 };
${DRAW}${POINT}${LISTEN}
find('off').remove();
find('controls').hidden = false;
listen();
draw();
})();
`;
