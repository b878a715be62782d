/** What the notebooks need beside the library: loops, pictures and live displays, so that a cell stays a few lines. */
export { openDataset, datasetTable, pickSamples } from './open';
export { familyFigure, type FamilyOptions } from './family';
export { contrastLoss, distillLoss, maskAndBox, softened } from './plain';
export type { Rows } from './rows';
export { equalTable, showEqual, type Pair } from './compare';
export { lookAtChoices, lookAtViews, type ViewChoice, type ViewLook } from './views';
export { choicesFigure, choicesTable, secondViewsFigure, type ChoiceLooks, type LookPart } from './choices-figure';
export { channelsFigure, lookAtChannels, type ChannelLook } from './channels';
export { mapSaliency, masksOf } from './plain-masks';
export { localisationBrief } from './localisation-brief';
export { thetaCurve, thetaFigure, type ThetaPoint } from './theta-curve';
export { linesFigure, type Line, type LinesOptions } from './lines-figure';
export { keptShare, viewsFigure, viewsTable } from './views-figure';
export { lookAtQueue, type QueueLook, type QueueLookOptions } from './memory';
export { queueFigure, queueTable, type QueuePicture } from './memory-figure';
export { queueDriftFigure, queueReportTable } from './queue-report';
export { distillLesson, entropyOf, gradientSize, type Lesson, type LogitPair } from './distill-plain';
export { agreementTable, lessonsFigure, viewAgreement, type Agreement } from './lessons-figure';
export { softFigure, type SoftOptions } from './soft-figure';
export { livePreset } from './live-preset';
export { trainLive, type LiveRun } from './train-live';
export { liveBars, liveTable, trainVariants, type VariantRun } from './train-variants';
export { shotsOf } from '../ablation/summary';
export { whatEachAdds } from './what-each-adds';
export {
  earlierDefaults,
  showStored,
  storedFigure,
  storedResultsTable,
  storedTable,
  storedTables,
  type StoredQuery,
} from './stored';
export {
  comparedRows,
  conclude,
  concludeRows,
  conclusionText,
  liveVerdicts,
  type ComparedRow,
  type Conclusion,
} from './conclusions';
export { concludeSwitches, storedIndex, switchesFigure, variantsTable } from './switches';
export { luckFigure, luckOf, winners, type Luck, type LuckOptions, type Winners } from './by-chance';
export { pairedSpreads, seedsNeeded, shotsFigure, widthFigure, type WidthOptions } from './seed-figures';
export { answerHtml, checkAnswer, type ExerciseName } from './check-answer';
export type { Answer, Exercise, Judgement } from './exercise';
export { thumbnails } from './thumbnails';
export { chanceFigure, epochCurves, liveCurves } from './live-figures';
export { boundariesOf, guessesOf, type Guesses } from './guesses';
export { classAccuracyFigure, confusedFigure, confusedTable, confusionFigure, familyTable } from './errors-figure';
export { linkedConfusion, type LinkedOptions } from './errors-linked';
export { cutTable, lookAtGuesses, seenTable, seenVerdict, type SeenGuess } from './errors-seen';
export { changeFigure, sharedErrors, sharedTable, type SharedErrors } from './errors-compare';
export { confidenceFigure, confidenceTable } from './errors-confidence';
export { featureMap, type MapOptions, type Named } from './feature-map';
export { interruptible, InterruptedError } from './interrupt';
export type { ModelSource, TrainedModel } from '../train/source';
export {
  COLOUR_NUMBERS,
  colourNumbers,
  describeByColour,
  describeByNetwork,
  keepNumbers,
  ofSplit,
  pickRows,
  type Described,
} from './described';
export { linearProbe, nearestCentroid, type ProbeOptions } from './learners';
export { testDraws, trainingDraws, type DrawnAccuracies, type TestDraws, type TrainingDraws } from './draws';
export { cultivarsOf, familiesOf, tellingShare, traitTable, type Cultivar } from './traits';
export { classesByFamily, familiesFigure } from './families-figure';
export { distanceRows } from './distances';
export { middleHalf, spreadFigure, spreadTable, type SpreadOptions, type SpreadRow } from './spread-figure';
export { accuracyBars, classAndFamilyWords, type AccuracyBar } from './accuracy-bars';
export { centroidBars, centroidFigure, largestTest } from './descriptions';
export { storedSeedsFigure } from './stored-seeds';
export { publishedTable } from './published-table';
export { layoutText, readChanged, type Changes } from './changed-copy';
export { classifyGradient, classifyLoss } from './plain-classify';
export { backboneTable } from './backbone-table';
export { lookAtMaps, mapsFigure, type MapsLook } from './feature-maps';
export { augmentFigure } from './augment-figure';
export { pullFigure } from './pull-figure';
export { trainWatched, watchedFigure, type WatchedEpoch, type WatchedRun } from './watch-training';
export { epochChoice, type EpochChoice } from './epoch-choice';
export { headOf, type Head } from './head';
export { classAndFamily, guessedShares } from './family-shares';
export { queueWalkFigure, walkQueue, type QueueStep } from './queue-walk';
export {
  positivesByLength,
  positivesFigure,
  positivesInBatches,
  positivesInQueue,
  type Positives,
  type PositivesOptions,
} from './positives';
export {
  familiesTable,
  queueGradient,
  queueLoss,
  type Labelled,
  type PlainAnchors,
  type PlainContrast,
} from './contrast-plain';
export { pairCostFigure, planeFigure, type PlaneScene } from './pair-figures';
export { marginCurve, marginFigure, type MarginPoint } from './margin-curve';
export { driftCompareFigure, queueCompareTable } from './queue-compare';
export { makeExampleFolder, mistakesTable, type ExampleOptions } from './example-folder';
export { auditTable } from './audit-table';
export { perClassFigure, runReportTable, worstPairsTable } from './run-report';
export { predictionFigure } from './predict';
export {
  trainSnapshots,
  type AtlasImage,
  type Snapshot,
  type SnapshotOptions,
  type SnapshotRun,
} from './atlas/snapshots';
export { groupsOf, type Groups } from './atlas/groups';
export {
  mapSnapshots,
  type MapFrame,
  type MapMethod,
  type MappedQueue,
  type SnapshotMap,
  type SnapshotMapOptions,
} from './atlas/map';
export {
  atlasCurves,
  atlasNumbers,
  atlasTable,
  yardstickTable,
  type FrameNumbers,
  type NamedNumbers,
} from './atlas/numbers';
export { atlasFigure, queueArrows } from './atlas/figures';
export { queueAges, queueAgesFigure, queueAgesTable, type AgeRow } from './atlas/queue-ages';
export { distancesTable, liveMaps, liveMapsFigure, type LiveMap, type LiveMapOptions } from './atlas/live-map';
export { atlasOf, showAtlas, type AtlasOptions } from './atlas/page';
export { backgroundShare, backgroundTable, type BackgroundRow } from './atlas/background';
