import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectPaths } from '../project';

const { root } = projectPaths();
const text = fs.readFileSync(path.join(root, 'docs', 'reliability.md'), 'utf8');
const rows = text.split('\n').filter((line) => line.startsWith('| ') && !/^\| (Promise|---)/.test(line));
const testsOf = (row: string): readonly string[] =>
  [...row.matchAll(/`([^`]+\.test\.m?ts|[^`]+\.test\.mjs)`/g)].map(([, file]) => file!);

describe('docs/reliability.md', () => {
  it('names a test for each promise', () => {
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.filter((row) => testsOf(row).length === 0)).toEqual([]);
  });

  it('names tests that are there', () => {
    const named = [...new Set(rows.flatMap(testsOf))];
    expect(named.filter((file) => !fs.existsSync(path.join(root, file)))).toEqual([]);
  });
});
