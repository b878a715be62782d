/** The layers of lib, read from its imports. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const SOURCE = __dirname;
const files = fs
  .readdirSync(SOURCE, { recursive: true })
  .map((name) => String(name).split(path.sep).join('/'))
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'));
const isTest = (file: string): boolean => /(\.test\.ts|(^|\/)testing(\/.*)?\.ts)$/.test(file);
const sources = files.filter((file) => !isTest(file));

interface Import {
  readonly file: string;
  /** A file of lib without its ending, or the name of a package. */
  readonly target: string;
  readonly typeOnly: boolean;
}

/** Every `import`, `export ... from`, `require()` and `import()` of a file. */
function importsOf(file: string): Import[] {
  const text = fs.readFileSync(path.join(SOURCE, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  const found = [
    ...text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]/gm),
    ...text.matchAll(/()\b(?:require|import)\(\s*['"]([^'"]+)['"]/g),
  ];
  return found.map(([, type, name]) => ({
    file,
    target: name!.startsWith('.') ? path.posix.normalize(path.posix.join(path.posix.dirname(file), name!)) : name!,
    typeOnly: Boolean(type?.trim()),
  }));
}

const imports = sources.flatMap(importsOf);
const folderOf = (target: string): string => target.split('/')[0]!;
const inFolder = (folder: string) => (one: Import) => one.file.startsWith(`${folder}/`);
const show = ({ file, target }: Import): string => `${file} imports ${target}`;

/** Files of lib that a file reaches at run time, itself included. */
function reach(file: string, seen = new Set<string>()): Set<string> {
  const candidates = [`${file}.ts`, `${file}/index.ts`, file];
  const found = candidates.find((name) => sources.includes(name));
  if (!found || seen.has(found)) return seen;
  seen.add(found);
  for (const { target, typeOnly } of imports.filter((one) => one.file === found)) if (!typeOnly) reach(target, seen);
  return seen;
}

it('reads the imports', () => {
  expect(sources.length).toBeGreaterThan(60);
  expect(imports.length).toBeGreaterThan(200);
  expect(imports.some(({ typeOnly }) => typeOnly)).toBe(true);
});

describe('layers', () => {
  /** What each tensor-side folder may import from lib; types of `config` are everybody's. */
  const ALLOWED: Readonly<Record<string, readonly string[]>> = {
    core: ['core', 'tf'],
    config: ['config'],
    metrics: ['metrics', 'core'],
    plots: ['plots', 'metrics', 'core'],
    augment: ['augment', 'core', 'tf', 'config'],
    queue: ['queue', 'core', 'tf', 'config'],
    distill: ['distill', 'core', 'tf', 'config'],
    backbone: ['backbone', 'core', 'tf', 'config', 'project'],
    files: ['files'],
    train: ['train', 'augment', 'queue', 'distill', 'backbone', 'core', 'tf', 'config', 'data', 'metrics', 'files'],
    tracking: ['tracking'],
    embed: ['embed', 'core', 'tf', 'metrics', 'config'],
    predict: ['predict', 'train', 'backbone', 'data', 'plots', 'metrics', 'core'],
    export: ['export', 'train', 'backbone', 'core', 'tf', 'config', 'files'],
    sweep: ['sweep', 'ablation', 'config', 'core', 'files'],
    published: ['published', 'ablation', 'config', 'metrics', 'plots', 'report', 'project'],
  };
  it.each(Object.entries(ALLOWED))('%s imports only what lies below it', (folder, allowed) => {
    const own = imports
      .filter(inFolder(folder))
      .filter(({ target }) => files.some((file) => file.startsWith(folderOf(target))));
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter(({ target }) => !allowed.includes(folderOf(target))).map(show)).toEqual([]);
  });

  it.each([
    ['train', ['ablation', 'bench', 'cli', 'notebook', 'report', 'plots']],
    ['ablation', ['bench', 'cli', 'notebook', 'sweep']],
    ['bench', ['ablation', 'cli', 'notebook']],
    ['data', ['train', 'ablation', 'bench', 'cli', 'backbone', 'augment', 'queue', 'distill', 'notebook']],
    ['report', ['train', 'bench', 'cli', 'backbone', 'notebook']],
  ])('%s imports nothing above it', (folder, above) => {
    expect(
      imports
        .filter(inFolder(folder))
        .filter(({ target }) => above.includes(folderOf(target)))
        .map(show),
    ).toEqual([]);
  });

  it('nothing imports the command line or the index, and no source imports a test', () => {
    const up = imports.filter(
      ({ file, target }) => target === 'index' || (folderOf(target) === 'cli' && folderOf(file) !== 'cli'),
    );
    expect(up.map(show)).toEqual([]);
    expect(imports.filter(({ target }) => isTest(`${target}.ts`)).map(show)).toEqual([]);
  });
});

