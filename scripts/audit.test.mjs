// What an audit says of a registry's answer, of its silence, and of what cannot be reached; and that nothing is installed but what is pinned.
import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COMMANDS, npmFindings, outcomeOf, pythonFindings, verdict } from './audit.mjs';
import { at } from './setup/stamp.mjs';

/** The peers of the benchmark: no set-up installs them. */
const OPTIONAL = 'bench.txt';

const via = (severity, id) => ({ severity, title: `bad ${id}`, url: `https://example.org/advisories/${id}` });
const NPM = {
  vulnerabilities: {
    a: { name: 'a', severity: 'critical', via: [via('critical', 'GHSA-1'), via('moderate', 'GHSA-2')] },
    b: { name: 'b', severity: 'high', via: ['a'] },
  },
};
const PYTHON = { dependencies: [{ name: 'p', version: '1', vulns: [{ id: 'PYSEC-1', description: 'worse\nlong' }] }, { name: 'q', version: '1', vulns: [] }] }; // prettier-ignore

describe('npm run audit', () => {
  it('finds what is high or critical, each once', () => {
    expect(npmFindings(NPM)).toEqual([{ package: 'a', id: 'GHSA-1', severity: 'critical', title: 'bad GHSA-1' }]);
    expect(pythonFindings(PYTHON)).toEqual([{ package: 'p', id: 'PYSEC-1', severity: 'unrated', title: 'worse' }]);
  });

  it('does not take silence for an answer', () => {
    const refused = JSON.stringify({
      message: '405 Method Not Allowed - POST https://example.org/bulk',
      statusCode: 405,
    });
    expect(outcomeOf('npm', { stdout: refused }).unanswered).toBe('its registry did not answer: 405 Method Not Allowed - POST the registry'); // prettier-ignore
    expect(outcomeOf('Python', { error: { code: 'ENOENT' } }).unanswered).toMatch(
      /pip-audit is not installed: "pipx install/,
    );
    expect(outcomeOf('npm', { stdout: 'null' }).unanswered).toMatch(/did not answer/);
    const { lines, status } = verdict({ npm: outcomeOf('npm', { stdout: refused }), Python: { findings: [] } }, []);
    expect(status).toBe(2);
    expect(lines[0]).toMatch(/^npm: NOT KNOWN.*Nothing is proved/);
  });

  it('fails for a finding, unless a reason is written down why it cannot be reached', () => {
    const outcomes = { npm: outcomeOf('npm', { stdout: JSON.stringify(NPM) }), Python: { findings: [] } };
    expect(verdict(outcomes, []).status).toBe(1);
    const known = [{ ecosystem: 'npm', package: 'a', id: 'GHSA-1', why: 'never called' }];
    const { lines, status } = verdict(outcomes, known);
    expect([status, lines[1]]).toEqual([0, '  a GHSA-1 (critical): bad GHSA-1; cannot be reached: never called']);
    expect(verdict({ npm: outcomes.npm, Python: outcomeOf('Python', { stdout: JSON.stringify(PYTHON) }) }, known).status).toBe(1); // prettier-ignore
  });

  it('asks about what runs', () => {
    expect(COMMANDS.npm[1]).toContain('--omit=dev');
    expect(COMMANDS.Python[1]).toContain('requirements/notebook.txt');
    for (const { why } of JSON.parse(fs.readFileSync(at('scripts', 'audit-known.json'), 'utf8')))
      expect(why).toMatch(/\w{3}/);
  });
});

describe('what is installed', () => {
  it('runs no install script: neither by npm itself nor in set-up', () => {
    expect(fs.readFileSync(at('.npmrc'), 'utf8')).toMatch(/^ignore-scripts=true$/m);
    expect(fs.readFileSync(at('scripts', 'setup', 'steps.mjs'), 'utf8')).toMatch(/'ci', '--ignore-scripts'/);
    expect(Object.values(JSON.parse(fs.readFileSync(at('package.json'), 'utf8')).allowScripts)).toEqual([false]);
  });

  it('has a hash for every package of the registry, npm and Python', () => {
    const { packages } = JSON.parse(fs.readFileSync(at('package-lock.json'), 'utf8'));
    const foreign = Object.entries(packages).filter(
      ([name, one]) => name.includes('node_modules/') && !one.link && !one.inBundle,
    );
    expect(foreign.length).toBeGreaterThan(100);
    expect(foreign.filter(([, { integrity = '' }]) => !/^sha(512|1)-/.test(integrity)).map(([name]) => name)).toEqual(
      [],
    );
    for (const file of fs
      .readdirSync(at('requirements'))
      .filter((name) => name.endsWith('.txt') && name !== OPTIONAL)) {
      const lines = fs.readFileSync(at('requirements', file), 'utf8').replace(/\\\n/g, ' ').split('\n').filter((line) => /^[\w-]+(\[.*\])?==/.test(line)); // prettier-ignore
      expect(lines.length, file).toBeGreaterThan(0);
      expect(
        lines.filter((line) => !line.includes('--hash=sha256:')),
        file,
      ).toEqual([]);
    }
  });
});
