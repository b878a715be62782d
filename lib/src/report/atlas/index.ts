/** An atlas: maps of the same images by variant and epoch, in one piece of HTML that needs nothing else. */
import { el } from '../svg/element';
import { hashName, pointColour } from '../../plots/theme';
import { escapeXml, jsonForScript } from '../svg/text';
import { checkAtlas, FORMS, pointsSvg, sceneOf, startFrame } from './scene';
import type { Scene } from './scene';
import { ATLAS_SCRIPT } from './script';
import { ATLAS_STYLE } from './style';
import { SIDE, type Atlas } from './types';

export type { Atlas, AtlasFrame, AtlasItem, AtlasRow } from './types';

const option = (value: string, text: string): string =>
  `<option value="${escapeXml(value)}">${escapeXml(text)}</option>`;

/** Variant, epoch, class and queue: hidden until the script is there to hear them. */
function controls({ frames, classes }: Scene): string {
  const variants = [...new Set(frames.map(({ variant }) => variant))].map((name) => option(name, name)).join('');
  const epochs = new Set(frames.map(({ epoch }) => epoch)).size;
  const all = option('-1', 'all') + classes.map((name, c) => option(String(c), name)).join('');
  return (
    '<div class="controls" hidden>' +
    `<label>Variant <select class="variant">${variants}</select></label>` +
    `<label>Epoch <input class="slider" type="range" min="0" max="${epochs - 1}" step="1" value="${epochs - 1}"> ` +
    '<output class="epoch-said"></output></label>' +
    `<label>Class <select class="class">${all}</select></label>` +
    '<label><input class="rows" type="checkbox"> rows of the queue</label></div>'
  );
}

/** The legend, which is also a filter: one button a group. */
function groups({ groups: names }: Scene): string {
  const buttons = names.map(
    (name, g) =>
      `<button type="button" class="group" value="${g}" aria-pressed="false">` +
      `<span class="swatch" style="background:${pointColour(g)}"></span>${escapeXml(name)}</button>`,
  );
  return `<div class="groups" role="group" aria-label="Show one group">${buttons.join('')}</div>`;
}

const KEY =
  'Circle: training image. Diamond: test image. Open square: row of the queue, with a line to where the same view lies under the present weights. ' +
  'Click a group to see it alone. Keys: Tab to the map, then the arrow keys go from image to image.';

function mapSvg(scene: Scene, title: string, id: string): string {
  const marker = el('marker', { id: `${id}-tip`, viewBox: '0 0 6 6', refX: 5, refY: 3, markerWidth: 6, markerHeight: 6, orient: 'auto' }, el('path', { d: 'M0 0L6 3L0 6Z', fill: '#777777' })); // prettier-ignore
  const body = [
    el('title', {}, escapeXml(title)),
    el('defs', {}, marker),
    el('rect', { width: SIDE, height: SIDE, fill: '#ffffff' }),
    pointsSvg(scene),
    el('g', { class: 'queue', 'data-form': FORMS.queue }),
    el('circle', { class: 'ring', r: 9, style: 'display:none' }),
  ];
  const root = { xmlns: 'http://www.w3.org/2000/svg', class: 'map', viewBox: `0 0 ${SIDE} ${SIDE}`, tabindex: 0, role: 'group' }; // prettier-ignore
  return el('svg', { ...root, 'aria-label': escapeXml(title) }, body.join(''));
}

/**
 * The atlas as HTML: a slider by epoch, a choice of variant, filters by class and group, and the image of the point under the mouse or the keys.
 *
 * One piece, with its data, its style and its script: no library, no network. It works in JupyterLab's trusted notebooks and in a page from disk, and
 * several stand in one page. Where scripts do not run, the last epoch of the first variant is seen, and a line says why nothing moves.
 *
 * @throws RangeError where the parts do not fit each other, or a thumbnail is a link
 */
export function atlasHtml(atlas: Atlas): string {
  checkAtlas(atlas);
  const scene = sceneOf(atlas);
  const json = jsonForScript(scene);
  // Names in two atlases on one page must differ.
  const id = `atlas-${hashName(atlas.title + json).toString(36)}`;
  const start = scene.frames[startFrame(scene)]!;
  return [
    // The attribute asks JupyterLab to leave the keys to the atlas.
    `<div class="csdnet-atlas" id="${id}" data-lm-suppress-shortcuts="true">`,
    `<style>${ATLAS_STYLE}</style>`,
    `<p class="head">${escapeXml(atlas.title)}</p>`,
    controls(scene),
    groups(scene),
    `<div class="stage">${mapSvg(scene, atlas.title, id)}`,
    '<div class="tip" style="display:none" aria-live="polite"><img alt=""><span class="words"></span></div></div>',
    `<p class="note">${escapeXml(`${start.variant}, epoch ${start.epoch}: ${start.note}`)}</p>`,
    `<p class="key">${KEY}</p>`,
    '<p class="off">Scripts do not run here, so this is one still picture. Open the notebook in JupyterLab and trust it, or run its cells, to move the slider.</p>',
    `<script type="application/json">${json}</script>`,
    `<script>${ATLAS_SCRIPT}</script>`,
    '</div>',
  ].join('\n');
}
