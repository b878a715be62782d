/** What layouts ask of annotations that MATLAB wrote. */
import { problem } from '../errors';
import { MatError, parseMat, type MatValue } from '../matlab';
import { readBytes } from '../place';

/** The variables of a file, or a problem; `at` is its path below the root. */
export async function readMat(
  root: string,
  at: string,
): Promise<{ readonly variables: ReadonlyMap<string, MatValue> } | { readonly problem: string }> {
  const read = await readBytes(root, at);
  return 'problem' in read ? read : guarded(at, () => ({ variables: parseMat(read.bytes) }));
}

/** What a reading gives, with a MatError as a problem. */
export function guarded<T>(at: string, read: () => T): T | { readonly problem: string } {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MatError)) throw error;
    const allowed = 'the annotations as they are published (MAT file of level 5)';
    return { problem: problem({ at, given: error.message, allowed, fix: 'fetch the file again' }) };
  }
}

/** A variable of the file. @throws MatError naming those that are there */
export function variable(variables: ReadonlyMap<string, MatValue>, name: string): MatValue {
  const value = variables.get(name);
  if (value !== undefined) return value;
  throw new MatError(`there is no variable "${name}"; there are ${[...variables.keys()].join(', ') || 'none'}`);
}

/** A text of one line. */
export function textOf(value: MatValue | undefined, what: string): string {
  if (value?.kind === 'text' && value.rows.length === 1) return value.rows[0]!;
  if (value?.kind === 'cell' && value.cells.length === 1) return textOf(value.cells[0], what);
  throw new MatError(`${what} is no text`);
}

/** A single number. */
export function numberOf(value: MatValue | undefined, what: string): number {
  if (value?.kind === 'numbers' && value.data.length === 1) return value.data[0]!;
  throw new MatError(`${what} is no single number`);
}

/** The texts of a cell array. */
export function textsOf(value: MatValue, what: string): readonly string[] {
  if (value.kind !== 'cell') throw new MatError(`${what} is no cell array`);
  return value.cells.map((cell, i) => textOf(cell, `${what}{${i + 1}}`));
}

/** The elements of a struct array. */
export function elementsOf(value: MatValue, what: string): readonly ReadonlyMap<string, MatValue>[] {
  if (value.kind === 'struct') return value.elements;
  throw new MatError(`${what} is no struct array`);
}
