/** The file of published numbers: data/published.json. */
import fs from 'node:fs';
import path from 'node:path';
import { projectPaths } from '../project';
import { checkPublished, PublishedError } from './check';
import type { Published } from './types';

/** Where the project keeps them. */
export const publishedFile = (): string => path.join(projectPaths().root, 'data', 'published.json');

/** The published numbers in a file. @throws PublishedError where it is missing, no JSON, or wrong in a field */
export function readPublished(file: string = publishedFile()): Published {
  if (!fs.existsSync(file)) throw new PublishedError(file, ['there is no such file']);
  let content: unknown;
  try {
    content = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new PublishedError(file, [`it is no JSON: ${(error as Error).message}`]);
  }
  return checkPublished(content, file);
}
