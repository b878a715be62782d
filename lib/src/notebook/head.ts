/** The last layer of a trained model as plain numbers. */
import { architectureOf } from '../backbone';
import type { TrainedModel } from '../train/source';
import { rowsOf } from './rows';

/** z = f W + b: `weights` [feature][class], `bias` [class]. */
export interface Head {
  readonly weights: readonly (readonly number[])[];
  readonly bias: readonly number[];
}

/** The classifier of a trained model. @throws where the model holds no such weights */
export function headOf({ config, classes, values }: TrainedModel): Head {
  const { parameters } = architectureOf(config.backbone, classes, config.input.imageSize);
  const head = parameters.filter(({ group }) => group === 'head');
  const read = (ending: string): Float32Array => {
    const name = head.find((spec) => spec.name.endsWith(ending))?.name;
    const found = name === undefined ? undefined : values.get(name);
    if (!found) throw new Error(`the model has no ${ending} of a classifier`);
    return found;
  };
  const [weights, bias] = [read('weight'), read('bias')];
  return {
    weights: rowsOf(weights, classes),
    bias: Array.from(bias),
  };
}
