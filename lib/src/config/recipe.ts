/**
 * A config as lines of `field = value`: the recipe that every run prints and keeps, and the way to change a field from the command line. A term
 * of the objective goes by its kind: `contrast.margin`.
 */
import type { Config } from './config';

type Plain = string | number | boolean | readonly unknown[];
type Tree = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The objective as records by kind, so that every field has a path. */
const treeOf = ({ objective, ...rest }: Config): Tree => ({
  ...rest,
  ...Object.fromEntries(objective.map(({ kind, ...fields }) => [kind, fields])),
});

function leaves(tree: Tree, prefix = ''): readonly (readonly [string, Plain])[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    isTree(value) ? leaves(value, `${prefix}${key}.`) : [[`${prefix}${key}`, value as Plain] as const],
  );
}

/** A value in one line. */
const text = (value: Plain): string =>
  typeof value === 'string' && !/[\r\n]/.test(value) ? value : JSON.stringify(value);

/** Every field of a config by its path. */
export const recipeFields = (config: Config): Readonly<Record<string, unknown>> =>
  Object.fromEntries(leaves(treeOf(config)));

/** Every field of a config with its value, one line each. */
export function recipeLines(config: Config): readonly string[] {
  const all = leaves(treeOf(config));
  const width = Math.max(...all.map(([name]) => name.length));
  return all.map(([name, value]) => `${name.padEnd(width)} = ${text(value)}`);
}

/** How a config differs from another, as `field = value`; a term that only one has is named. */
export function recipeDifferences(base: Config, config: Config): readonly string[] {
  const [before, after] = [treeOf(base), treeOf(config)];
  const kinds = (tree: Tree, other: Tree) => Object.keys(tree).filter((key) => !(key in other));
  const known = new Map(leaves(before).map(([name, value]) => [name, text(value)]));
  return [
    ...kinds(before, after).map((kind) => `no ${kind} term`),
    ...leaves(after).flatMap(([name, value]) => (known.get(name) === text(value) ? [] : `${name} = ${text(value)}`)),
  ];
}

/** A value as typed: JSON where it is some (numbers, true, [0.4, 0.6]), else the text itself. */
function valueOf(typed: string): unknown {
  try {
    return JSON.parse(typed) as unknown;
  } catch {
    return typed;
  }
}

/**
 * A config with some fields replaced. Whether the values are allowed is for `checkConfig` to say.
 *
 * @param assignments `view.mask=mean`, `contrast.margin=0.2`
 * @throws where an assignment has no `=` or names a field that the config does not have
 */
export function withFields(config: Config, assignments: readonly string[]): Config {
  const changes = assignments.map((assignment) => {
    const at = assignment.indexOf('=');
    if (at < 1) throw new Error(`"${assignment}": write field=value, such as view.mask=mean`);
    return [assignment.slice(0, at).trim(), valueOf(assignment.slice(at + 1).trim())] as const;
  });
  return withValues(config, Object.fromEntries(changes));
}

/**
 * A config with some fields replaced by values, by their paths.
 *
 * @param values `{ 'view.mask': 'mean', 'contrast.margin': 0.2 }`
 * @throws where it names a field that the config does not have
 */
export function withValues(config: Config, values: Readonly<Record<string, unknown>>): Config {
  const changes = new Map(Object.entries(values));
  const known = new Set(leaves(treeOf(config)).map(([name]) => name));
  const unknown = [...changes.keys()].filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw new Error(`no field is called ${unknown.join(' or ')}: choose from ${[...known].join(', ')}`);
  const replace = (tree: Tree, prefix: string): Tree =>
    Object.fromEntries(
      Object.entries(tree).map(([key, value]) => {
        const name = `${prefix}${key}`;
        return [key, isTree(value) ? replace(value, `${name}.`) : changes.has(name) ? changes.get(name) : value];
      }),
    );
  const { objective, ...rest } = config;
  return {
    ...(replace(rest, '') as unknown as Omit<Config, 'objective'>),
    objective: objective.map(({ kind, ...fields }) => ({
      kind,
      ...replace(fields, `${kind}.`),
    })) as unknown as Config['objective'],
  };
}
