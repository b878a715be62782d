/** Signs of life of a lock, from a thread: a training step may keep the main one busy for minutes. */
import { Worker } from 'node:worker_threads';

/** Milliseconds between two signs. */
export const BEAT_MS = 10_000;

/** As text, since it must run both from the sources and from what is built of them. */
const BEAT = `
const { workerData: { file, every } } = require('node:worker_threads');
const fs = require('node:fs');
setInterval(() => {
  const now = new Date();
  // The lock may have been given back, or lie where the disk is gone for a while.
  try { fs.utimesSync(file, now, now); } catch {}
}, every);`;

/** Touch a lock's file until the function that is returned is called, or the process ends. */
export function keepAlive(file: string, every = BEAT_MS): () => void {
  const thread = new Worker(BEAT, { eval: true, workerData: { file, every }, execArgv: [] });
  // Without signs the lock is taken over by other machines: a pity, but no reason to end what is at work.
  thread.on('error', () => undefined);
  thread.unref();
  return () => void thread.terminate();
}
