/** The threshold of the mask as a curve: how far the box zooms in, and how much of the true difference it keeps. */
import type { Dataset, Sample } from '../data';
import { mean, placedBox } from '../metrics';
import type { Figure } from '../plots';
import type { ModelSource } from '../train/source';
import { linesFigure } from './lines-figure';
import { lookAtChoices } from './views';
import type { ViewLook } from './views';
import { areaShare, keptShare } from './views-figure';

/** Means over images at one threshold, as shares. */
export interface ThetaPoint {
  readonly theta: number;
  /** Area of the box. */
  readonly area: number;
  /** True difference inside the box. */
  readonly kept: number;
  /** True difference inside a square of the same area in the middle of the view. */
  readonly centre: number;
}

function pointOf(theta: number, looks: readonly ViewLook[]): ThetaPoint {
  const measured = looks.flatMap((look) => {
    const area = areaShare(look);
    const middle = placedBox(area, [look.raw.height, look.raw.width], 0.5, 0.5);
    const [kept, centre] = [keptShare(look), keptShare({ ...look, box: middle })];
    return kept === null || centre === null ? [] : [{ area, kept, centre }];
  });
  if (measured.length === 0) throw new RangeError('thetaCurve: none of these images has a ground truth');
  const of = (name: 'area' | 'kept' | 'centre'): number => mean(measured.map((one) => one[name]));
  return { theta, area: of('area'), kept: of('kept'), centre: of('centre') };
}

/**
 * Follows the same images at several thresholds of the `fraction` mask.
 *
 * @param thetas as shares of the maximum
 * @throws RangeError where no image has a ground truth
 */
export async function thetaCurve(
  source: ModelSource,
  dataset: Dataset,
  samples: readonly Sample[],
  thetas: readonly number[],
): Promise<readonly ThetaPoint[]> {
  const view = { kind: 'crop', mask: 'fraction' } as const;
  const choices = Object.fromEntries(thetas.map((theta) => [String(theta), { view, theta }]));
  const looks = await lookAtChoices(source, dataset, samples, choices);
  return thetas.map((theta) => pointOf(theta, looks[String(theta)]!));
}

/** The curve, in percent. */
export function thetaFigure(curve: readonly ThetaPoint[], images: number): Figure {
  const of = (name: 'area' | 'kept' | 'centre'): number[] => curve.map((point) => 100 * point[name]);
  return linesFigure(
    {
      'true difference inside the box': of('kept'),
      'inside a centred square of that area': { y: of('centre'), dash: 'dash' },
      'area of the box': { y: of('area'), dash: 'dot' },
    },
    {
      x: curve.map(({ theta }) => theta),
      title: `What the threshold costs: mean over ${images} images`,
      xTitle: 'Threshold theta, as a share of the maximum',
      yTitle: 'Share (%)',
      yRange: [0, 103],
      caption:
        'Further right the box is smaller: it zooms in. Between the solid and the dotted line lies what the saliency is worth against a random box; ' +
        'between the solid and the dashed one, what it is worth against simply looking at the middle.',
    },
  );
}
