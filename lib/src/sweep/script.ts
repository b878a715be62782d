/** The job script: the lines of `#SBATCH` and the command, put into a template. */

/** What is asked of the cluster; what is absent is left to its defaults. */
export interface Resources {
  readonly gres?: string | undefined;
  readonly memory?: string | undefined;
  readonly time?: string | undefined;
  readonly partition?: string | undefined;
  readonly account?: string | undefined;
}

export interface ScriptFacts {
  readonly name: string;
  /** As `arraySpec` writes it. */
  readonly array: string;
  /** File of each task's output, with Slurm's %A and %a. */
  readonly log: string;
  readonly cpus: number;
  readonly resources: Resources;
  /** The command as words; words that begin with `$` stay as they are. */
  readonly command: readonly string[];
}

/** Seconds before the end of its time at which a task is told: it stops, and asks to be queued again. */
const WARNING_SECONDS = 120;

/** A word as the shell reads it back. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`;

/** A value of `#SBATCH`, in which no line may end. @throws where it holds one */
function plain(value: string): string {
  if (/[\r\n\0]/.test(value)) throw new Error(`A Slurm option is one line; given: ${JSON.stringify(value)}`);
  return /\s/.test(value) ? `"${value.replace(/(["\\])/g, '\\$1')}"` : value;
}

export function directives({ name, array, log, cpus, resources }: ScriptFacts): string {
  const { gres, memory, time, partition, account } = resources;
  const values: readonly (readonly [string, string | undefined])[] = [
    ...([['job-name', name], ['array', array], ['output', log], ['open-mode', 'append']] as const), // prettier-ignore
    ...([['cpus-per-task', `${cpus}`], ['gres', gres], ['mem', memory], ['time', time]] as const), // prettier-ignore
    ...([['partition', partition], ['account', account], ['signal', `B:TERM@${WARNING_SECONDS}`]] as const), // prettier-ignore
  ];
  const lines = values.flatMap(([key, value]) => (value === undefined ? [] : [`#SBATCH --${key}=${plain(value)}`]));
  return [...lines, '#SBATCH --requeue'].join('\n');
}

const PLACES = ['{{directives}}', '{{command}}'] as const;

/**
 * The script of one array.
 *
 * @param template text with `{{directives}}` and `{{command}}`, each once, on lines of their own or at the start of one
 * @throws where the template lacks one of them
 */
export function jobScript(template: string, facts: ScriptFacts): string {
  for (const place of PLACES) {
    const count = template.split(place).length - 1;
    if (count !== 1)
      throw new Error(`The template holds ${place} ${count} times; it must once: start from scripts/slurm/job.sh`);
  }
  if (!template.startsWith('#!')) throw new Error('The template must begin with #! (#!/bin/bash): sbatch asks for it');
  const command = facts.command.map((word) => (/^\$\w+$/.test(word) ? `"${word}"` : quoted(word))).join(' ');
  return template.replace(PLACES[0], () => directives(facts)).replace(PLACES[1], () => command);
}
