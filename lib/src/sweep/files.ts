/** A sweep's files: the manifest, and beside it the jobs that were submitted for it. */
import fs from 'node:fs';
import path from 'node:path';
import { withLock, writeWholeSync } from '../files';
import { manifestText, parseManifest } from './manifest';
import type { Manifest } from './manifest';
import type { Submission } from './state';

/** `sweep.jsonl` -> `sweep.jobs.json`, `sweep.logs`. */
const beside = (file: string, ending: string): string => `${path.resolve(file).replace(/\.jsonl$/, '')}.${ending}`;
export const jobsFile = (manifest: string): string => beside(manifest, 'jobs.json');
/** Folder of job scripts and of what the tasks print. */
export const logFolder = (manifest: string): string => beside(manifest, 'logs');

/** Write a manifest, whole or not at all. @throws where jobs of another manifest of this name may be in a queue */
export function writeManifest(file: string, manifest: Manifest): void {
  if (fs.existsSync(jobsFile(file)))
    throw new Error(
      `${file} was submitted before (${jobsFile(file)} names its jobs): choose another --out, or cancel the sweep and remove that file`,
    );
  fs.mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  writeWholeSync(file, manifestText(manifest));
}

/** @throws where there is no such file, or it is no manifest */
export function readManifest(file: string): Manifest {
  if (!fs.existsSync(file))
    throw new Error(`There is no manifest ${file}: make one with csdnet sweep plan --out ${file}`);
  return parseManifest(fs.readFileSync(file, 'utf8'), file);
}

const isSubmission = (value: Partial<Submission> | null): value is Submission =>
  typeof value?.job === 'string' &&
  typeof value.name === 'string' &&
  typeof value.offset === 'number' &&
  typeof value.perTask === 'number' &&
  Array.isArray(value.indices);

/** The jobs submitted for a manifest; none where it never was. @throws where the file is broken */
export function readJobs(manifest: string): readonly Submission[] {
  const file = jobsFile(manifest);
  if (!fs.existsSync(file)) return [];
  let found: unknown;
  try {
    found = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} is no JSON (${(error as Error).message})`, { cause: error });
  }
  if (!Array.isArray(found) || !(found as (Partial<Submission> | null)[]).every(isSubmission))
    throw new Error(`${file} is no list of jobs: restore it, or cancel the jobs by scancel and remove it`);
  return found as Submission[];
}

/** Keep a job that was submitted. No two processes do so at a time. */
export async function addJob(manifest: string, job: Submission): Promise<void> {
  const file = jobsFile(manifest);
  await withLock(file, () => writeWholeSync(file, `${JSON.stringify([...readJobs(manifest), job], null, 2)}\n`));
}

/** Write a job's script. @returns its file */
export function writeScript(manifest: string, name: string, text: string): string {
  fs.mkdirSync(logFolder(manifest), { recursive: true });
  const file = path.join(logFolder(manifest), name);
  writeWholeSync(file, text, { mode: 0o755 });
  return file;
}

/** The text of a template. @throws where it cannot be read */
export function readTemplate(file: string): string {
  if (!fs.existsSync(file)) throw new Error(`There is no template ${file}: give a file made from scripts/slurm/job.sh`);
  return fs.readFileSync(file, 'utf8');
}
