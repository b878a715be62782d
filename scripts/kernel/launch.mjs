#!/usr/bin/env node
// The TypeScript kernel of the notebooks: tslab, with Jupyter's `error` message for a cell that failed, words on the build of lib, and the
// environment that the notebooks need. Jupyter calls it (see kernel.json): node launch.mjs <connection file>
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRequire } from 'node:module';
import { failureOf } from './failure.mjs';
import { Failures, guarded, handlerClass, serverClass } from './handler.mjs';
import { BuildWatcher } from './notices.mjs';
import { differences, libraryOf, loadTslab } from './tslab.mjs';

const own = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const KEPT_CELLS = 500;

/** TensorFlow's log is for its developers. */
const ENVIRONMENT = { TF_CPP_MIN_LOG_LEVEL: '2' };

/** Takes the machine's folders out of a text. */
function hider(roots) {
  const places = [...new Set(roots)].filter((root) => root.length > 1).sort((a, b) => b.length - a.length);
  const home = os.homedir();
  return (text) => {
    let shown = text;
    for (const place of places)
      shown = shown
        .replaceAll(`file://${place}/`, '')
        .replaceAll(place + path.sep, '')
        .replaceAll(place, '.');
    return home.length > 1 ? shown.replaceAll(home, '~') : shown;
  };
}

/** What is known of the cells that ran: their sources and what the compiler made of them, by the names that stand in stack traces. */
function cellBook() {
  const cells = new Map();
  let now;
  return {
    cells,
    begin(name, source) {
      now = name;
      cells.set(name, { source, output: '' });
      if (cells.size > KEPT_CELLS) cells.delete(cells.keys().next().value);
    },
    /** Has the compiler's script carry the cell's name. */
    compiled(converted) {
      if (!converted.output || !now) return converted;
      cells.get(now).output = converted.output;
      return { ...converted, output: `${converted.output}\n//# sourceURL=${now}` };
    },
  };
}

/** tslab's compilers; each is made when it is first needed. */
function converters(tslab, book) {
  const made = new Map();
  const get = (isBrowser) => {
    if (!made.has(isBrowser)) made.set(isBrowser, tslab.createConverter({ isJS: false, isBrowser }));
    return made.get(isBrowser);
  };
  return {
    get node() {
      const node = get(false);
      return { ...node, convert: (...args) => book.compiled(node.convert(...args)) };
    },
    get browser() {
      return get(true);
    },
    close: () => made.forEach((converter) => converter.close()),
  };
}

function start(tslab, configPath) {
  const library = libraryOf(process.cwd(), own);
  const book = cellBook();
  const context = { ...book, library, hide: hider([path.dirname(library), own]) };
  const failures = new Failures();
  const build = new BuildWatcher(library);
  const { cache } = createRequire(import.meta.url);
  const isLoaded = () => Object.keys(cache).some((file) => file.startsWith(path.join(library, 'dist') + path.sep));

  const convs = converters(tslab, book);
  void convs.node; // made now, for the first cell's sake
  const executor = tslab.createExecutor(process.cwd(), convs, failures.console);
  const Handler = handlerClass(tslab, { failures, build, isLoaded, context });
  const Server = serverClass(tslab);
  process.on('SIGINT', () => executor.interrupt());
  const tell = (title) => (value) =>
    process.stderr.write(`${title}: ${failureOf(value, context).traceback.join('\n')}\n`);
  process.on('uncaughtException', tell('Error in a callback'));
  process.on('unhandledRejection', tell('A promise that no cell awaits has failed'));
  return new Server(new Handler(guarded(executor, { failures, build }), false), configPath).init();
}

async function main([configPath]) {
  if (!configPath) throw new Error('Usage: node scripts/kernel/launch.mjs <connection file>');
  for (const [name, value] of Object.entries(ENVIRONMENT)) process.env[name] ??= value;
  let tslab;
  try {
    tslab = loadTslab(own);
  } catch (error) {
    throw new Error(`The TypeScript kernel is not installed (${error.code}): run "npm run setup".`, { cause: error });
  }
  const different = differences(tslab);
  if (different.length === 0) return start(tslab, configPath);
  console.error(
    `tslab is not as the kernel's launcher expects it (${different.join(', ')}): it runs without our additions, ` +
      'so errors of cells are plain text. "npm run setup" installs the version that fits.',
  );
  tslab.startKernel({ configPath, enableFindLocal: false });
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
