/** Accuracy class by class, and which pairs are mixed up. */
import { summedConfusion } from '../../ablation/present';
import { scoredImages } from '../../ablation/protocol-present';
import type { TableResults, VariantResult } from '../../ablation/results';
import { percent, signed } from '../../ablation/text';
import { mean } from '../../metrics/interval';
import { confusedPairs, rowTotals } from '../../metrics/confusion';
import { escapeXml } from '../svg/text';
import type { Html } from './frame';
import { bar, details, paragraph } from './pieces';

/** How many pairs are listed. */
const PAIRS = 10;

/** Beyond so many classes only the ends are shown at once. */
const SHOWN = 20;
/** Beyond so many the list of all holds the worst alone: each takes 400 bytes of the page. */
const LISTED = 1000;

interface ClassScore {
  readonly name: string;
  readonly images: number;
  readonly own: number;
  readonly reference: number | null;
}

/** Mean over seeds of a class's accuracy (of a seed over all its parts); null for a class without images. */
function scoreOf({ measures }: VariantResult, c: number): number | null {
  const values = measures.flatMap(({ perClass }) => perClass[c] ?? []);
  return values.length > 0 ? mean(values) : null;
}

/** The variant that a report shows in detail: the full model, else the last row. */
export const shownVariant = ({ table, variants }: TableResults): VariantResult =>
  variants.find(({ name }) => name === table.full) ?? variants[variants.length - 1]!;

function classScores(results: TableResults, names: readonly string[]): readonly ClassScore[] {
  const { table, variants, split } = results;
  const shown = shownVariant(results);
  const reference = variants.find(({ name }) => name === table.reference && name !== shown.name);
  const totals = rowTotals(summedConfusion(shown, split), names.length);
  return totals
    .flatMap((total, c): ClassScore[] => {
      const own = scoreOf(shown, c);
      if (own === null) return [];
      const images = total / shown.accuracy.n;
      return [{ name: names[c]!, images, own, reference: reference ? scoreOf(reference, c) : null }];
    })
    .sort((a, b) => a.own - b.own || (a.name < b.name ? -1 : 1));
}

function classRows(scores: readonly ClassScore[], withReference: boolean): Html {
  const rows = scores.map(({ name, images, own, reference }) => {
    const other =
      reference === null
        ? '<td></td><td></td>'
        : `<td class="right">${percent(reference)}</td><td class="right">${signed(own - reference)}</td>`;
    return (
      `<tr><th scope="row">${escapeXml(name)}</th><td class="right">${Math.round(images)}</td>` +
      `<td class="right">${percent(own)}</td><td>${bar(own)}</td>${withReference ? other : ''}</tr>`
    );
  });
  return rows.join('');
}

function classTable(scores: readonly ClassScore[], { own, reference }: { own: string; reference?: string }): Html {
  const other = reference
    ? `<th scope="col" class="right">${escapeXml(reference)} (%)</th><th scope="col" class="right">Difference</th>`
    : '';
  const head =
    '<tr><th scope="col">Class</th><th scope="col" class="right">Images</th>' +
    `<th scope="col" class="right">${escapeXml(own)} (%)</th><th scope="col"></th>${other}</tr>`;
  return `<div class="wide"><table><thead>${head}</thead><tbody>${classRows(scores, reference !== undefined)}</tbody></table></div>`;
}

/** Every class of the full model, worst first, beside the reference. */
export function classesHtml(results: TableResults, names: readonly string[]): Html {
  const scores = classScores(results, names);
  const shown = shownVariant(results);
  const { reference } = results.table;
  const heads = { own: shown.name, ...(scores.some((one) => one.reference !== null) ? { reference } : {}) };
  const what = scoredImages(results);
  const words = `Share of each class's ${what} that ${shown.name} names rightly, mean over ${shown.accuracy.n} seeds, the worst first.`;
  const few = `With few ${what} a class, one image more or less is many points: read single classes as hints.`;
  if (scores.length <= SHOWN) return `${paragraph(`${words} ${few}`)}\n${classTable(scores, heads)}`;
  const half = SHOWN / 2;
  return [
    paragraph(`${words} ${few}`),
    `<h3>The ${half} worst</h3>`,
    classTable(scores.slice(0, half), heads),
    `<h3>The ${half} best</h3>`,
    classTable(scores.slice(-half), heads),
    scores.length <= LISTED
      ? details(`All ${scores.length} classes`, classTable(scores, heads))
      : details(`The ${LISTED} worst of ${scores.length} classes`, classTable(scores.slice(0, LISTED), heads)),
  ].join('\n');
}

/** The pairs that are mixed up most often, in words. */
export function pairsHtml(results: TableResults, names: readonly string[]): Html {
  const shown = shownVariant(results);
  const pairs = confusedPairs(summedConfusion(shown, results.split), PAIRS);
  if (pairs.length === 0) return paragraph(`None of the ${scoredImages(results)} was called wrongly.`);
  const items = pairs.map(({ trueClass, predicted, count, rate }) => {
    const words = `${names[trueClass]!} was called ${names[predicted]!}: ${count} times, ${percent(rate)} % of its images`;
    return `<li>${escapeXml(words)}</li>`;
  });
  return `<h3>Mixed up most often, over all seeds</h3>\n<ol>${items.join('')}</ol>`;
}
