const LISTED = 20;

/** The parts of one problem: where it is, what was given, what is allowed, what to do. */
export interface ProblemParts {
  readonly at: string;
  readonly given: string;
  readonly allowed: string;
  readonly fix: string;
}

/** One problem as a sentence: `anno/train.txt:12: given; allowed: ...; to mend it: ...`. */
export function problem({ at, given, allowed, fix }: ProblemParts): string {
  return `${at}: ${given}; allowed: ${allowed}; to mend it: ${fix}.`;
}

/** `anno/train.txt:12`, or the file alone where there is no line. */
export const spot = (at: string, line: number | undefined): string => (line === undefined ? at : `${at}:${line}`);

/**
 * Bad data. The message holds a heading and the first 20 problems with their count; `problems` holds all of them.
 */
export class DatasetError extends Error {
  readonly problems: readonly string[];

  constructor(heading: string, problems: readonly string[]) {
    const rest = problems.length - LISTED;
    const more = rest > 0 ? [`... and ${rest} more (see the property 'problems' of this error)`] : [];
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super([`${heading}: ${count}`, ...problems.slice(0, LISTED), ...more].join('\n  '));
    this.name = 'DatasetError';
    this.problems = problems;
  }
}

/** Throws a DatasetError where there is any problem, else does nothing. */
export function throwIfAny(heading: string, problems: readonly string[]): void {
  if (problems.length > 0) throw new DatasetError(heading, problems);
}
