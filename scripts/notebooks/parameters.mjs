// Parameters of a notebook: the variables of its cell with the tag `parameters`, and a cell after it that gives them other values, as
// papermill does.
import { SetupError } from '../setup/tools.mjs';

const source = (cell) => [cell.source].flat().join('');
const tagged = (cell, tag) => cell.cell_type === 'code' && cell.metadata?.tags?.includes(tag);
const ASSIGNMENT = /^\s*(?:let|const|var)\s+([A-Za-z_$][\w$]*)\s*(?::[^=]+)?=\s*(.+?)\s*;?\s*(?:\/\/.*)?$/;

/** The parameters by name, each with its default as it is written there. */
export function parametersOf(notebook) {
  const cell = notebook.cells.find((one) => tagged(one, 'parameters'));
  const found = cell
    ? source(cell)
        .split('\n')
        .map((line) => ASSIGNMENT.exec(line))
        .filter(Boolean)
    : [];
  return Object.fromEntries(found.map(([, name, value]) => [name, value]));
}

/** `name=value`: JSON where it is JSON (2, true, [1, 2]), text where it is not. @throws SetupError where there is no name */
export function readSetting(setting) {
  const at = setting.indexOf('=');
  if (at < 1) throw new SetupError(`--set ${setting}: write name=value, for instance --set seed=2`);
  const [name, value] = [setting.slice(0, at).trim(), setting.slice(at + 1)];
  try {
    return [name, JSON.parse(value)];
  } catch {
    return [name, value];
  }
}

/** A value as TypeScript; `as const` keeps a name such as 'tiny' of the type that the notebook's calls ask for. */
const written = (value) => `${JSON.stringify(value)}${value !== null && typeof value !== 'object' ? ' as const' : ''}`;

/**
 * The notebook with other values for some of its parameters.
 *
 * @param values by name
 * @throws SetupError where it has no such parameter, naming those it has
 */
export function withParameters(notebook, values, name) {
  const known = parametersOf(notebook);
  const unknown = Object.keys(values).filter((one) => !(one in known));
  if (unknown.length > 0) {
    const list = Object.entries(known).map(([one, value]) => `${one} (${value})`);
    throw new SetupError(`${name} has no parameter ${unknown.join(', ')}; it has ${list.join(', ') || 'none'}.`);
  }
  const lines = Object.entries(values).map(([one, value]) => `let ${one} = ${written(value)};`);
  if (lines.length === 0) return notebook;
  const cell = {
    ...{ cell_type: 'code', id: 'injected-parameters', source: lines.join('\n'), outputs: [], execution_count: null },
    metadata: { tags: ['injected-parameters'] },
  };
  const place = notebook.cells.findIndex((one) => tagged(one, 'parameters')) + 1;
  const others = notebook.cells.filter((one) => !tagged(one, 'injected-parameters'));
  return { ...notebook, cells: [...others.slice(0, place), cell, ...others.slice(place)] };
}
