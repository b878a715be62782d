/** Inputs of training steps from synthetic images. */
import { readsTruth } from '../config';
import type { Config } from '../config';
import { gather } from '../data';
import type { Images } from '../data';
import { planEpoch } from '../train';
import type { StepInput } from '../train';

/** Masks of n images where the config reads them: the left half of each is the truth. */
const masksFor = ({ view }: Config, n: number): Pick<StepInput, 'truth'> =>
  readsTruth(view) ? { truth: Uint8Array.from({ length: n * 64 * 64 }, (_, i) => (i % 64 < 32 ? 255 : 0)) } : {};

/** The input of every step: the plans of three epochs, over and over. */
export function stepInputs(images: Images, config: Config): (step: number) => StepInput {
  const plans = [1, 2, 3].flatMap((epoch) => planEpoch(images.count, config, epoch));
  return (step) => {
    const plan = plans[step % plans.length]!;
    const masks = masksFor(config, plan.indices.length);
    return {
      ...gather(images, plan.indices),
      ...masks,
      names: Array.from(plan.indices, (i) => images.names[i]!),
      plan,
    };
  };
}
