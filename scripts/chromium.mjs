// A Chromium on this machine, for the tests that need a real browser.
import fs from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

function findChromium() {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const places = [
    process.env.CHROMIUM,
    ...folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name))),
    MAC,
  ];
  return places.find((place) => place && fs.existsSync(place));
}

/** Its path; undefined where there is none. */
export const executablePath = findChromium();

/** What a skipped test tells a person. */
export const HOW =
  'no Chromium found: on Debian or Ubuntu "apt install chromium", or set CHROMIUM to the path of a Chrome';

/** A browser that writes inside a folder and asks nobody for anything. */
export const startBrowser = (folder) =>
  chromium.launch({
    executablePath,
    env: {
      ...process.env,
      HOME: folder,
      XDG_CACHE_HOME: path.join(folder, 'cache'),
      XDG_CONFIG_HOME: path.join(folder, 'config'),
    },
    args: [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });
