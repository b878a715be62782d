/** Our side as a process of its own: answers the requests of protocol.ts. Its threads are in its environment. */
import { createInterface } from 'node:readline';
import sharp from 'sharp';
import * as tf from '../tf';
import { deviceInfo } from '../tf';
import { author } from './author';
import { trustOf } from './maps';
import { peakBytes, residentBytes, resetPeak } from './memory';
import { makeReady } from './ours';
import type { Iterate } from './ours';
import { readPictures } from './pictures';
import type { Answer, Request, Waited } from './protocol';
import { soakSteps } from './soak-steps';
import type { Work } from './work';

let iterate: Iterate | undefined;

const engineOf = ({ kind }: Work): string =>
  kind === 'input'
    ? `sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`
    : `TensorFlow ${deviceInfo().tensorflow}`;

async function prepare({ work, file }: Extract<Request, { call: 'prepare' }>): Promise<Answer> {
  iterate = makeReady(work, file);
  const first = await iterate();
  const second = await iterate();
  // What making ready took is not the step's: the memory is counted from here.
  globalThis.gc?.();
  resetPeak();
  return { first, second, engine: engineOf(work) };
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

/** How often a pass reads each image: its first batch, which nothing can be read ahead of, is not counted. */
const WAIT_TIMES = 3;

async function wait({ work, file, step, passes }: Extract<Request, { call: 'wait' }>): Promise<Waited> {
  const shares: number[] = [];
  for (let pass = 0; pass < passes; pass++) {
    const { waitingShare } = await readPictures(work, file, { stepMilliseconds: step, times: WAIT_TIMES });
    shares.push(waitingShare);
  }
  return { shares };
}

const done = { done: true } as const;

type Answers = {
  readonly [C in Request['call']]: (request: Extract<Request, { call: C }>) => Answer | Promise<Answer>;
};

const ANSWERS: Answers = {
  author: ({ work, file }) => author(work, file).then(() => done),
  prepare,
  time: ({ iterations }) => time(iterations),
  peak: () => ({ bytes: peakBytes() }),
  trust: ({ file, size, coordinates }) => ({ value: trustOf(file, size, coordinates) }),
  wait,
  soak: () => {
    iterate = soakSteps();
    return done;
  },
  usage: () => {
    globalThis.gc?.();
    return { tensors: tf.memory().numTensors, resident: residentBytes() };
  },
};

const answer = async (request: Request): Promise<Answer> =>
  (ANSWERS[request.call] as (request: Request) => Answer | Promise<Answer>)(request);

const say = (text: Answer): void => void process.stdout.write(`${JSON.stringify(text)}\n`);

createInterface({ input: process.stdin })
  .on('line', (line) => {
    answer(JSON.parse(line) as Request).then(say, (error: Error) => say({ error: error.message }));
  })
  .on('close', () => process.exit());
