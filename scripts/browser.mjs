// JupyterLab in a real browser, for the tests: it is started on a folder of its own, so that the user's layout and notebooks stay as they are.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startBrowser } from './chromium.mjs';
import { jupyterEnv, labCommand } from './jupyter.mjs';

const freePort = () =>
  new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const ended = (child) =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', resolve);
  });

/** Starts a command of JupyterLab and waits until it answers. */
async function answering([command, ...args], { url, token, home }) {
  const child = spawn(command, args, {
    env: { ...process.env, ...jupyterEnv(home) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk) => (log += chunk));
  for (let tries = 0; tries < 150; tries++) {
    if (child.exitCode !== null) throw new Error(`JupyterLab ended with status ${child.exitCode}:\n${log}`);
    const reply = await fetch(`${url}/api/status?token=${token}`).catch(() => undefined);
    if (reply?.ok) return child;
    await pause(200);
  }
  child.kill('SIGTERM');
  throw new Error(`JupyterLab did not answer in 30 s:\n${log}`);
}

/** A notebook as it is before its first run, so that nothing seen is of an earlier one. */
export const withoutOutputs = (notebook) => ({
  ...notebook,
  cells: notebook.cells.map((cell) =>
    cell.cell_type === 'code' ? { ...cell, outputs: [], execution_count: null } : cell,
  ),
});

/**
 * JupyterLab and a browser on some notebooks.
 *
 * @param folder where everything is written; below the project, so that a cell finds `csdnet`
 * @param notebooks their contents by file name
 */
export async function openLab(folder, notebooks) {
  const [home, root] = [path.join(folder, 'jupyter'), path.join(folder, 'root')];
  fs.mkdirSync(root, { recursive: true });
  for (const [name, content] of Object.entries(notebooks))
    fs.writeFileSync(path.join(root, name), JSON.stringify(content));
  const [port, token] = [await freePort(), randomUUID()];
  const url = `http://127.0.0.1:${port}`;
  const options = ['--no-browser', `--port=${port}`, '--ServerApp.port_retries=0', `--IdentityProvider.token=${token}`];
  const child = await answering(labCommand(Object.keys(notebooks)[0], { root, home, options }), { url, token, home });
  const foreign = new Set();
  const browser = await startBrowser(folder);
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && hostname !== '127.0.0.1') foreign.add(request.url());
  });
  return {
    page,
    /** What was asked of any other machine. */
    foreign,
    /** Opens one notebook alone, with a kernel that is ready: cells that are run before it is there are lost. */
    async open(name) {
      await page.goto(`${url}/lab/tree/${name}?token=${token}&reset`);
      await page.waitForSelector('.jp-Notebook .jp-CodeCell', { timeout: 60_000 });
      await page.waitForSelector('#jp-main-statusbar :text("TypeScript | Idle")', { timeout: 60_000 });
    },
    /** Ends the kernels, so that the next notebook has the machine for itself. */
    async endKernels() {
      const headers = { Authorization: `token ${token}` };
      for (const { id } of await (await fetch(`${url}/api/sessions`, { headers })).json())
        await fetch(`${url}/api/sessions/${id}`, { method: 'DELETE', headers });
    },
    async close() {
      await browser.close();
      child.kill('SIGTERM');
      await ended(child);
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Opens a menu of JupyterLab and takes one of its entries. */
export async function choose(page, menu, entry) {
  await page.click(`.lm-MenuBar-itemLabel:text-is("${menu}")`);
  await page.click(`.lm-Menu-itemLabel:text-is("${entry}")`);
}

/** Runs all cells and waits for the last of `count`. */
export async function runAll(page, count, timeout) {
  await choose(page, 'Run', 'Run All Cells');
  await page.waitForFunction(
    (last) => {
      const prompts = [...document.querySelectorAll('.jp-Notebook .jp-InputArea-prompt')];
      const failed = document.querySelector('[data-mime-type="application/vnd.jupyter.error"]');
      return failed || prompts.some((one) => one.textContent?.includes(`[${last}]`));
    },
    count,
    { timeout },
  );
}

/** Moves the notebook to a place, or down by most of a page; tells whether its end is in view. */
const move = (page, top) =>
  page.evaluate((where) => {
    const list = document.querySelector('.jp-WindowedPanel-outer') ?? document.querySelector('.jp-Notebook');
    list.scrollTop = where ?? list.scrollTop + 0.8 * list.clientHeight;
    return list.scrollTop + list.clientHeight >= list.scrollHeight - 2;
  }, top);

/**
 * Goes through the notebook from top to bottom, since JupyterLab draws only what is near.
 *
 * @param seen called at each place with its number; `true` ends the walk there
 */
export async function scrollThrough(page, seen = async () => false) {
  let end = await move(page, 0);
  for (let step = 0; step < 100; step++) {
    await page.waitForTimeout(250);
    if ((await seen(step)) === true || end) return;
    end = await move(page);
  }
}

/** Scrolls until one is in view. @returns it */
export async function scrollTo(page, locator) {
  await scrollThrough(page, async () => (await locator.count()) > 0);
  await locator.first().scrollIntoViewIfNeeded();
  return locator.first();
}
