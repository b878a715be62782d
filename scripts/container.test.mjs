// The files for Docker, development containers and Binder: checked without Docker, which a test machine may not have.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { labCommand } from './jupyter.mjs';
import { at } from './setup/stamp.mjs';

const read = (...parts) => fs.readFileSync(at(...parts), 'utf8');
const dockerfile = read('Dockerfile');
const scripts = JSON.parse(read('package.json')).scripts;

describe('the Dockerfile', () => {
  it('has no fault that its linter knows', () => {
    expect(validate(dockerfile).map(({ message, range }) => `line ${range.start.line + 1}: ${message}`)).toEqual([]);
    expect(validate('FROM node\nCOPPY . .\n')).not.toEqual([]);
  });

  it('sets up and starts by scripts that there are, behind a published port of this machine alone', () => {
    const named = [...dockerfile.matchAll(/npm run (\w+)/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(0);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
    for (const [, published] of dockerfile.matchAll(/--publish (\S+)/g)) expect(published).toBe('127.0.0.1:8888:8888');
  });

  it('starts JupyterLab with the one address that it names, and with its token', () => {
    const [, command] = /^CMD (.*)$/m.exec(dockerfile);
    const options = JSON.parse(command).slice(3);
    const lab = labCommand('notebooks/00-map.ipynb', { options });
    expect(lab.filter((option) => /ip=/.test(option))).toEqual(['--ip=0.0.0.0']);
    expect(lab.filter((option) => /token|password/i.test(option))).toEqual([]);
    expect(labCommand('notebooks/00-map.ipynb')).toContain('--ip=127.0.0.1');
  });

  it('takes along what git keeps, and nothing that is made on a machine', () => {
    const linesOf = (file) => read(file).split('\n').map((line) => line.replace(/\/$/, '')); // prettier-ignore
    const ignored = linesOf('.dockerignore');
    const covered = (line) => ignored.includes(line) || ignored.includes(`**/${line}`);
    expect(linesOf('.gitignore').filter((line) => line && !line.startsWith('#') && !covered(line))).toEqual([]);
  });
});

it('the development container builds from a stage of the Dockerfile and sets up the project', () => {
  const { build, postCreateCommand, remoteUser } = JSON.parse(read('.devcontainer', 'devcontainer.json'));
  expect(fs.existsSync(at('.devcontainer', build.dockerfile))).toBe(true);
  expect(dockerfile).toMatch(new RegExp(`^FROM \\S+ AS ${build.target}$`, 'm'));
  expect([postCreateCommand, remoteUser]).toEqual(['npm run setup', 'node']);
});

describe('Binder', () => {
  it.each(['postBuild', 'start'])('%s is a script that bash reads and the system runs', (name) => {
    const file = at('.binder', name);
    expect(spawnSync('bash', ['-n', file], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    expect(fs.statSync(file).mode & 0o111).toBe(0o111);
  });

  it("hands Jupyter the project's kernel", () => {
    const found = spawnSync(at('.binder', 'start'), ['sh', '-c', 'ls "$JUPYTER_PATH/kernels"'], {
      cwd: at(),
      encoding: 'utf8',
      env: { PATH: process.env.PATH },
    });
    expect(found.stdout.split('\n')).toContain('tslab');
  });

  it('installs a Node that the project takes', () => {
    const [, major] = /nodejs=(\d+)/.exec(read('.binder', 'environment.yml'));
    const [, from] = /^FROM node:(\d+)/m.exec(dockerfile);
    expect(major).toBe(from);
  });
});
