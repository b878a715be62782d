/** Who moves under SSDT: the gradient on both views' logits. And how far two views agree. */
import { differenceText } from '../ablation/text';
import { mean, tInterval } from '../metrics';
import { label, layout, OKABE_ITO } from '../plots';
import type { BarTrace, Figure } from '../plots';
import { axis } from '../plots/theme';
import type { Table } from '../report';
import { gradientSize } from './distill-plain';
import type { Lesson } from './distill-plain';
import { softened } from './plain';
import { guessOf } from './views';
import type { ViewLook } from './views';
import { areaShare } from './views-figure';

/** The size of the gradient on z and on z' for each kind of lesson. */
export function lessonsFigure(lessons: Readonly<Record<string, Lesson>>): Figure {
  const names = Object.keys(lessons);
  const all = Object.values(lessons);
  const bars = (name: string, color: string, y: readonly number[]): BarTrace => ({
    ...{ type: 'bar', name, x: names.map((_, i) => i), y, marker: { color } },
    hovertemplate: `%{y:.3f}<extra>${name}</extra>`,
  });
  return {
    data: [
      bars(
        'on z, the raw view',
        OKABE_ITO[0],
        all.map(({ toRaw }) => gradientSize(toRaw)),
      ),
      bars(
        "on z', the second view",
        OKABE_ITO[1],
        all.map(({ toSecond }) => gradientSize(toSecond)),
      ),
    ],
    layout: layout('Who moves: the gradient on the logits of both views', {
      ...{ height: 400, barmode: 'group', showlegend: true },
      xaxis: axis('Direction, and whether the teacher is held fixed', {
        ...{ showgrid: false, tickangle: 0 },
        tickvals: names.map((_, i) => i),
        ticktext: names.map((name) => label(name, 10)),
      }),
      yaxis: axis('Size of the gradient'),
    }),
    meta: {
      caption:
        'A missing bar is a view that the loss leaves alone. With the teacher held fixed one view moves in each direction; without it both ' +
        'do, and the teacher comes to meet its student.',
    },
  };
}

/** KL(softmax(z') || softmax(z)) at T = 1, in nats. */
function disagreement({ logits }: ViewLook): number {
  const [p, q] = [softened(logits.cut, 1), softened(logits.raw, 1)];
  return p.reduce((sum, v, c) => sum + (v > 0 ? v * Math.log(v / Math.max(q[c]!, 1e-300)) : 0), 0);
}

/** What both views of many images say, in shares of the images. */
export interface Agreement {
  readonly images: number;
  /** Mean area of the box as a share of the view: at 1 the crop is the raw view, and there is nothing to disagree on. */
  readonly area: number;
  /** Both views name the same class, whether right or wrong. */
  readonly agree: number;
  /** Mean KL of the second view's prediction from the raw view's, T = 1, in nats. */
  readonly kl: number;
  /** Accuracy of the raw view, of the second view, and of the mean of both logits. */
  readonly raw: number;
  readonly second: number;
  readonly ensemble: number;
  /** Mean of (second right) - (raw right) over the images, with its 95 % t interval. */
  readonly gain: ReturnType<typeof tInterval>;
}

/** Do two views agree, and is the second one better? */
export function viewAgreement(looks: readonly ViewLook[]): Agreement {
  if (looks.length < 2) throw new RangeError(`viewAgreement: ${looks.length} images; give at least two`);
  const share = (hit: (look: ViewLook) => boolean): number => mean(looks.map((look) => Number(hit(look))));
  const rawRight = ({ logits, sample }: ViewLook): boolean => guessOf(logits.raw) === sample.label;
  const secondRight = ({ logits, sample }: ViewLook): boolean => guessOf(logits.cut) === sample.label;
  return {
    images: looks.length,
    area: mean(looks.map(areaShare)),
    agree: share(({ logits }) => guessOf(logits.raw) === guessOf(logits.cut)),
    kl: mean(looks.map(disagreement)),
    raw: share(rawRight),
    second: share(secondRight),
    ensemble: share(({ logits, sample }) => guessOf(logits.raw.map((v, c) => v + logits.cut[c]!)) === sample.label),
    gain: tInterval(looks.map((look) => Number(secondRight(look)) - Number(rawRight(look)))),
  };
}

/** One row a model: agreement, distance and accuracy of its two views. */
export function agreementTable(models: Readonly<Record<string, Agreement>>): Table {
  const rows = Object.entries(models).map(([name, { area, agree, kl, raw, second, ensemble, gain }]) => ({
    ...{
      name,
      area: 100 * area,
      agree: 100 * agree,
      kl,
      raw: 100 * raw,
      second: 100 * second,
      ensemble: 100 * ensemble,
    },
    gain: differenceText(gain),
  }));
  const images = Object.values(models)[0]?.images ?? 0;
  return {
    title: `What the raw view and the second view say of ${images} test images`,
    columns: [
      { key: 'name', title: 'Model' },
      { key: 'area', title: 'Box', unit: '% of the view', digits: 0 },
      { key: 'agree', title: 'Same class named', unit: '%', digits: 0 },
      { key: 'kl', title: 'KL, T = 1', unit: 'nats', digits: 3 },
      { key: 'raw', title: 'Accuracy of the raw view', unit: '%', digits: 1 },
      { key: 'second', title: 'of the second view', unit: '%', digits: 1 },
      { key: 'ensemble', title: 'of both together', unit: '%', digits: 1 },
      { key: 'gain', title: 'Second minus raw, paired by image', unit: 'points', align: 'right' },
    ],
    rows,
    notes: [
      'In brackets: the 95 % t interval over images. It speaks of these images and this one model; another seed gives another model.',
    ],
  };
}
