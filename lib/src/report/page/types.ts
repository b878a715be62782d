/** What a report of a table shows beside the table itself. */
import type { TableResults } from '../../ablation/results';
import type { Config } from '../../config';
import type { Figure } from '../../plots/figure';
import type { LinkedConfusion } from '../linked/confusion';
import type { Table } from '../table';

/** Why a part is not there: a sentence that stands in its place. */
export interface Missing {
  readonly missing: string;
}

export const isMissing = (part: object): part is Missing => 'missing' in part;

/** A scored image that was called wrongly. */
export interface Mistake {
  /** As the annotation has it. */
  readonly name: string;
  readonly truth: string;
  readonly called: string;
  /** What the model gave the class it called, and the true one; 0..1. */
  readonly probability: number;
  readonly trueProbability: number;
  /** A small JPEG or PNG of it, and of a training image of the class it was called; data URIs. */
  readonly picture?: string | undefined;
  readonly calledPicture?: string | undefined;
}

export interface Mistakes {
  /** The surest first. */
  readonly items: readonly Mistake[];
  /** Wrong images in all, of how many that were scored. */
  readonly wrong: number;
  readonly images: number;
  /** Which run they are of. */
  readonly run: string;
  /** Why there are no pictures, where that was not asked for. */
  readonly note?: string | undefined;
}

export interface FeatureMap {
  readonly figure: Figure;
  /** Which images, which run, how faithful. */
  readonly note: string;
}

/** A report of one table. */
export interface TablePage {
  readonly results: TableResults;
  /** The full model's recipe. */
  readonly full: Config;
  readonly classNames: readonly string[];
  /** What a person types to get this table. */
  readonly command: string;
  /** What came out, in sentences; those of the full model's differences where left out. */
  readonly sentences?: readonly string[] | undefined;
  /** The results as a table; made of them where left out. */
  readonly table?: Table | undefined;
  /** Further tables beside it: tests, stages. */
  readonly tables?: readonly Table[] | undefined;
  /** Ours beside published numbers, where there are some of this dataset. */
  readonly published?: Table | undefined;
  readonly map: FeatureMap | Missing;
  /** One run's confusion with the images behind its cells. */
  readonly linked?: LinkedConfusion | undefined;
  readonly mistakes: Mistakes | Missing;
}
