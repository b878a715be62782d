/** A worker process: does one run and ends. Started by pool.ts; the job arrives as a message. */
import { loadDataset } from '../data';
import type { Waiting } from '../data';
import { saveModel } from '../export';
import { explained } from '../files';
import type { Job, WorkerMessage } from './protocol';
import { runConfig } from './run';
import { sourcesOf } from './sources';

const say = (message: WorkerMessage): Promise<void> =>
  new Promise((resolve) => (process.send ? process.send(message, () => resolve()) : resolve()));

async function work(job: Job, signal: AbortSignal): Promise<Waiting | undefined> {
  const dataset = await loadDataset(job.config.dataset.name, { dataDir: job.dataDir, signal });
  const { id, config, modelFile, keepOutputs, command } = job;
  const { classes, classNames } = dataset;
  const { waiting } = await runConfig(config, dataset, job.place, {
    ...{ signal, keepOutputs, command },
    onStep: ({ step, steps, report }) => void say({ kind: 'step', step, steps, loss: report.total }),
    onNote: (text) => void say({ kind: 'note', text }),
    async onTrained(values) {
      const weights = sourcesOf(config, dataset).weights ?? undefined;
      if (modelFile) await saveModel(modelFile, { config, classes, classNames, values, run: id, weights });
    },
  });
  return waiting;
}

const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());
// The terminal sends Ctrl-C to the whole group; the runner decides and passes it on as SIGTERM.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => stop.abort());

process.once('message', (job) => {
  work(job as Job, stop.signal)
    .then((waiting) => say({ kind: 'done', waiting }))
    .catch((error) =>
      say(stop.signal.aborted ? { kind: 'stopped' } : { kind: 'failed', text: explained(error).message }),
    )
    .finally(() => process.exit());
});
