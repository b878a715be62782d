/** No LaTeX is at hand where tests run: so what would stop one is looked for in every table. */
import { describe, expect, it } from 'vitest';
import { preset } from '../../config';
import { toLatex } from '../../report/table';
import { runRecord } from '../../testing/records';
import { resultsTable } from '../present';
import { summarizeRuns } from '../results';
import { significanceOf } from '../significance';
import { testsTable } from '../significance-present';
import { TABLES } from '.';
import type { TableName } from '.';

/** Commands that a document with booktabs knows. */
const KNOWN =
  /^\\(?:begin|end|centering|caption|toprule|midrule|bottomrule|par|smallskip|footnotesize|setlength|tabcolsep|text[a-z]+|ensuremath|pm|times)\b|^\\[&%$#_{}\\]/;

/** What LaTeX would stumble over, line by line; nothing where it would not. */
function faults(text: string): string[] {
  const columns = /\\begin\{tabular\}\{([lrc]+)\}/.exec(text)![1]!.length;
  const wrong: string[] = [];
  let depth = 0;
  for (const line of text.split('\n')) {
    // What is escaped is literal.
    const bare = line.replace(/\\[&%$#_{}]/g, '');
    depth += (bare.match(/\{/g) ?? []).length - (bare.match(/\}/g) ?? []).length;
    const commands = line.match(/\\(?:[a-zA-Z]+|.)/g) ?? [];
    wrong.push(...commands.filter((command) => !KNOWN.test(command)));
    wrong.push(...(bare.match(/[^\x20-\x7e]|[%$#_^~]/g) ?? []));
    if (!line.endsWith('\\\\')) continue;
    if (bare.split('&').length !== columns) wrong.push(`${line}: not ${columns} cells`);
    if (/^\s*[[*]/.test(line)) wrong.push(`${line}: read as an option`);
  }
  if (depth !== 0) wrong.push(`${depth} braces are open`);
  const opened = [...text.matchAll(/\\begin\{(\w+)\}/g)].map((found) => found[1]);
  const closed = [...text.matchAll(/\\end\{(\w+)\}/g)].map((found) => found[1]).reverse();
  return opened.join() === closed.join() ? wrong : [...wrong, 'environments do not close as they opened'];
}

describe('a LaTeX document of all tables', () => {
  it('finds what it looks for', () => {
    const fine = '\\begin{tabular}{lr}\n a & \\ensuremath{\\pm} 1 \\\\\n\\end{tabular}';
    expect(faults(fine)).toEqual([]);
    for (const bad of [
      'a & b & c \\\\',
      '[a & b \\\\',
      'a_1 & b \\\\',
      'a & {b \\\\',
      '\u03b1 & b \\\\',
      '\\foo & b \\\\',
    ])
      expect(faults(fine.replace(' a & \\ensuremath{\\pm} 1 \\\\', bad)), bad).not.toEqual([]);
  });

  it.each(Object.keys(TABLES) as TableName[])('%s', (name) => {
    const table = TABLES[name];
    const variants = table.variants(preset('laptop'));
    const runs = variants.flatMap((variant, row) =>
      [1, 2, 3, 4, 5].map((seed) => {
        const config = { ...variant.config, seed };
        const record = runRecord(config, 0.3 + 0.01 * ((row * seed) % 7) + 0.02 * seed);
        return { id: record.id, variant: variant.name, seed, config, record };
      }),
    );
    const results = summarizeRuns(table, variants, runs)!;
    const labels = (): number[] => Array.from({ length: 10 }, (_, i) => i % 2);
    expect(faults(toLatex(resultsTable(results)))).toEqual([]);
    expect(faults(toLatex(testsTable(results, significanceOf(results, labels))))).toEqual([]);
  });
});
