/** Where things lie: the project's folders, found from this file, whatever folder a command or a notebook runs in. */
import fs from 'node:fs';
import path from 'node:path';

function findRoot(from: string): string | undefined {
  const file = path.join(from, 'package.json');
  if (
    fs.existsSync(file) &&
    (JSON.parse(fs.readFileSync(file, 'utf8')) as { name?: string }).name === 'csdnet-notebooks'
  )
    return from;
  const parent = path.dirname(from);
  return parent === from ? undefined : findRoot(parent);
}

export interface ProjectPaths {
  readonly root: string;
  /** Datasets, run records and tables. */
  readonly data: string;
  readonly runs: string;
  readonly tables: string;
  /** Tables as numbers, kept in git: measured once, for everybody to read. */
  readonly results: string;
  /** Trained models that were asked to be kept. */
  readonly models: string;
  readonly figures: string;
  /** Weight files that a person has put there. */
  readonly weights: string;
  /** Decoded images; may be deleted at any time. */
  readonly cache: string;
  /** The list of weight files that set-up installed. */
  readonly weightFiles: string;
  /** Which build of TensorFlow set-up installed: `cpu` or `cuda`. */
  readonly tensorflow: string;
}

function installedTensorflow(root: string): string {
  const stamp = path.join(root, '.setup', 'python.json');
  return fs.existsSync(stamp)
    ? ((JSON.parse(fs.readFileSync(stamp, 'utf8')) as { variant?: string }).variant ?? 'cpu')
    : 'cpu';
}

/** Found once: it is asked for in every command and cell, and does not move while this file is loaded. */
let foundRoot: string | undefined;
const rootFolder = (): string => (foundRoot ??= findRoot(__dirname) ?? process.cwd());

/** The project's folders; `$CSDNET_HOME` names another place for everything that is written. */
export function projectPaths(): ProjectPaths {
  const root = rootFolder();
  const home = process.env.CSDNET_HOME ?? root;
  return {
    root,
    data: path.join(home, 'data'),
    runs: path.join(home, 'data', 'runs'),
    tables: path.join(home, 'data', 'tables'),
    results: path.join(root, 'data', 'results'),
    models: path.join(home, 'data', 'models'),
    figures: path.join(home, 'figures'),
    weights: path.join(home, 'data', 'weights'),
    cache: path.join(home, '.cache', 'decoded'),
    weightFiles: path.join(root, '.setup', 'weight-files.json'),
    tensorflow: installedTensorflow(root),
  };
}
