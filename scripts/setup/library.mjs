#!/usr/bin/env node
// The build of lib: TypeScript checks and compiles in memory, and only what has no error is written, each file whole. So lib/dist always
// holds a build that compiles. How it stands is told in .setup/build.json, which kernels read (kernel/notices.mjs).
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setImmediate as breath } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { buildStateFile } from '../kernel/library-files.mjs';
import { at, root, writeWhole } from './stamp.mjs';

const folder = at('lib');

/** Tells kernels how the build stands: 'building', 'good', or 'failed' with the first error. */
export function tellState(state, error) {
  const content = { state, pid: process.pid, id: randomUUID(), ...(error ? { error } : {}) };
  writeWhole(buildStateFile(root), `${JSON.stringify(content)}\n`);
}

/** An error of the compiler on one line: `src/queue/queue.ts:3:5 - Type ...`, the file's name within lib. */
function lineOf(ts, { file, start, messageText }) {
  const text = ts.flattenDiagnosticMessageText(messageText, '\n').split('\n')[0];
  if (!file) return text;
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  return `${path.relative(folder, file.fileName)}:${line + 1}:${character + 1} - ${text}`;
}

/** A host that parses a file again only where its size or time has changed. */
function cachingHost(ts, options) {
  const host = ts.createIncrementalCompilerHost(options);
  const parse = host.getSourceFile.bind(host);
  const parsed = new Map();
  host.getSourceFile = (name, ...rest) => {
    const stat = fs.statSync(name, { throwIfNoEntry: false });
    const version = stat && `${stat.size} ${stat.mtimeMs}`;
    if (parsed.get(name)?.version !== version || !version) parsed.set(name, { version, file: parse(name, ...rest) });
    return parsed.get(name).file;
  };
  return host;
}

/** Files in lib/dist whose source is gone: an import of them would go on working here, and nowhere else. */
function orphans(dist, expected) {
  if (!fs.existsSync(dist)) return [];
  return fs
    .readdirSync(dist, { recursive: true })
    .filter((name) => /\.(js|js\.map|d\.ts)$/.test(name) && !expected.has(name.replace(/\.(js|js\.map|d\.ts)$/, '')))
    .map((name) => path.join(dist, name));
}

/**
 * A builder that keeps what it knows from one build to the next, so that a later one takes a second or two.
 *
 * @returns `check()`, which compiles in memory and gives `{errors, write}`: the errors as lines, and, where there are none, the function
 * that puts the outputs in place and gives how many files it changed
 */
export async function libraryBuilder() {
  const { default: ts } = await import('typescript');
  const pending = new Map();
  let [program, host] = [];

  function write(start, names) {
    const { outDir, rootDir } = program.getCompilerOptions();
    let changed = 0;
    for (const [file, text] of pending) {
      if (fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text) continue;
      writeWhole(file, text);
      fs.utimesSync(file, start, start);
      changed += 1;
    }
    pending.clear();
    const expected = new Set(names.map((name) => path.relative(rootDir, name).replace(/\.ts$/, '')));
    for (const file of orphans(outDir, expected)) fs.rmSync(file);
    // The time of the build is when it began: whatever source was edited since is newer than it.
    fs.utimesSync(path.join(outDir, 'index.js'), start, start);
    return changed;
  }

  async function check() {
    const start = new Date();
    const problems = [];
    const onUnRecoverableConfigFileDiagnostic = (problem) => problems.push(problem);
    const system = { ...ts.sys, onUnRecoverableConfigFileDiagnostic };
    const config = ts.getParsedCommandLineOfConfigFile(path.join(folder, 'tsconfig.json'), {}, system);
    if (!config) return { errors: problems.map((problem) => lineOf(ts, problem)) };
    host ??= cachingHost(ts, config.options);
    const create = ts.createEmitAndSemanticDiagnosticsBuilderProgram;
    program = create(config.fileNames, config.options, host, program, config.errors);
    problems.push(...config.errors, ...program.getOptionsDiagnostics(), ...program.getSyntacticDiagnostics());
    // File by file, with a breath between: the lock's heartbeat and a signal to end must be heard meanwhile.
    while (program.getSemanticDiagnosticsOfNextAffectedFile()) await breath();
    problems.push(...program.getGlobalDiagnostics(), ...program.getSemanticDiagnostics());
    if (problems.length > 0) return { errors: problems.map((problem) => lineOf(ts, problem)) };
    const { diagnostics } = program.emit(undefined, (file, text) => pending.set(path.resolve(file), text));
    if (diagnostics.length > 0) return { errors: diagnostics.map((problem) => lineOf(ts, problem)) };
    return { errors: [], write: () => write(start, config.fileNames) };
  }

  return { check };
}

/** One build, as the step of set-up does it; the status that its process ends with. */
async function buildOnce() {
  tellState('building');
  const { errors, write } = await (await libraryBuilder()).check();
  for (const error of errors) console.error(error);
  write?.();
  tellState(write ? 'good' : 'failed', errors[0]);
  return write ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = await buildOnce();
