/** How sure a run is of what it says, and how often that is right. */
import { intervalText } from '../ablation/text';
import { calibration, mean, tInterval } from '../metrics';
import { reliabilityDiagram } from '../plots';
import type { Figure } from '../plots';
import type { Table } from '../report';
import type { Guesses } from './guesses';

/** -log P(true class) of each image, in nats; a probability of 0 counts as the smallest number there is. */
const surprises = ({ labels, probabilities }: Guesses): number[] =>
  labels.map((label, i) => -Math.log(Math.max(probabilities[i]![label]!, Number.MIN_VALUE)));

/** Confidence beside accuracy, bin by bin. */
export function confidenceFigure({ confidences, right, name, run }: Guesses, bins = 10): Figure {
  return reliabilityDiagram(calibration(confidences, right, bins), { title: `Sure and right? (${name})`, run });
}

/** Accuracy, mean confidence, expected calibration error, likelihood: one row a run. */
export function confidenceTable(all: readonly Guesses[], bins = 10): Table {
  const percent = (share: number): number => 100 * share;
  return {
    title: 'How sure, and how right',
    columns: [
      { key: 'name', title: 'Run' },
      { key: 'accuracy', title: 'Accuracy', unit: '%', digits: 1 },
      { key: 'confidence', title: 'Mean confidence', unit: '%', digits: 1 },
      { key: 'wrong', title: 'Mean confidence of errors', unit: '%', digits: 1 },
      { key: 'ece', title: `ECE, ${bins} bins`, unit: '%', digits: 1 },
      { key: 'nll', title: 'NLL', unit: 'nats', align: 'right' },
    ],
    rows: all.map((guesses) => {
      const { name, right, confidences } = guesses;
      const errors = confidences.filter((_, i) => right[i] === 0);
      return {
        ...{ name, accuracy: percent(mean(right)), confidence: percent(mean(confidences)) },
        wrong: errors.length > 0 ? percent(mean(errors)) : null,
        ece: percent(calibration(confidences, right, bins).ece),
        nll: intervalText(tInterval(surprises(guesses)), (nats) => nats.toFixed(2)),
      };
    }),
    notes: [
      `ECE: expected calibration error. NLL with its 95 % t interval over images; guessing has ln ${all[0]?.classNames.length ?? 0} = ` +
        `${Math.log(all[0]?.classNames.length ?? 1).toFixed(2)} nats.`,
    ],
  };
}
