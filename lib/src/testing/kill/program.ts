/** Programs under test: started with a fault, killed, and called again until they are done. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { projectPaths } from '../../project';
import { LINE, VARIABLE } from './fault';
import type { Fault } from './fault';

/** Compiled: a process without a test runner loads them. */
const BUILT = path.join(projectPaths().root, 'lib', 'dist');
export const MAIN = path.join(BUILT, 'cli', 'main.js');
const preload = (name: string): string => path.join(BUILT, 'testing', 'kill', `${name}.js`);

export interface Program {
  /** What node is given. */
  readonly args: readonly string[];
  /** The folder that the program writes in: CSDNET_HOME. */
  readonly home: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Outcome {
  /** Null where it was killed. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Trouble {
  readonly fault?: Omit<Fault, 'root' | 'trace'>;
  /** Milliseconds after its start that all of the program's processes are killed. */
  readonly killAfter?: number;
  /** Milliseconds by which its clock is off. */
  readonly clock?: number;
}

/** Where a program's calls of the file system are counted. */
export const traceOf = ({ home }: Pick<Program, 'home'>): string => `${home}.trace`;

/** The calls of the last time that a program ran with a fault: process, name and file. */
export function callsOf(
  program: Pick<Program, 'home'>,
): readonly (readonly [pid: string, name: string, file: string])[] {
  const text = fs.readFileSync(traceOf(program), 'utf8');
  return Array.from({ length: text.length / LINE }, (_, i) => {
    const [pid = '', name = '', ...file] = text
      .slice(i * LINE, (i + 1) * LINE)
      .trimEnd()
      .split(' ');
    return [pid, name, file.join(' ')] as const;
  });
}

function environmentOf(program: Program, { fault, clock }: Trouble): NodeJS.ProcessEnv {
  const { home, env } = program;
  const loaded = [...(fault ? ['preload'] : []), ...(clock === undefined ? [] : ['clock'])];
  return {
    ...process.env,
    CSDNET_HOME: home,
    NODE_OPTIONS: loaded.map((name) => `--require ${preload(name)}`).join(' '),
    ...(fault && { [VARIABLE]: JSON.stringify({ ...fault, root: home, trace: traceOf(program) }) }),
    ...(clock !== undefined && { CSDNET_TEST_CLOCK: String(clock) }),
    ...env,
  };
}

/** Run a program once. Its processes are a group of their own, so that they can be killed as one. */
export function runProgram(program: Program, trouble: Trouble = {}): Promise<Outcome> {
  fs.rmSync(traceOf(program), { force: true });
  fs.mkdirSync(program.home, { recursive: true });
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, program.args, {
      ...{ cwd: program.cwd, env: environmentOf(program, trouble), detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout!.on('data', (text: Buffer) => (stdout += text.toString()));
    child.stderr!.on('data', (text: Buffer) => (stderr += text.toString()));
    child.on('error', reject);
    const { killAfter } = trouble;
    const timer = killAfter === undefined ? undefined : setTimeout(() => killGroup(child.pid!), killAfter);
    // Its workers hold its pipes: closed, all of them have ended.
    child.on('close', (status) => {
      clearTimeout(timer);
      resolve({ status, stdout, stderr });
    });
  });
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}

/** Call a program again until it says that all went well. @throws where it does not within a few times */
export async function finishProgram(program: Program, times = 2): Promise<Outcome> {
  let last: Outcome | undefined;
  for (let i = 0; i < times; i++) {
    last = await runProgram(program);
    if (last.status === 0) return last;
  }
  throw new Error(`not done after ${times} more calls: ${last?.stderr}`);
}
