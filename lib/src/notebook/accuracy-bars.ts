/** Accuracies side by side, each with the interval that its number of test images allows. */
import { shareInterval } from '../metrics';
import type { ShareInterval } from '../metrics';
import { hoverName, label, layout, OKABE_ITO } from '../plots';
import type { Figure } from '../plots';
import { axis, GREY } from '../plots/theme';

/** A test that `right` of `images` images passed, as a share. */
export interface AccuracyBar {
  readonly name: string;
  /** Shares in 0..1, one for each group. */
  readonly shares: readonly number[];
  /** Test images; 0 draws no interval (what guessing earns is known exactly). */
  readonly images: number;
}

/** The interval that so many images allow (Wilson's); `share` of them are right. */
export const boundsOf = (share: number, images: number): ShareInterval =>
  shareInterval(Math.round(share * images), images);

/** Groups of bars in percent; bars without test images are grey. */
export function accuracyBars(
  bars: readonly AccuracyBar[],
  { groups, title, caption }: { readonly groups: readonly string[]; readonly title: string; readonly caption: string },
): Figure {
  return {
    data: bars.map(({ name, shares, images }, i) => {
      const ends = shares.map((share) => (images > 0 ? boundsOf(share, images) : { low: share, high: share }));
      return {
        ...{ type: 'bar', name: label(name), x: groups.map((group) => label(group)), y: shares.map((v) => 100 * v) },
        marker: { color: images > 0 ? OKABE_ITO[i % OKABE_ITO.length]! : GREY },
        hovertemplate: `%{x}: %{y:.1f} %<extra>${hoverName(name)}</extra>`,
        ...(images > 0 && {
          error_y: {
            ...{ type: 'data', color: '#333333', symmetric: false },
            array: ends.map(({ high }, k) => 100 * (high - shares[k]!)),
            arrayminus: ends.map(({ low }, k) => 100 * (shares[k]! - low)),
          },
        }),
      } as const;
    }),
    layout: layout(title, {
      height: 380,
      barmode: 'group',
      showlegend: true,
      xaxis: axis('', { type: 'category', showgrid: false }),
      yaxis: axis('Test accuracy (%)', { range: [0, 100] }),
    }),
    meta: { caption },
  };
}

/** The groups, title and caption of bars that show the share of right classes, and of right families where there are any. */
export const classAndFamilyWords = (
  title: string,
  families?: readonly number[],
): { readonly groups: readonly string[]; readonly title: string; readonly caption: string } => ({
  groups: families ? ['the class is right', 'the family is right'] : ['the class is right'],
  title,
  caption:
    'Grey is what guessing earns. A bar that stands no higher than the grey one beside it tells the classes no better than guessing. The thin ' +
    'line is the 95 % interval that this number of test images allows.',
});
