/** A report of one table: one HTML file that is read offline, sent by mail, or kept beside a paper. */
import { resultsFigures, sourceOf } from '../../ablation/present';
import { scoredImages } from '../../ablation/protocol-present';
import type { LinkedParts } from '../linked/confusion';
import { classesHtml, pairsHtml } from './classes';
import { frameHtml } from './frame';
import type { Html, Section } from './frame';
import { linkedPiece } from './linked';
import { madeHtml } from './made';
import { mistakesHtml } from './mistakes';
import { chipsOf, RECONSTRUCTION, summaryHtml, tableHtml } from './overview';
import { chart, dataTable, notes, paragraph } from './pieces';
import { isMissing } from './types';
import type { TablePage } from './types';

export type { FeatureMap, Missing, Mistake, Mistakes, TablePage } from './types';

/** Shorter than the figure's own caption, whose verdicts on each row stand in the table already. */
const DIFFERENCES =
  'Points right of the dashed line did better than the reference on the same seed; an interval that crosses the line cannot tell.';

function featureMap({ map }: TablePage): Html {
  if (isMissing(map)) return paragraph(map.missing);
  return `${chart(map.figure, { width: 820 })}\n${paragraph(map.note, 'note')}`;
}

function publishedSection({ published }: TablePage): readonly Section[] {
  if (!published) return [];
  const body = `${dataTable(published)}\n${notes(published.notes)}`;
  return [{ id: 'published', short: 'Published', title: published.title, body }];
}

function sectionsOf(page: TablePage, linked: LinkedParts | undefined): readonly Section[] {
  const { results, classNames, mistakes } = page;
  const figures = resultsFigures(results, classNames);
  const difference = figures.difference
    ? chart(figures.difference, { width: 900 }, DIFFERENCES)
    : paragraph('Paired differences need the reference and another variant on the same seeds.');
  // Tables whose rows are points of a curve have a figure of it.
  const curve = figures.curve ? [chart(figures.curve, { width: 900 })] : [];
  return [
    { id: 'result', short: 'Result', title: 'What came out', body: summaryHtml(page) },
    { id: 'table', short: 'Table', title: 'The table and its tests', body: tableHtml(page) },
    {
      id: 'differences',
      short: 'Differences',
      title: 'Accuracy, and paired differences',
      body: [...curve, chart(figures.bars!, { width: 900 }), difference].join('\n'),
    },
    { id: 'training', short: 'Training', title: 'Training', body: chart(figures.curves!, { width: 960 }) },
    {
      id: 'confusion',
      short: 'Confusion',
      title: 'Who is taken for whom',
      body: `${chart(figures.confusion!)}\n${pairsHtml(results, classNames)}\n${linked?.html ?? ''}`,
    },
    {
      id: 'map',
      short: 'Map',
      title: `A map of the ${results.validation === 'none' ? 'test' : 'validation'} features`,
      body: featureMap(page),
    },
    {
      id: 'mistakes',
      short: 'Mistakes',
      title: 'The worst mistakes',
      body: isMissing(mistakes) ? paragraph(mistakes.missing) : mistakesHtml(mistakes, scoredImages(results)),
    },
    { id: 'classes', short: 'Classes', title: 'Class by class', body: classesHtml(results, classNames) },
    ...publishedSection(page),
    { id: 'made', short: 'How it was made', title: 'How it was made', body: madeHtml(page) },
  ];
}

/**
 * A table as one page of HTML: result, table with tests, figures, confusion, map, mistakes, classes, and what is needed to make it again.
 *
 * It fetches nothing (its policy forbids it) and holds no path of the machine. Its one script, by hash, makes the cells of the confusion matrix answer. The same results give the same text.
 *
 * @throws RangeError where a picture is a link, or there are not as many names as classes
 */
export function tablePageHtml(page: TablePage): Html {
  const { results } = page;
  const linked = page.linked && linkedPiece(page.linked, scoredImages(results));
  return frameHtml({
    eyebrow: `CSDNet notebooks \u00b7 ablation of ${results.dataset.name}`,
    title: results.table.title,
    lead: results.table.question,
    chips: chipsOf(results),
    sections: sectionsOf(page, linked),
    ...(linked ? { scripts: [linked.script], styles: [linked.style] } : {}),
    footer: `Runs ${sourceOf(results)}. ${RECONSTRUCTION}`,
  });
}
