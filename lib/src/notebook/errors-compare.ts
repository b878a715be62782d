/** Two runs on the same test images: which errors they share, and which cells of the matrix change. */
import { mcnemar, pairedOutcomes } from '../metrics';
import type { PairedOutcomes } from '../metrics';
import { confusionChange } from '../plots';
import type { Figure } from '../plots';
import type { Table } from '../report';
import { boundariesOf } from './guesses';
import type { Guesses } from './guesses';

export interface SharedErrors extends PairedOutcomes {
  /** Images that both have wrong, if errors fell on images without any pattern: wrong of one x wrong of the other / images. */
  readonly byChance: number;
  /** Of the images that both have wrong, those that both give the same wrong class. */
  readonly sameClass: number;
  /** McNemar's exact p value of "both are equally good". */
  readonly p: number;
}

/** Joins the errors of two runs. @throws RangeError where they did not see the same images */
export function sharedErrors(a: Guesses, b: Guesses): SharedErrors {
  if (a.samples.length !== b.samples.length || a.samples.some(({ file }, i) => file !== b.samples[i]!.file))
    throw new RangeError(
      `sharedErrors: ${a.name} and ${b.name} did not see the same images; compare runs of one test split`,
    );
  const counts = pairedOutcomes(a.right, b.right);
  const { onlyFirst, onlySecond, bothWrong } = counts;
  return {
    ...counts,
    byChance: ((bothWrong + onlySecond) * (bothWrong + onlyFirst)) / a.labels.length,
    sameClass: a.labels.filter((label, i) => a.predictions[i] !== label && a.predictions[i] === b.predictions[i])
      .length,
    p: mcnemar(onlyFirst, onlySecond),
  };
}

/** The 2 x 2 table of two runs. */
export function sharedTable(a: Guesses, b: Guesses): Table {
  const { bothRight, onlyFirst, onlySecond, bothWrong, byChance, sameClass, p } = sharedErrors(a, b);
  return {
    title: `${a.name}, against ${b.name}`,
    columns: [
      { key: 'what', title: '' },
      { key: 'right', title: `${b.name}: right` },
      { key: 'wrong', title: `${b.name}: wrong` },
    ],
    rows: [
      { what: `${a.name}: right`, right: bothRight, wrong: onlyFirst },
      { what: `${a.name}: wrong`, right: onlySecond, wrong: bothWrong },
    ],
    notes: [
      `Both wrong: ${bothWrong} images; errors without a pattern would share ${byChance.toFixed(0)}. ` +
        `${sameClass} of them get the same wrong class from both. McNemar's exact test: p = ${p.toFixed(3)}.`,
    ],
  };
}

/** Which cells of the matrix a change moves: counts of `after` minus counts of `before`. */
export function changeFigure(before: Guesses, after: Guesses): Figure {
  return confusionChange(before.counts, after.counts, {
    ...{ names: before.classNames, boundaries: boundariesOf(before.families) },
    title: `What changes from ${before.name} to ${after.name}`,
    run: `${before.run}, ${after.run}`,
  });
}
