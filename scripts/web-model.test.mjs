// An exported web model on a page in a real browser: TensorFlow.js loads it from a server and computes the logits that lib computes.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noiseModel } from '../lib/src/export/testing';
import { exportWebModel } from '../lib/src/export/web-model';
import { executablePath, HOW, startBrowser } from './chromium.mjs';
import { at } from './setup/stamp.mjs';

if (!executablePath) console.warn(`The browser test of web models is skipped: ${HOW}.`);

const folder = at('.artefacts', `web-model-${process.pid}`);
const bundle = at('node_modules', '@tensorflow', 'tfjs', 'dist', 'tf.min.js');
const PAGE = '<!doctype html><meta charset="utf-8"><title>a web model</title><script src="/tf.min.js"></script>';

/** Serves the page, TensorFlow.js, and the models in the folder. */
function answer(request, response) {
  const name = new URL(request.url, 'http://localhost').pathname;
  const file = name === '/tf.min.js' ? bundle : path.join(folder, path.normalize(name));
  if (name === '/') response.setHeader('Content-Type', 'text/html').end(PAGE);
  else if (fs.existsSync(file)) response.end(fs.readFileSync(file));
  else response.writeHead(404).end();
}

/** What the page computes of the picture that check.json describes. */
const predict = async ({ name, backend }) => {
  const { tf } = window;
  await tf.setBackend(backend);
  const model = await tf.loadGraphModel(`/${name}/model.json`);
  const check = await (await fetch(`/${name}/check.json`)).json();
  const picture = Float32Array.from({ length: check.size ** 2 * 3 }, (_, i) => {
    const [c, x, y] = [i % 3, Math.floor(i / 3) % check.size, Math.floor(i / (3 * check.size))];
    return (7 * Math.floor(x / 2) + 5 * Math.floor(y / 3) + 40 * c) % 256;
  });
  const { logits, probabilities } = model.predict(tf.tensor(picture, [1, check.size, check.size, 3]));
  const labels = model.artifacts.userDefinedMetadata.csdnet.classNames;
  return {
    backend: tf.getBackend(),
    logits: Array.from(await logits.data()),
    best: labels[probabilities.argMax(1).dataSync()[0]],
    expected: check.logits,
  };
};

describe.skipIf(!executablePath)(`a web model in a browser${executablePath ? '' : ` (skipped: ${HOW})`}`, () => {
  let server, browser, page;
  const failures = [];

  beforeAll(async () => {
    fs.mkdirSync(folder, { recursive: true });
    server = http.createServer(answer).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    browser = await startBrowser(folder);
    page = await browser.newPage();
    page.on('pageerror', (error) => failures.push(error.message));
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['convnet', 64],
    ['efficientnet-lite0', 64],
    ['vit-tiny', 32],
  ])('%s gives the logits of lib', async (kind, size) => {
    const model = noiseModel(kind, size);
    exportWebModel(model, path.join(folder, kind));
    const { backend, logits, best, expected } = await page.evaluate(predict, { name: kind, backend: 'cpu' });
    expect(backend).toBe('cpu');
    expect(logits).toHaveLength(5);
    for (const [i, z] of logits.entries()) expect(Math.abs(z - expected[i])).toBeLessThan(1e-4);
    expect(best).toBe(model.classNames[expected.indexOf(Math.max(...expected))]);
    expect(failures).toEqual([]);
  });
});
