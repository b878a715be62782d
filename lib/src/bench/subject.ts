/** Our side as a process of its own: answers the requests of protocol.ts. Its threads are in its environment. */
import fs from 'node:fs';
import { createInterface } from 'node:readline';
import { deviceInfo } from '../tf';
import { fixtureBytes } from './fixture';
import { peakBytes, resetPeak } from './memory';
import { makeReady } from './ours';
import type { Iterate } from './ours';
import type { Answer, Request } from './protocol';

let iterate: Iterate | undefined;

async function prepare({ work, file }: Extract<Request, { call: 'prepare' }>): Promise<Answer> {
  iterate = makeReady(work, file);
  const first = await iterate();
  const second = await iterate();
  // What making ready took is not the step's: the memory is counted from here.
  globalThis.gc?.();
  resetPeak();
  return { first, second, engine: `TensorFlow ${deviceInfo().tensorflow}` };
}

async function time(iterations: number): Promise<Answer> {
  if (!iterate) throw new Error('prepare first');
  const milliseconds: number[] = [];
  for (let i = 0; i < iterations; i++) {
    const begin = performance.now();
    await iterate();
    milliseconds.push(performance.now() - begin);
  }
  return { milliseconds };
}

async function answer(request: Request): Promise<Answer> {
  if (request.call === 'author') {
    fs.writeFileSync(request.file, fixtureBytes(request.work));
    return { done: true };
  }
  if (request.call === 'prepare') return prepare(request);
  return request.call === 'time' ? time(request.iterations) : { bytes: peakBytes() };
}

const say = (text: Answer): void => void process.stdout.write(`${JSON.stringify(text)}\n`);

createInterface({ input: process.stdin })
  .on('line', (line) => {
    answer(JSON.parse(line) as Request).then(say, (error: Error) => say({ error: error.message }));
  })
  .on('close', () => process.exit());
