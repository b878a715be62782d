#!/usr/bin/env node
// Asks the registries for known weaknesses of what is installed, and says plainly where one did not answer.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { pathToFileURL } from 'node:url';
import { at } from './setup/stamp.mjs';
import { runMain } from './setup.mjs';

/** High findings that cannot be reached here: {ecosystem, package, id, why}. */
const KNOWN = at('scripts', 'audit-known.json');

/** What the tools are called with: what runs, not what develops it. */
export const COMMANDS = {
  npm: ['npm', ['audit', '--omit=dev', '--json']],
  Python: [
    'pip-audit',
    [
      '--require-hashes',
      '--no-deps',
      '--format',
      'json',
      '-r',
      'requirements/notebook.txt',
      '-r',
      'requirements/tensorflow-cpu.txt',
    ],
  ],
};

const GRAVE = ['high', 'critical'];

/** The high and critical findings of `npm audit --json`; undefined where it holds none of its reports. */
export function npmFindings(report) {
  if (typeof report?.vulnerabilities !== 'object' || report.vulnerabilities === null) return undefined;
  const found = Object.values(report.vulnerabilities).flatMap(({ name, via = [] }) =>
    via
      .filter((cause) => typeof cause === 'object' && GRAVE.includes(cause.severity))
      .map(({ url = '', title = '', severity }) => ({ package: name, id: url.split('/').at(-1), severity, title })),
  );
  return [...new Map(found.map((one) => [`${one.package} ${one.id}`, one])).values()];
}

/** The findings of `pip-audit --format json`, which knows no severities: all count. */
export function pythonFindings(report) {
  if (!Array.isArray(report?.dependencies)) return undefined;
  return report.dependencies.flatMap(({ name, vulns = [] }) =>
    vulns.map(({ id, description = '' }) => ({
      package: name,
      id,
      severity: 'unrated',
      title: description.split('\n')[0],
    })),
  );
}

const FINDINGS = { npm: npmFindings, Python: pythonFindings };

/** What an audit says, by its tool's output. @returns {findings} or {unanswered}, a sentence */
export function outcomeOf(ecosystem, { error, stdout = '', stderr = '' }) {
  const [command] = COMMANDS[ecosystem];
  if (error?.code === 'ENOENT')
    return {
      unanswered: `${command} is not installed${ecosystem === 'Python' ? ': "pipx install pip-audit" gets it' : ''}`,
    };
  if (error) return { unanswered: `${command} could not be run (${error.message})` };
  let report;
  try {
    report = JSON.parse(stdout);
  } catch {
    report = undefined;
  }
  const findings = FINDINGS[ecosystem](report);
  if (findings) return { findings };
  const why = report?.message ?? report?.error?.summary ?? stderr.trim().split('\n').at(-1) ?? '';
  // The address of a registry is this machine's affair.
  return { unanswered: `its registry did not answer: ${why.replace(/\bhttps?:\/\/\S+/g, 'the registry')}` };
}

/**
 * The whole as lines, and the exit status: 0 where all was answered and nothing is left, 1 where something was found, 2 where something is not known.
 *
 * @param outcomes by ecosystem
 * @param known findings that cannot be reached, each with the reason
 */
export function verdict(outcomes, known) {
  const lines = [];
  let [open, unanswered] = [0, 0];
  for (const [ecosystem, { findings, unanswered: why }] of Object.entries(outcomes)) {
    if (why !== undefined) {
      unanswered += 1;
      lines.push(`${ecosystem}: NOT KNOWN, ${why}. Nothing is proved; ask where the registry answers.`);
      continue;
    }
    lines.push(`${ecosystem}: ${findings.length} known weaknesses in what is installed.`);
    for (const { package: name, id, severity, title } of findings) {
      const reason = known.find((one) => one.ecosystem === ecosystem && one.package === name && one.id === id)?.why;
      if (reason === undefined) open += 1;
      lines.push(
        `  ${name} ${id} (${severity}): ${title}${reason === undefined ? '' : `; cannot be reached: ${reason}`}`,
      );
    }
  }
  return { lines, status: open > 0 ? 1 : unanswered > 0 ? 2 : 0 };
}

const run = ([command, args]) =>
  spawnSync(command, args, { cwd: at(), encoding: 'utf8', timeout: 120_000, maxBuffer: 2 ** 26 });

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await runMain(async () => {
    const outcomes = Object.fromEntries(
      Object.keys(COMMANDS).map((name) => [name, outcomeOf(name, run(COMMANDS[name]))]),
    );
    const { lines, status } = verdict(outcomes, JSON.parse(fs.readFileSync(KNOWN, 'utf8')));
    console.log(lines.join('\n'));
    return status;
  });
