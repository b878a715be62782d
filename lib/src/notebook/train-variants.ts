/** A small ablation in a cell: several configs trained one after the other, and what each reached. */
import type { Variant } from '../ablation';
import { checkConfig } from '../config';
import { groupBy } from '../core/group';
import type { Dataset } from '../data';
import { mean } from '../metrics';
import { ablationBars } from '../plots';
import type { Figure } from '../plots';
import { liveDisplay } from '../report';
import type { Table } from '../report';
import { bar } from './progress';
import { liveRun } from './train-live';
import type { LiveReport, LiveRun } from './train-live';

/** A live run and the variant that it is of. */
export interface VariantRun extends LiveRun {
  readonly name: string;
  readonly why: string;
}

/** One bar for all jobs; the work of each is its share of steps. */
function reporter(jobs: readonly Variant[]) {
  const shown = bar(liveDisplay(), 0.4);
  return {
    of: ({ name, config }: Variant, place: number): LiveReport => ({
      step: ({ step, steps, epoch }) =>
        shown.at(
          (place + step / steps) / jobs.length,
          `${place + 1} of ${jobs.length}: ${name}, seed ${config.seed}, epoch ${epoch}`,
        ),
    }),
    end: (done: number, stopped: boolean) =>
      shown.end(done / jobs.length, (took) => (stopped ? `stopped; kept: ${done} of ${jobs.length} runs` : took)),
  };
}

/**
 * Trains several variants live, one after the other, with one bar. The stop button ends it after the current step; whole runs are kept, and
 * of the one that was stopped its last whole epoch (`stopped` is then true).
 *
 * @param seeds each variant is trained with each; default: the seed of its config
 * @throws ConfigError where a config cannot be used (before anything is trained); Error where nothing is there to keep
 */
export async function trainVariants(
  dataset: Dataset,
  variants: readonly Variant[],
  { seeds }: { readonly seeds?: readonly number[] } = {},
): Promise<VariantRun[]> {
  const jobs: Variant[] = variants.flatMap((variant) =>
    (seeds ?? [variant.config.seed]).map((seed) => ({ ...variant, config: checkConfig({ ...variant.config, seed }) })),
  );
  const report = reporter(jobs);
  const runs: VariantRun[] = [];
  for (const [place, job] of jobs.entries()) {
    const run = await liveRun(dataset, job.config, report.of(job, place));
    runs.push({ ...run, name: job.name, why: job.why });
    if (run.stopped) break;
  }
  report.end(runs.filter(({ stopped }) => !stopped).length, runs[runs.length - 1]?.stopped ?? false);
  return runs;
}

/** The whole runs by variant, in the order of their first appearance; where there is none, the run that was stopped, named so. */
function byVariant(
  runs: readonly VariantRun[],
): readonly { readonly name: string; readonly runs: readonly VariantRun[] }[] {
  const whole = runs.filter(({ stopped }) => !stopped);
  const shown = whole.length > 0 ? whole : runs.map((run) => ({ ...run, name: `${run.name} (stopped)` }));
  return [...groupBy(shown, ({ name }) => name)].map(([name, own]) => ({ name, runs: own }));
}

/** What each variant reached: test and training accuracy, likelihood, time. A run that was stopped is left out where others are whole. */
export function liveTable(runs: readonly VariantRun[]): Table {
  const groups = byVariant(runs);
  const average = (own: readonly VariantRun[], read: (run: VariantRun) => number): number => mean(own.map(read));
  const seeds = [...new Set(runs.map(({ config }) => config.seed))];
  return {
    title: 'What the live runs reached',
    columns: [
      { key: 'name', title: 'Variant' },
      { key: 'test', title: 'Test accuracy', unit: '%', digits: 1 },
      { key: 'train', title: 'Training accuracy', unit: '%', digits: 1 },
      { key: 'nll', title: 'Test NLL', unit: 'nats', digits: 2 },
      { key: 'seconds', title: 'Time', unit: 's', digits: 1 },
    ],
    rows: groups.map(({ name, runs: own }) => ({
      name,
      test: average(own, ({ evaluation }) => 100 * evaluation.top1),
      train: average(own, ({ epochs }) => 100 * epochs[epochs.length - 1]!.trainAccuracy),
      nll: average(own, ({ evaluation }) => evaluation.nll),
      seconds: average(own, ({ seconds }) => seconds),
    })),
    notes: [
      `Last epoch, raw image alone; ${runs[0]?.evaluation.images ?? 0} test images, seed${seeds.length > 1 ? 's' : ''} ${seeds.join(', ')}. ` +
        'So few seeds cannot say which variant is better: see the stored results.',
    ],
  };
}

/** Test accuracy of each variant, one point a seed, with the first variant as the dashed line. */
export function liveBars(runs: readonly VariantRun[], { title = 'The live runs' } = {}): Figure {
  const groups = byVariant(runs);
  const scores = groups.map(({ name, runs: own }) => ({
    variant: name,
    values: own.map(({ evaluation }) => evaluation.top1),
  }));
  return ablationBars(scores, {
    title,
    ...(groups[0] ? { reference: groups[0].name } : {}),
    run: runs.map(({ id }) => id).join(', '),
  });
}
