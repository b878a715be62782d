/** The report and its figure as files, whole or not at all. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { writeWhole } from '../files';
import { saveFigure } from '../report/save';
import { costFigure } from './figure';
import { reportMarkdown } from './present';
import type { Report } from './present';

export interface Place {
  /** Where NAME.json and NAME.md go. */
  readonly data: string;
  /** Where bench.NAME.json and bench.NAME.svg go. */
  readonly figures: string;
  readonly name: string;
}

/** Write a report. @returns the files, the figure's only where a series has two points */
export async function saveReport(report: Report, { data, figures, name }: Place): Promise<readonly string[]> {
  await mkdir(data, { recursive: true });
  const [json, md] = ['json', 'md'].map((end) => path.join(data, `${name}.${end}`)) as [string, string];
  await writeWhole(json, `${JSON.stringify(report, null, 1)}\n`);
  await writeWhole(md, reportMarkdown(report));
  const figure = costFigure(report.rows);
  const drawn = figure && (await saveFigure(figure, { dir: figures, name: `bench.${name}` }));
  return [json, md, ...(drawn ? [drawn.json, drawn.svg] : [])];
}