describe('packages', () => {
  it('tfjs is imported by tf.ts alone, after the file that loads its library quietly', () => {
    const runtime = imports.filter(({ target, typeOnly }) => target.startsWith('@tensorflow/') && !typeOnly);
    expect([...new Set(runtime.map(({ file }) => file))]).toEqual(['tf-environment.ts', 'tf.ts']);
    const users = imports.filter(({ target }) => target === 'tf-environment').map(({ file }) => file);
    expect(users.filter((file) => !isTest(file))).toEqual(['tf.ts']);
  });

  it.each([
    'config/index',
    'metrics/index',
    'plots/index',
    'data/index',
    'files/index',
    'ablation/variant',
    'report/index',
    'published/index',
    'sweep/manifest',
  ])('%s reaches no tensor', (entry) => {
    const reached = reach(entry);
    expect(reached.size).toBeGreaterThan(0);
    expect(reached).not.toContain('tf.ts');
  });

  it('danfo and tslab are known to report/ alone', () => {
    const known = imports.filter(({ target }) => /^(danfojs|tslab)/.test(target));
    expect(known.length).toBeGreaterThan(0);
    expect(known.filter((one) => !inFolder('report')(one)).map(show)).toEqual([]);
  });

  const benchFile = (name: string): string => `bench/${name}`;
  /** Where files are read and written, and nowhere else. */
  const IO = [
    ...[
      ...['log', 'outputs', 'provenance', 'record', 'runs', 'status', 'summary', 'tables/file'].map(
        (name) => `ablation/${name}`,
      ),
      'backbone/model',
      'backbone/weights/files',
      ...['author', 'fixture', 'jobs', 'maps', 'measure', 'memory', 'pictures', 'python', 'save'].map(benchFile),
      ...['umap-sides', 'waiting'].map(benchFile),
      'cli/',
      'data/',
      'notebook/',
    ],
    ...[
      'files/',
      'export/folder',
      'export/model-file',
      'predict/find',
      'project',
      'published/read',
      'report/save',
      'report/show',
      'sweep/files',
      'train/checkpoint',
      'train/loop',
    ],
  ];
  it('node:fs is known to the files that are I/O', () => {
    const readers = imports.filter(({ target }) => /^(node:)?fs(\/|$)/.test(target));
    expect(readers.filter(({ file }) => !IO.some((prefix) => file.startsWith(prefix))).map(show)).toEqual([]);
  });
});

describe('size and words', () => {
  const textOf = (file: string): string => fs.readFileSync(path.join(SOURCE, file), 'utf8');

  it('no file is longer than 300 lines, and half of the sources have 120 at most', () => {
    const lines = (file: string): number => textOf(file).trimEnd().split('\n').length;
    expect(files.filter((file) => lines(file) > 300).map((file) => `${file}: ${lines(file)}`)).toEqual([]);
    const sorted = sources.map(lines).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(120);
  });

  it('no random number without a seed and no clock in what decides a result', () => {
    const pure = sources.filter((file) =>
      /^(core|config|augment|queue|distill|backbone|train|metrics|embed)\//.test(file),
    );
    expect(pure.length).toBeGreaterThan(30);
    expect(pure.filter((file) => /Math\.random|Date\.now|new Date\(/.test(textOf(file)))).toEqual([]);
  });

  it('no test is left out by hand, no note is left to do', () => {
    const words = [
      /\b(?:it|describe|test)\.(?:only|skip)\(/,
      new RegExp(['TO', 'DO'].join('') + '|' + ['FIX', 'ME'].join('')),
    ];
    expect(
      files.filter((file) => file !== 'architecture.test.ts' && words.some((word) => word.test(textOf(file)))),
    ).toEqual([]);
  });
});
