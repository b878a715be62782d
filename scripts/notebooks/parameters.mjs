// Values given on the command line in place of those in a notebook's cell tagged `parameters`, as papermill does it.
import { SetupError } from '../setup/tools.mjs';
import { codeCell, codeCells, sourceOf, tagged } from './cells.mjs';

/** The parameters of a notebook with their defaults as they are written there. */
export function parametersOf(notebook) {
  const cell = codeCells(notebook).find((one) => tagged(one, 'parameters'));
  if (!cell) return [];
  const declared = sourceOf(cell).matchAll(/\blet\s+([A-Za-z_$][\w$]*)\s*(?::[^=;]+)?=\s*([^;\n]+)/g);
  return [...declared].map(([, name, value]) => ({ name, value: value.trim() }));
}

/** A value as a person types it: a number, true, false, undefined, JSON in brackets or quotes; else the text itself. */
export function parseValue(text) {
  const words = { true: true, false: false, undefined: undefined, null: undefined };
  if (Object.hasOwn(words, text)) return words[text];
  if (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) return Number(text);
  if (!/^[[{"]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SetupError(`${text} begins like JSON and is none: ${error.message}`);
  }
}

/** Parses `name=value` pairs into a record. */
export function parseSettings(pairs) {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name, value] = /^([A-Za-z_$][\w$]*)=(.*)$/s.exec(pair) ?? [];
      if (name === undefined) throw new SetupError(`--set ${pair}: give name=value, for instance --set seed=2`);
      return [name, parseValue(value)];
    }),
  );
}

/** Throws where the notebook has no such parameter; says which it has. */
export function checkSettings(notebook, settings, name) {
  const known = parametersOf(notebook);
  for (const given of Object.keys(settings)) {
    if (known.some((parameter) => parameter.name === given)) continue;
    const list = known.map((parameter) => `\n  ${parameter.name} = ${parameter.value}`).join('');
    const has = known.length > 0 ? `It has (with what is set there):${list}` : 'It has none.';
    throw new SetupError(`${name} has no parameter "${given}". ${has}`);
  }
}

/**
 * The notebook with a cell after its parameters that assigns the given values. An assignment keeps the declared type, so that a value of
 * another kind is a type error there and then, and a choice between words stays one.
 */
export function withSettings(notebook, settings) {
  const source = ['// Parameters', ...Object.entries(settings).map(([name, v]) => `${name} = ${JSON.stringify(v)};`)];
  const cell = codeCell('injected-parameters', source.join('\n'), ['injected-parameters']);
  const rest = notebook.cells.filter((one) => !tagged(one, 'injected-parameters'));
  const after = rest.findIndex((one) => tagged(one, 'parameters')) + 1;
  return { ...notebook, cells: [...rest.slice(0, after), cell, ...rest.slice(after)] };
}
