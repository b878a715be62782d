/** How hard each term of the objective pulls while a run is trained. */
import type { Config } from '../config';
import type { Dataset } from '../data';
import { projectPaths } from '../project';
import type { Table } from '../report/table';
import { inputOf, planEpoch, termGradients, trainRun } from '../train';
import type { TermGradient } from '../train';
import { decodeFor } from './run';

export interface GradientsAt {
  /** Epochs done. */
  readonly epoch: number;
  /** Of the first batch of the epoch that follows. */
  readonly terms: readonly TermGradient[];
}

export interface GradientsOptions {
  /** Folder of decoded images; default: the project's. */
  readonly cache?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEpoch?: ((epoch: number, epochs: number) => void) | undefined;
}

/**
 * Trains a config, and after each epoch takes the objective apart on the batch that comes next. The training is that of the run with the same
 * config: the look at its gradients moves nothing.
 */
export async function followGradients(
  config: Config,
  dataset: Dataset,
  { cache = projectPaths().cache, signal, onEpoch }: GradientsOptions = {},
): Promise<readonly GradientsAt[]> {
  const data = await decodeFor(dataset, config, { cache, signal });
  const found: GradientsAt[] = [];
  // Nobody asks what the trained network says of the test images.
  await trainRun(
    config,
    { ...data, tests: {} },
    {
      ...(signal && { signal }),
      async onState(state, epoch) {
        const plan = planEpoch(data.train.count, config, epoch + 1)[0]!;
        const input = await inputOf(plan, data, signal);
        found.push({ epoch, terms: termGradients(state, config, input) });
        onEpoch?.(epoch, config.training.epochs);
      },
    },
  );
  return found;
}

/** The pulls as a table, a row for each epoch and term. */
export function gradientsTable(found: readonly GradientsAt[], config: Config, dataset: Dataset): Table {
  const number = { align: 'right' } as const;
  return {
    title: 'Gradients: how hard does each term pull?',
    columns: [
      { key: 'epoch', title: 'Epochs done', ...number },
      { key: 'kind', title: 'Term' },
      { key: 'loss', title: 'Loss', digits: 4 },
      { key: 'weight', title: 'Weight', digits: 2 },
      { key: 'backbone', title: 'Pull on the backbone', digits: 3 },
      { key: 'share', title: 'Beside classify', unit: '%', digits: 1 },
      { key: 'cosine', title: 'Cosine to classify', digits: 2 },
      { key: 'head', title: 'Pull on the head', digits: 3 },
    ],
    rows: found.flatMap(({ epoch, terms }) => {
      const classify = terms.find(({ kind }) => kind === 'classify')!;
      const reference = classify.weight * classify.backbone.norm;
      return terms.map(({ kind, loss, weight, backbone, head }) => ({
        ...{ epoch, kind, loss, weight },
        backbone: weight * backbone.norm,
        share: reference > 0 ? (100 * weight * backbone.norm) / reference : null,
        cosine: kind === 'classify' ? null : backbone.cosine,
        head: weight * head.norm,
      }));
    }),
    notes: [
      `${dataset.name}: ${dataset.classes} classes; ${config.backbone.kind}, ${config.input.imageSize} px, ${config.training.epochs} epochs, seed ${config.seed}. ` +
        'Gradients of the batch that follows each epoch.',
      'Pull: the norm of the gradient of weight times loss, before clipping. Two terms matter alike where they pull alike, whatever their losses are.',
      'A cosine of 1: the term pulls as the classification does; 0: at a right angle to it; -1: against it.',
    ],
  };
}
