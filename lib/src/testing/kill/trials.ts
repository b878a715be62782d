/** Trials: a program killed at a call or at a moment, called again until it is done, and compared with one that never was. */
import fs from 'node:fs';
import { contentsOf } from './contents';
import type { How } from './fault';
import { callsOf, finishProgram, runProgram } from './program';
import type { Outcome, Program, Trouble } from './program';

/** Makes a program for a home of its own. */
export type MakeProgram = (home: string) => Program;

export interface Whole {
  readonly contents: Readonly<Record<string, string>>;
  /** Calls of the file system, by name and file. */
  readonly calls: readonly (readonly [name: string, file: string])[];
  readonly milliseconds: number;
}

/** The program, never killed: what it leaves, and the calls in which it can be hit. @throws where it fails */
export async function wholeRun(make: MakeProgram, home: string): Promise<Whole> {
  const program = make(home);
  const begin = performance.now();
  const outcome = await runProgram(program, { fault: { at: 0, how: 'kill', who: 'all' } });
  const milliseconds = performance.now() - begin;
  if (outcome.status !== 0) throw new Error(`the program fails without being killed: ${outcome.stderr}`);
  return { contents: contentsOf(home), calls: callsOf(program).map(([, name, file]) => [name, file]), milliseconds };
}

export interface Trial {
  /** What became of each call of the program in trouble. */
  readonly outcomes: readonly Outcome[];
  /** What is in the home after the program was called again. */
  readonly contents: Readonly<Record<string, string>>;
}

/** One trial in a new home: the program in one trouble after the other, and then called again until it is done. */
export async function trial(make: MakeProgram, home: string, troubles: readonly Trouble[]): Promise<Trial> {
  fs.rmSync(home, { recursive: true, force: true });
  const program = make(home);
  const outcomes: Outcome[] = [];
  for (const trouble of troubles) outcomes.push(await runProgram(program, trouble));
  await finishProgram(program);
  return { outcomes, contents: contentsOf(home) };
}

/** What differs between two folders, a line a file; empty where nothing does. */
export function differences(whole: Whole['contents'], found: Whole['contents']): readonly string[] {
  const names = [...new Set([...Object.keys(whole), ...Object.keys(found)])];
  return names
    .filter((name) => whole[name] !== found[name])
    .map((name) => `${name}: ${!(name in found) ? 'missing' : !(name in whole) ? 'left over' : 'other content'}`);
}

/** Every call of a program as a kill before it, and in its middle where it writes. */
export const everyKill = ({ calls }: Whole): readonly { readonly at: number; readonly how: How }[] =>
  calls.flatMap(([name], i) => [
    { at: i + 1, how: 'kill' as const },
    ...(name === 'write' || name === 'append' ? [{ at: i + 1, how: 'half' as const }] : []),
  ]);
