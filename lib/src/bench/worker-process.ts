/** A process that answers a line of JSON with a line of JSON. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface WorkerProcess {
  /** @throws where the process says that it failed, or ends before it answers */
  ask<T>(request: object): Promise<T>;
  /** Ends the process; resolves when it has ended. */
  end(): Promise<void>;
}

export interface WorkerOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Added to this process' own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** What to call it in an error. */
  readonly label: string;
}

interface Waiting {
  readonly resolve: (answer: Record<string, unknown>) => void;
  readonly reject: (error: Error) => void;
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Start one. What it prints that is no JSON record is left out; the end of what it complains of is part of an error. */
export function startWorker({ command, args, env, label }: WorkerOptions): WorkerProcess {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  let complaints = '';
  let waiting: Waiting | undefined;
  let ended: string | undefined;
  child.stderr.on('data', (chunk: Buffer) => (complaints = (complaints + chunk.toString()).slice(-4000)));
  // A process that ends while it is written to is told of by its 'close'.
  child.stdin.on('error', () => undefined);
  createInterface({ input: child.stdout }).on('line', (line) => {
    const answer = parse(line);
    if (!answer || !waiting) return;
    const { resolve, reject } = waiting;
    waiting = undefined;
    if (typeof answer.error === 'string') reject(new Error(`${label}: ${answer.error}`));
    else resolve(answer);
  });
  const closed = new Promise<void>((resolve) => {
    const finish = (how: string): void => {
      const tail = complaints.trim().split('\n').slice(-8).join('\n');
      ended ??= `${label} ${how}.${tail ? `\n${tail}` : ''}`;
      waiting?.reject(new Error(ended));
      waiting = undefined;
      resolve();
    };
    child.on('error', (error) => finish(`could not be started: ${error.message}`));
    child.on('close', (code, signal) => finish(signal ? `was ended by ${signal}` : `ended with status ${code}`));
  });
  return {
    ask<T>(request: object): Promise<T> {
      if (ended !== undefined) return Promise.reject(new Error(ended));
      if (waiting) return Promise.reject(new Error(`${label}: one question at a time`));
      return new Promise<T>((resolve, reject) => {
        waiting = { resolve: resolve as Waiting['resolve'], reject };
        child.stdin.write(`${JSON.stringify(request)}\n`);
      });
    },
    async end() {
      child.stdin.end();
      const late = setTimeout(() => child.kill('SIGKILL'), 5000);
      await closed;
      clearTimeout(late);
    },
  };
}
