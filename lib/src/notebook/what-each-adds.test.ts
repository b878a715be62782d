import { expect, it } from 'vitest';
import { storedTable } from './stored';
import { whatEachAdds } from './what-each-adds';

const modules = storedTable({ table: 'modules', results: 'leaf80', shots: 'all' })!;

it('takes each module away from the full model, seed by seed', () => {
  const of = (name: string): readonly number[] => modules.rows.find((row) => row.name === name)!.accuracies;
  const [full, without] = [of('SSDP + DDL + SSDT'), of('SSDP + SSDT')];
  const mean = (100 * full.reduce((sum, value, i) => sum + value - without[i]!, 0)) / full.length;
  const { rows } = whatEachAdds(modules);
  expect(rows.map(({ module }) => module)).toEqual(['SSDP', 'DDL', 'SSDT']);
  expect(rows[1]!['difference']).toContain(Math.abs(mean).toFixed(1));
});

it('needs the rows of the table of modules', () => {
  const rows = modules.rows.filter(({ name }) => name !== 'DDL + SSDT');
  expect(() => whatEachAdds({ ...modules, rows })).toThrow(/no row "DDL \+ SSDT"; give a stored table "modules"/);
});
