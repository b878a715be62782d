/** Published numbers with source and protocol, and ours beside them. */
export { ablationTable, notObtained } from './ablations';
export { checkPublished, PUBLISHED_FORMAT, PublishedError, publishedWarnings } from './check';
export { compareWithPublished, judge, type PublishedComparison, type Verdict } from './compare';
export { oursOf, publishedKey, type Ours } from './ours';
export { commandFor, comparisonTable, verdictText } from './present';
export { publishedFile, readPublished } from './read';
export type { Published, PublishedAblation, PublishedDataset, PublishedProtocol, PublishedResult } from './types';
