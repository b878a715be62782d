/** The edge where a table of one's own enters: a JSON file that says, row by row, how the full model is changed. */
import fs from 'node:fs';
import { z } from 'zod';
import { withValues } from '../../config';
import type { Config } from '../../config';
import { without } from '../variant';
import type { Variant } from '../variant';
import type { AblationTable } from './table';

const text = z.string().min(1);
const TERMS = ['classify', 'contrast', 'distill'] as const;

const schema = z.strictObject({
  ...{ title: text, question: text, reference: text, full: text },
  control: text.optional(),
  rows: z
    .array(
      z.strictObject({
        ...{ name: text, why: text },
        /** Terms of the objective that the row goes without. */
        without: z.array(z.enum(TERMS)).optional(),
        /** Fields by their path in the recipe: `{"view.kind": "random", "contrast.margin": 0.2}`. */
        set: z.record(text, z.unknown()).optional(),
      }),
    )
    .min(1),
});

type TableFile = z.infer<typeof schema>;
type Row = TableFile['rows'][number];

const HOW = 'CONTRIBUTING.md, "A table of your own", shows one';

/** The full model as a row changes it. @throws where the row names a field that its config does not have */
function configOfRow(full: Config, { name, without: dropped = [], set = {} }: Row): Config {
  try {
    const kept = dropped.reduce((config, kind) => without(config, kind), full);
    return withValues(kept, set);
  } catch (error) {
    throw new Error(`row "${name}": ${(error as Error).message}`, { cause: error });
  }
}

/** What the shape of the file does not show: names that stand twice, or for no row. */
function problemsOf({ rows, reference, full, control }: TableFile): string[] {
  const names = rows.map(({ name }) => name);
  const twice = [...new Set(names.filter((name, i) => names.indexOf(name) < i))];
  const lost = Object.entries({ reference, full, control }).filter(([, name]) => name && !names.includes(name));
  return [
    ...twice.map((name) => `two rows are called "${name}": give each a name of its own`),
    ...lost.map(([field, name]) => `${field}: "${name}" is no row; choose one of ${names.join(', ')}`),
  ];
}

function parse(file: string): unknown {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as unknown;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(
      code === 'ENOENT' ? `${file}: there is no such table file` : `${file} cannot be read as a table: ${message}`,
      { cause: error },
    );
  }
}

/**
 * A table from a JSON file.
 *
 * @throws naming every field that is missing, unknown or wrong; a field that no recipe has is found when the rows are made
 */
export function readTable(file: string): AblationTable {
  const parsed = schema.safeParse(parse(file));
  const problems = parsed.success
    ? problemsOf(parsed.data)
    : parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.') || 'file'}: ${message}`);
  if (!parsed.success || problems.length > 0)
    throw new Error(`${file} is no table (${HOW}):\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  const { rows, control, ...head } = parsed.data;
  return {
    ...head,
    ...(control !== undefined && { control }),
    variants: (full): readonly Variant[] =>
      rows.map((row) => ({ name: row.name, why: row.why, config: configOfRow(full, row) })),
  };
}
