/** Measures on plain arrays: accuracy, confusion, intervals over seeds, separation of features, localisation. */
export { negativeLogLikelihood, perClass, predict, top1, topK, type Numbers } from './accuracy';
export {
  busiestClasses,
  confusedPairs,
  confusionCounts,
  confusionEntries,
  denseConfusion,
  rowTotals,
  summedEntries,
  mostConfused,
  sparseConfusion,
  type ConfusedPair,
  type ConfusionEntry,
} from './confusion';
export { bootstrapInterval, type BootstrapOptions } from './bootstrap';
export { classScores, macroF1, type ClassScore } from './class-scores';
export { holm } from './holm';
export { smallestP, wilcoxonSignedRank, type SignedRanks } from './wilcoxon';
export { shareInterval, type ShareInterval } from './proportion';
export { calibration, confidencesOf, type Calibration, type ConfidenceBin } from './calibration';
export { majorityVote, mcnemar, pairedOutcomes, type Outcomes, type PairedOutcomes } from './paired';
export { familyErrors, type FamilyErrors } from './families';
export {
  judged,
  NO_SPREAD,
  halfWidth,
  leavesOutZero,
  mean,
  pairedDifference,
  sd,
  tInterval,
  verdict,
  type Difference,
  type Interval,
  type VerdictOptions,
} from './interval';
export { pooledDifference, unpairedDifference } from './groups';
export { seedsFor, type SeedsQuestion } from './seeds';
export { classSeparation, knnAccuracy, silhouette, type Features as FeatureRows, type Separation } from './separation';
export {
  boxIou,
  boxMask,
  energyInside,
  iou,
  maskBox,
  pixelBox,
  pointingGame,
  type Box,
  type MapSize,
} from './localisation';
export { readTruth, type Truth } from './truth';
export { centreScores, placedBox, randomScores, type LocalisationAreas, type LocalisationScores } from './chance';
export { scoreLocalisation, type LocalisationLook, type LocalisationOnImage } from './localisation-score';
export { trustworthiness, type DistanceBlock, type MappedRows } from './trustworthiness';
