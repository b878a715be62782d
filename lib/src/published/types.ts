/** Published numbers as values: what others report, and under which conditions. */

/** A dataset that numbers are published for, with its published counts. */
export interface PublishedDataset {
  readonly title: string;
  readonly classes: number;
  readonly train: number;
  readonly test: number;
  /** Names of the folder that the set is found under, in lower case. */
  readonly folders: readonly string[];
  /** SHA-256 of the published split (`Dataset.fingerprint`), where a person has taken it. */
  readonly fingerprint?: string | undefined;
  /** Parts that are trained apart, and whose mean is published; `train` and `test` count the images of one part. */
  readonly parts?: { readonly names: readonly string[]; readonly train: number; readonly test: number } | undefined;
}

export interface PublishedProtocol {
  /** Runs that the value is the mean of; null where it is not told. */
  readonly runs: number | null;
  /** Which epoch is reported; null where it is not told. */
  readonly epoch: 'best on test' | 'last' | null;
}

/** One method as one source reports it. null: the source does not tell. */
export interface PublishedResult {
  readonly method: string;
  readonly backbone: string | null;
  /** Side of the image that the network sees, in pixels. */
  readonly imageSize: number | null;
  /** Where the numbers were read. */
  readonly source: string;
  /** `stated`: a paper's table says it; `read`: read in a public repository. */
  readonly tag: 'stated' | 'read';
  /** Digits behind the point that the source prints. */
  readonly decimals: number;
  readonly protocol: PublishedProtocol;
  /** Which of our rows is meant to be the same: the full model, or the plain network (`reference`). */
  readonly counterpart?: 'full' | 'reference' | undefined;
  /** Top-1 accuracy in percent, by key of the dataset. */
  readonly values: Readonly<Record<string, number>>;
}

/** An ablation table of the paper itself: room for it, until a person who has the paper fills it in. */
export interface PublishedAblation {
  /** Name of our table. */
  readonly table: string;
  readonly status: 'obtained' | 'not obtained';
  readonly source: string | null;
  /** Key of the dataset. */
  readonly dataset: string | null;
  readonly backbone: string | null;
  readonly imageSize: number | null;
  /** Rows by the names of our variants; accuracy in percent. */
  readonly rows: readonly { readonly name: string; readonly value: number | null }[];
}

export interface Published {
  readonly format: string;
  readonly about: string;
  readonly howToFill: string;
  readonly datasets: Readonly<Record<string, PublishedDataset>>;
  readonly results: readonly PublishedResult[];
  readonly ablations: readonly PublishedAblation[];
}
