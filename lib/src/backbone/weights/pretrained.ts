/** From the bytes of a weight file to the values that a backbone starts from. */
import type { Architecture } from '../architecture';
import { readWeights } from './formats';
import { fitWeights, listProblems } from './layout';
import { dialectOf } from './names';
import { looksLike } from './recognise';
import { WeightsError } from './state-dict';
import type { StateDict } from './state-dict';

/** What is said of an architecture and a file in messages, and what the values are matched with. */
export interface Wanted {
  readonly architecture: Pick<Architecture, 'kind' | 'parameters'>;
  /** The file's name, for messages. */
  readonly file: string;
}

function parse(bytes: Buffer, file: string): StateDict {
  try {
    return readWeights(bytes);
  } catch (error) {
    if (!(error instanceof WeightsError)) throw error;
    throw new WeightsError(`${file}: ${error.message}`, { cause: error });
  }
}

/**
 * The values of an architecture's parameters from a public weight file: the format is told by the content, the names by what is in it, kernels
 * are laid as tfjs wants them, and a transformer's positions are interpolated to the architecture's grid. The file's classifier is left
 * out, whatever its classes: the head is another task's and begins fresh.
 *
 * @returns values by our names; all parameters and statistics but those of the head
 * @throws WeightsError where the file is damaged, or is not this architecture's: what it looks like, what is missing, what is too much and
 *   what has another shape, and the mends
 */
export function pretrainedValues(bytes: Buffer, { architecture, file }: Wanted): ReadonlyMap<string, Float32Array> {
  const { kind, parameters } = architecture;
  const found = parse(bytes, file);
  const dialect = dialectOf(architecture, new Set(found.keys()));
  const { values, problems } = fitWeights(parameters, found, { fresh: ['head'], dialect });
  if (problems.length === 0) return values;
  throw new WeightsError(
    [
      `${file} does not fit ${kind}, read under ${dialect.title}. It looks like ${looksLike(found)}.`,
      listProblems(problems),
      `Choose the backbone.kind that the file is for, or name a file for ${kind} in CSDNET_WEIGHTS (or put one alone into data/weights), ` +
        'or choose backbone.weights "random".',
    ].join('\n'),
  );
}
