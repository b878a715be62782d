import fs from 'node:fs';
import { expect, it } from 'vitest';
import { badges } from './badges.mjs';
import { at } from './setup/stamp.mjs';

it('the badges say what the project is now (else: node scripts/badges.mjs)', () => {
  const kept = fs
    .readdirSync(at('docs', 'badges'))
    .map((name) => [name, fs.readFileSync(at('docs', 'badges', name), 'utf8')]);
  expect(Object.fromEntries(kept)).toEqual(badges());
});

it('the README shows each of them, from the project itself', () => {
  const shown = [...fs.readFileSync(at('README.md'), 'utf8').matchAll(/!\[[^\]]+\]\((docs\/badges\/)?([^)]+\.svg)\)/g)];
  expect(shown.map(([, folder, name]) => [folder, name]).sort()).toEqual(
    Object.keys(badges())
      .map((name) => ['docs/badges/', name])
      .sort(),
  );
});
