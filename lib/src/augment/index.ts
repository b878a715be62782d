export { brighten, composeBoxes, cutViews } from './cut';
export { drawAugmentation, noAugmentation } from './standard';
export type { Augmentation } from './standard';
export { activationSaliency } from './saliency';
export { boundingBoxes, fractionMask, meanMask } from './mask';
export { adaptiveBoxes, spotlight } from './ssdp';
export type { Spotlight } from './ssdp';
