#!/usr/bin/env node
// The README's badges, drawn here from what the project's files say: nothing is fetched when the page is read, and a test fails for one that is
// no longer true. To draw them again: node scripts/badges.mjs
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { makeBadge } from 'badge-maker';
import { at, writeWhole } from './setup/stamp.mjs';

const read = (...parts) => fs.readFileSync(at(...parts), 'utf8');
const BLUE = '#0072B2'; // of Okabe and Ito's palette, as the figures

/** SVG of each badge by file name. */
export function badges() {
  const { license, engines } = JSON.parse(read('package.json'));
  const [, tensorflow] = /^tensorflow-cpu==(\d+\.\d+)/m.exec(read('requirements', 'tensorflow-cpu.txt'));
  const { dependencies } = JSON.parse(read('lib', 'package.json'));
  const said = {
    licence: ['licence', license],
    node: ['Node', engines.node],
    tensorflow: ['TensorFlow', tensorflow],
    tfjs: ['TensorFlow.js', dependencies['@tensorflow/tfjs-node-gpu']],
    paper: ['arXiv', '2311.06056'],
  };
  const draw = ([label, message]) => `${makeBadge({ label, message, color: BLUE, style: 'flat' })}\n`;
  return Object.fromEntries(Object.entries(said).map(([name, one]) => [`${name}.svg`, draw(one)]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  fs.mkdirSync(at('docs', 'badges'), { recursive: true });
  for (const [name, svg] of Object.entries(badges())) writeWhole(at('docs', 'badges', name), svg);
}
