// JupyterLab as `npm start` opens it: for this machine alone, for who has the token, and the token in no file but Jupyter's own.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jupyterEnv, labCommand } from './jupyter.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'csdnet-start-'));
const [root, home] = [path.join(folder, 'root'), path.join(folder, 'jupyter')];
const NOTEBOOK = { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 };

let child, url, token;
let said = '';

const freePort = () =>
  new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

beforeAll(async () => {
  fs.mkdirSync(root, { recursive: true });
  fs.writeFileSync(path.join(root, 'a.ipynb'), JSON.stringify(NOTEBOOK));
  const port = await freePort();
  const options = ['--no-browser', `--port=${port}`, '--ServerApp.port_retries=0'];
  const [command, ...args] = labCommand('a.ipynb', { root, home, options });
  // No token is given, neither in what other users see of a command nor in the environment: Jupyter draws one.
  expect(args.filter((one) => /token|password/i.test(one))).toEqual([]);
  const env = { ...process.env };
  delete env.JUPYTER_TOKEN;
  child = spawn(command, args, { env: { ...env, ...jupyterEnv(home), HOME: folder } });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  for (let tries = 0; tries < 300 && !token; tries++) {
    token = /token=([0-9a-f]{32,})/.exec(said)?.[1];
    if (child.exitCode !== null) throw new Error(`JupyterLab ended with status ${child.exitCode}:\n${said}`);
    await pause(200);
  }
  url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 300; tries++) {
    if ((await fetch(`${url}/api`).catch(() => undefined))?.ok) return;
    await pause(200);
  }
  throw new Error(`JupyterLab did not answer:\n${said}`);
}, 150_000);

afterAll(async () => {
  if (child && child.exitCode === null) {
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('exit', resolve));
  }
  fs.rmSync(folder, { recursive: true, force: true });
}, 60_000);

const statusOf = async (place, headers = {}) => (await fetch(`${url}${place}`, { headers, redirect: 'manual' })).status;
const withToken = () => ({ Authorization: `token ${token}` });

/** Every file below a folder. */
const filesIn = (top) =>
  fs
    .readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));

describe('JupyterLab as we start it', { timeout: 60_000 }, () => {
  it('tells its address, with a token that nobody could guess', () => {
    expect(token).toMatch(/^[0-9a-f]{48}$/);
    expect(said).toContain(`${url}/lab`);
  });

  it('listens on 127.0.0.1 alone', async () => {
    const { port } = new URL(url);
    const others = Object.values(os.networkInterfaces()).flat().filter(({ internal, family }) => !internal && family === 'IPv4'); // prettier-ignore
    for (const { address } of others) {
      const reached = await new Promise((resolve) => {
        const socket = net.connect({ host: address, port: Number(port), timeout: 2000 });
        socket.on('connect', () => (socket.destroy(), resolve(true)));
        for (const event of ['error', 'timeout']) socket.on(event, () => (socket.destroy(), resolve(false)));
      });
      expect(reached, address).toBe(false);
    }
    if (!fs.existsSync('/proc/net/tcp')) return;
    // State 0A is LISTEN; addresses are little-endian.
    const hex = Number(port).toString(16).toUpperCase().padStart(4, '0');
    const listening = ['tcp', 'tcp6'].flatMap((file) =>
      fs.existsSync(`/proc/net/${file}`)
        ? fs.readFileSync(`/proc/net/${file}`, 'utf8').split('\n').map((line) => line.trim().split(/\s+/)).filter((row) => row[3] === '0A' && row[1]?.endsWith(`:${hex}`)).map((row) => row[1]) // prettier-ignore
        : [],
    );
    expect(listening).toEqual([`0100007F:${hex}`]);
  });

  it('answers nobody without the token', async () => {
    for (const place of ['/api/contents', '/api/kernels', '/api/sessions', '/files/a.ipynb', '/api/terminals'])
      expect(await statusOf(place), place).toBeGreaterThanOrEqual(300);
    expect(await statusOf('/api/contents', { Authorization: `token ${token.replace(/.$/, 'x')}` })).toBe(403);
    expect(await statusOf('/api/contents', withToken())).toBe(200);
  });

  it('keeps the token to the terminal and to the files by which Jupyter finds its servers, which nobody else may read', async () => {
    // What a person does in the browser: opens the lab by the address, saves a notebook.
    expect(await statusOf(`/lab/tree/a.ipynb?token=${token}`)).toBeLessThan(400);
    const body = JSON.stringify({ type: 'notebook', format: 'json', content: NOTEBOOK });
    const saved = await fetch(`${url}/api/contents/a.ipynb`, { method: 'PUT', headers: withToken(), body });
    expect(saved.status).toBe(200);
    expect(await statusOf('/api/nothing-of-this-name', withToken())).toBe(404);
    const holders = filesIn(folder).filter((file) => fs.readFileSync(file).includes(token));
    expect(holders.filter((file) => !/^jpserver-\d+(-open\.html|\.json)$/.test(path.basename(file)))).toEqual([]);
    expect(holders.length).toBeGreaterThan(0);
    const secrets = [...holders, ...filesIn(home).filter((file) => /secret/.test(path.basename(file)))];
    const runtime = path.join(home, 'runtime');
    if (process.platform !== 'win32') {
      // Whatever lies in this folder, others do not get to; a secret elsewhere is closed itself.
      expect(fs.statSync(runtime).mode & 0o777).toBe(0o700);
      const open = secrets.filter((file) => !file.startsWith(runtime + path.sep) && fs.statSync(file).mode & 0o077);
      expect(open).toEqual([]);
    }
    expect(holders.filter((file) => !file.startsWith(runtime + path.sep))).toEqual([]);
    // The address is told once, and no request adds to that.
    expect(said.split(token).length - 1).toBe(1);
  });
});
