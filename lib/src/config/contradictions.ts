/** Combinations that each field allows and that cannot work together, each with its reason and its remedy. */
import { BACKBONES, isAdaptive, findTerm, INSTANCE_FAMILIES, MASKED_VIEWS } from './config';
import type { Config } from './config';

type Rule = (config: Config) => string | false | undefined;

const ANOTHER_VIEW = 'but view.kind is "none": choose "crop" or "random"';

const objective: readonly Rule[] = [
  ({ objective }) => {
    const kinds = objective.map((one) => one.kind);
    const twice = kinds.find((kind, index) => kinds.indexOf(kind) !== index);
    return twice && `objective has ${twice} twice: keep one term of each kind`;
  },
  (config) => !findTerm(config, 'classify') && 'objective has no classify term: without it nothing learns the classes',
  (config) =>
    findTerm(config, 'distill') &&
    config.view.kind === 'none' &&
    `objective distils between two views, ${ANOTHER_VIEW}`,
  (config) => {
    const family = findTerm(config, 'contrast')?.family;
    const alone = family && INSTANCE_FAMILIES.includes(family) && config.view.kind === 'none';
    return alone && `the contrast family ${family} needs a second view, ${ANOTHER_VIEW}`;
  },
  (config) => {
    const term = findTerm(config, 'contrast');
    if (!term?.crossTerms) return false;
    if (config.view.kind === 'none') return `contrast.crossTerms compare two views, ${ANOTHER_VIEW}`;
    return (
      term.queues === 'one' &&
      'contrast.crossTerms compare each view with the other one\'s queue, but contrast.queues is "one": choose "two"'
    );
  },
];

const choice: readonly Rule[] = [
  ({ dataset: { validation }, training }) =>
    training.bestOnTest &&
    validation !== 'none' &&
    `training.bestOnTest looks at the test images, which dataset.validation "${validation}" keeps unread: choose one of the two`,
];

const backbone: readonly Rule[] = [
  ({ backbone: { kind, weights } }) =>
    weights === 'imagenet' &&
    !BACKBONES[kind].pretrained &&
    `backbone ${kind} has no ImageNet weights: choose weights "random" or backbone "efficientnet-lite0"`,
  ({ backbone: { kind }, input: { imageSize } }) => {
    const { multiple, transformer } = BACKBONES[kind];
    const what = transformer ? "the side of the transformer's patches" : 'the stride of the last feature map';
    return imageSize % multiple !== 0 && `input.imageSize ${imageSize}: choose a multiple of ${multiple}, ${what}`;
  },
  ({ input }) =>
    input.sourceSize < input.imageSize &&
    'input.sourceSize is smaller than input.imageSize: views are cut from the source, so make it as large at least',
  ({ backbone: { kind, batchNorm }, training }) =>
    training.accumulation > 1 &&
    batchNorm === 'train' &&
    !BACKBONES[kind].transformer &&
    'training.accumulation splits the batch, but backbone.batchNorm "train" normalises by the whole of it: choose "frozen" or accumulation 1',
  ({ training: { accumulation, batchSize } }) =>
    accumulation > batchSize &&
    `training.accumulation ${accumulation} is more than the batch's ${batchSize} images: choose at most ${batchSize}`,
];

/** A mask matters only to the views that are made with it; the others may carry any. */
const view: readonly Rule[] = [
  ({ view, backbone: { kind } }) =>
    (view.saliency === 'attention' || view.saliency === 'rollout') &&
    !BACKBONES[kind].transformer &&
    `view.saliency "${view.saliency}" reads a transformer's attention, but backbone ${kind} has none: choose "activation" or a vit backbone`,
  ({ view, backbone: { kind } }) => {
    const { strides } = BACKBONES[kind];
    return (
      !strides.includes(view.saliencyStride) &&
      `view.saliencyStride ${view.saliencyStride}: backbone ${kind} has maps of stride ${strides.join(', ')}`
    );
  },
  ({ view }) =>
    view.mask === 'soft' &&
    (view.kind === 'crop' || view.kind === 'shuffle') &&
    `view.mask "soft" has no edge and so no bounding box for view.kind "${view.kind}": choose "keep" or "erase", or a hard mask`,
  ({ view }) =>
    view.saliency === 'kernel' &&
    isAdaptive(view) &&
    !(view.mask === 'soft' && MASKED_VIEWS.includes(view.kind)) &&
    `view.saliency "kernel" learns through the values of the mask: behind the hard mask "${view.mask}" or in view.kind "${view.kind}" its ` +
      'gradient is zero by construction. Choose mask "soft" with view.kind "keep" or "erase"',
  ({ view, input: { imageSize } }) =>
    view.kind === 'shuffle' &&
    imageSize % view.tiles !== 0 &&
    `view.tiles ${view.tiles} does not divide input.imageSize ${imageSize}: choose another number of tiles`,
];

/** Every contradiction of a config, as a sentence that says what to choose instead. */
export const contradictions = (config: Config): readonly string[] =>
  [...objective, ...choice, ...backbone, ...view].flatMap((rule) => rule(config) || []);
