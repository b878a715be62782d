/** How a table was made: the command, the versions, the machine, the whole recipe, every run. */
import type { RunRecord } from '../../ablation/record';
import type { TableResults } from '../../ablation/results';
import { asVariant } from '../../ablation/summary';
import { recipeDifferences, recipeLines, shareable } from '../../config';
import type { Config } from '../../config';
import { escapeXml } from '../svg/text';
import type { Html } from './frame';
import { dataTable, details, facts, paragraph, pre } from './pieces';
import type { TablePage } from './types';

const distinct = (records: readonly RunRecord[], read: (record: RunRecord) => string | null): string =>
  [...new Set(records.map((record) => read(record) || 'unknown'))].sort().join(', ');

function timeText(records: readonly RunRecord[]): string {
  const seconds = records.reduce((sum, { provenance }) => sum + provenance.seconds, 0);
  const days = records.map(({ provenance }) => provenance.started.slice(0, 10)).filter((day) => day !== '');
  const [first, last] = [days.sort()[0], days[days.length - 1]];
  const when = first === undefined ? '' : first === last ? `, ${first}` : `, ${first} to ${last!}`;
  return `${(seconds / 60).toFixed(1)} min in ${records.length} runs${when}`;
}

function versions(records: readonly RunRecord[]): Html {
  const of = (read: (made: RunRecord['provenance']) => string | null): string =>
    distinct(records, ({ provenance }) => read(provenance));
  return facts([
    ['csdnet', of(({ csdnet }) => csdnet)],
    ['Commit', `${of(({ commit }) => commit)} (a "+" means: with changes that were not committed)`],
    ['TensorFlow', of(({ tensorflow }) => tensorflow)],
    ['TensorFlow.js', of(({ tfjs }) => tfjs)],
    ['Node', of(({ node }) => node)],
    ['Machine', `${of(({ cpu }) => cpu)}, ${of(({ device }) => device)}, ${of(({ platform }) => platform)}`],
    ['Threads of a run', of(({ threads }) => threads)],
    ['Training time', timeText(records)],
    ['First weights', distinct(records, ({ weights }) => weights ?? 'random numbers')],
    ['Data', distinct(records, ({ dataset }) => `${dataset.name}, SHA-256 ${dataset.fingerprint}`)],
  ]);
}

/** The runs of a seed: several where a result is the mean over parts. */
const idsOf = (records: readonly RunRecord[], seed: number): string =>
  records
    .filter(({ config }) => config.seed === seed)
    .map(({ id }) => id)
    .join(' ');

/** Which run is which: variants by seeds. */
function runsTable({ variants, seeds }: TableResults): Html {
  return dataTable({
    title: '',
    columns: [
      { key: 'variant', title: 'Variant' },
      ...seeds.map((seed) => ({ key: `seed${seed}`, title: `Seed ${seed}` })),
    ],
    rows: variants.map(({ name, records }) => ({
      variant: name,
      ...Object.fromEntries(seeds.map((seed) => [`seed${seed}`, idsOf(records, seed)])),
    })),
    notes: [],
  });
}

function changes({ variants }: TableResults, full: Config): Html {
  const items = variants.map(({ name, why, records }) => {
    const found = recipeDifferences(full, asVariant(records[0]!.config, full));
    const words = found.length > 0 ? found.join(', ') : 'the recipe as it is';
    return `<tr><th scope="row">${escapeXml(name)}</th><td>${escapeXml(why)}</td><td><code>${escapeXml(words)}</code></td></tr>`;
  });
  const head = '<tr><th scope="col">Variant</th><th scope="col">Why</th><th scope="col">Change</th></tr>';
  return `<div class="wide"><table><thead>${head}</thead><tbody>${items.join('')}</tbody></table></div>`;
}

/** The part that lets another person make the table again. */
export function madeHtml({ results, full, command }: TablePage): Html {
  const records = results.variants.flatMap((variant) => variant.records);
  return [
    pre(command, 'command'),
    paragraph('Finished runs are kept and not done again: the same command goes on where it was stopped.', 'note'),
    versions(records),
    '<h3>What each row changes</h3>',
    changes(results, full),
    details('The whole recipe of the full model', pre(recipeLines(shareable(full)).join('\n'))),
    details('The runs (folders in data/runs)', runsTable(results)),
  ].join('\n');
}
