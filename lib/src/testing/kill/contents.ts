/** All that a program has left in a folder, without what says when it ran: to be compared between two that must agree. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import type { RunRecord } from '../../ablation';
import { readEvents } from '../events';

/** Of a record: when it was made and how long it took; versions, machine and command are to be equal too. */
function withoutTimes(text: string): string {
  const { provenance, ...record } = JSON.parse(text) as RunRecord;
  return JSON.stringify({ ...record, provenance: { ...provenance, started: '', seconds: 0 } });
}

/** Of metrics.csv: when each epoch ended. */
function withoutTimeColumn(text: string): string {
  const [head, ...rows] = parse(text) as string[][];
  const at = head!.indexOf('time');
  return JSON.stringify([head, ...rows].map((cells) => cells!.filter((_, i) => i !== at)));
}

const TIME = 'Time (x baseline)';

/** What stands between two cells of a table, by the kind of file. */
const CELLS: Readonly<Record<string, RegExp>> = { '.csv': /,/, '.md': /\|/, '.tex': /&/, '.html': /<\/t[hd]>/ };

/** Of a table: how long a row's runs took. Of a page also the sum of these times, and the days. */
function withoutTimeCells(text: string, between: RegExp): string {
  let at = -1;
  const rows = text.replace(/<dt>Training time<\/dt><dd>[^<]*/, '').split(/\n|(?=<tr)/);
  return rows
    .map((row) => {
      const cells = row.split(between);
      if (row.includes(TIME)) at = cells.findIndex((cell) => cell.includes(TIME));
      return cells.filter((_, i) => i !== at || cells.length === 1).join('|');
    })
    .join('\n');
}

/** What a file holds, as a text to compare; times left out. */
function textOf(name: string, bytes: Buffer): string {
  if (name === 'record.json') return withoutTimes(bytes.toString('utf8'));
  if (name === 'metrics.csv') return withoutTimeColumn(bytes.toString('utf8'));
  if (name.startsWith('events.out.tfevents.')) return JSON.stringify(readEvents(bytes).scalars);
  const text = bytes.toString('utf8');
  const between = text.includes(TIME) ? CELLS[path.extname(name)] : undefined;
  const kept = between === undefined ? bytes : withoutTimeCells(text, between);
  return createHash('sha256').update(kept).digest('hex');
}

/** The name of an event file says when and by which process it was begun. */
const nameOf = (file: string): string => file.replace(/events\.out\.tfevents\..*$/, 'events');

/** Every file below a folder by its path, with what it holds. What the run left on its way and did not remove is among them. */
export function contentsOf(folder: string): Readonly<Record<string, string>> {
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const files = entries.map(({ parentPath, name }) => [path.join(parentPath, name), name] as const);
  return Object.fromEntries(
    files
      .map(([file, name]) => [nameOf(path.relative(folder, file)), textOf(name, fs.readFileSync(file))] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
