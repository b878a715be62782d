/** Inputs of training steps from synthetic images. */
import type { Config } from '../config';
import { gather } from '../data';
import type { Images } from '../data';
import { planEpoch } from '../train';
import type { StepInput } from '../train';

/** The input of every step: the plans of three epochs, over and over. */
export function stepInputs(images: Images, config: Config): (step: number) => StepInput {
  const plans = [1, 2, 3].flatMap((epoch) => planEpoch(images.count, config, epoch));
  return (step) => {
    const plan = plans[step % plans.length]!;
    return { ...gather(images, plan.indices), names: Array.from(plan.indices, (i) => images.names[i]!), plan };
  };
}
