/** The head of a report and its first part: what was asked, what came out, in plain words. */
import type { TableResults, VariantResult } from '../../ablation/results';
import { resultsTable } from '../../ablation/present';
import { scoredImages } from '../../ablation/protocol-present';
import { percent } from '../../ablation/text';
import { verdict } from '../../metrics/interval';
import { escapeXml } from '../svg/text';
import type { Html } from './frame';
import { dataTable, notes, paragraph } from './pieces';
import type { TablePage } from './types';

/** Said on every page. */
export const RECONSTRUCTION =
  'This is a reconstruction. No official code of CSDNet is known, and the body of its paper (equations, settings, ablation tables) was not at ' +
  "hand: nothing on this page is the paper's own number, and none of it speaks for or against the paper.";

const countText = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

/** The conditions in a few words. Of the reference: another row may have other images and epochs than the table. */
export function chipsOf(results: TableResults): readonly string[] {
  const { table, variants, seeds, split, stages, dataset } = results;
  const { config } = (variants.find(({ name }) => name === table.reference) ?? variants[0]!).records[0]!;
  const scored = results.validation === 'none' ? split : results.validation;
  return [
    dataset.name,
    ...(stages.length > 0 ? [`${stages.length} stages: ${stages.join(', ')}`] : []),
    `${dataset.classes} classes`,
    `${dataset.train} training images`,
    `${dataset.tests[split] ?? 0} ${scoredImages(results)} (${scored})`,
    `${config.backbone.kind}, ${config.input.imageSize} px`,
    `${countText(config.training.epochs, 'epoch')}`,
    `${countText(seeds.length, 'seed')}: ${seeds.join(', ')}`,
  ];
}

function scoreHtml({ name, accuracy }: VariantResult, role: string, full: boolean): Html {
  const spread = accuracy.sd === null ? '' : ` <small>\u00b1 ${percent(accuracy.sd)}</small>`;
  const interval =
    accuracy.low === null || accuracy.high === null
      ? 'one seed: no interval'
      : `95 % interval ${percent(accuracy.low)} to ${percent(accuracy.high)}`;
  return (
    `<div class="score${full ? ' full' : ''}"><span class="name">${escapeXml(name)}</span>` +
    `<b>${percent(accuracy.mean)} %${spread}</b><span>${role}; ${interval}</span></div>`
  );
}

/** The rows that a reader looks for first. */
function scores({ table, variants }: TableResults): Html {
  const roles = new Map<string, string>([[table.full, 'the full model']]);
  if (table.control) roles.set(table.control, 'the control, of equal work');
  if (!roles.has(table.reference)) roles.set(table.reference, 'the reference');
  const shown = variants.filter(({ name }) => roles.has(name));
  return `<div class="scores">${shown.map((one) => scoreHtml(one, roles.get(one.name)!, one.name === table.full)).join('')}</div>`;
}

/** What the seeds can tell, a sentence each. */
function verdicts({ table, variants }: TableResults): readonly string[] {
  const full = variants.find(({ name }) => name === table.full);
  const told = (other: string, found: VariantResult['toReference'] | undefined) =>
    found ? [`${table.full} against ${other}: ${verdict(found)}`] : [];
  const own = [...told(table.reference, full?.toReference), ...told(table.control ?? '', full?.toControl)];
  if (own.length > 0) return own;
  return variants.flatMap(({ name, toReference }) =>
    toReference ? [`${name} against ${table.reference}: ${verdict(toReference)}`] : [],
  );
}

/** What came out, in numbers and in words. */
export function summaryHtml({ results, sentences = verdicts(results) }: TablePage): Html {
  const words = sentences.map((text) => paragraph(text));
  return [scores(results), ...words, paragraph(RECONSTRUCTION, 'honest')].join('\n');
}

/** The table with its notes, and what stands beside it. */
export function tableHtml({ results, table = resultsTable(results), tables = [] }: TablePage): Html {
  const { full } = results.table;
  const further = tables.map((one) => `<h3>${escapeXml(one.title)}</h3>\n${dataTable(one, full)}\n${notes(one.notes)}`);
  return [dataTable(table, full), notes(table.notes), ...further].join('\n');
}
