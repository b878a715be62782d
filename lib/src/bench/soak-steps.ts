/** The smallest full CSDNet recipe, whose steps are cheap enough for ten thousand of them: what they leave behind is looked at. */
import { CLASSIFY, CONTRAST, DISTILL, preset } from '../config';
import { gather } from '../data';
import { createState, planEpoch, trainStep } from '../train';
import type { StepPlan } from '../train';
import type { Iterate } from './ours';
import { drawnImages } from './profile';
import { ENDLESS } from './recipe';

const CLASSES = 8;
/** Images of an epoch: ten batches. */
const IMAGES = 80;

const CONFIG = preset('tiny', {
  input: { sourceSize: 48, imageSize: 32 },
  objective: [CLASSIFY, { ...CONTRAST, queueLength: 256 }, DISTILL],
  training: { batchSize: 8 },
});

/** Plans without end, epoch by epoch, as a run draws them. */
function* plans(): Generator<StepPlan, never, undefined> {
  for (let epoch = 1; ; epoch++) yield* planEpoch(IMAGES, CONFIG, epoch);
}

/** Steps of it: two views, both queues, the distillation, the update. */
export function soakSteps(): Iterate {
  const images = drawnImages(CONFIG, CLASSES, IMAGES);
  const drawn = plans();
  let state = createState(CONFIG, CLASSES);
  return () => {
    const plan = drawn.next().value;
    const done = trainStep(state, CONFIG, { ...gather(images, plan.indices), names: images.names, plan }, ENDLESS);
    state = done.state;
    return { values: done.report.losses };
  };
}
