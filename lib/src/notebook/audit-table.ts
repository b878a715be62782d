/** The look at a dataset's pixels, as a table a person reads before training. */
import type { Audit, ImageName, Spread } from '../data';
import { imageText, onBothSides, underTwoClasses } from '../data/audit';
import type { Table } from '../report';

const spreadText = ({ min, median, max }: Spread, digits: number, unit: string): string => {
  const [low, middle, high] = [min, median, max].map((value) => value.toFixed(digits));
  return low === high ? `${low}${unit}, all alike` : `${low} to ${high}${unit}, half are below ${middle}${unit}`;
};

/** A count and the first few of what was counted. */
function listed(words: readonly string[]): string {
  const rest = words.length - 3;
  return words.length === 0
    ? 'none'
    : `${words.length} (${words.slice(0, 3).join('; ')}${rest > 0 ? `; ${rest} more` : ''})`;
}

/** Whether a group of equal images lies on both sides of training, or under two classes. */
function groupText(group: readonly ImageName[]): string {
  const worse = [
    ...(onBothSides(group) ? ['in training AND in a test'] : []),
    ...(underTwoClasses(group) ? ['under two classes'] : []),
  ];
  return `${group.map(imageText).join(' = ')}${worse.length > 0 ? `, ${worse.join(', ')}` : ''}`;
}

/** What to do about each finding stands beside it. */
export function auditTable(audit: Audit): Table {
  const row = (what: string, found: string, advice: string) => ({ what, found, advice });
  const perClass = Object.entries(audit.perClass).map(([split, counts]) => {
    const [least, most] = [Math.min(...counts), Math.max(...counts)];
    const even = `${least} of each class`;
    const advice =
      most > 2 * Math.max(1, least)
        ? 'very uneven: read the accuracy class by class'
        : split === 'train'
          ? 'fine'
          : `an accuracy of 50 % is known to about ± ${(98 / Math.sqrt(counts.reduce((a, b) => a + b, 0) || 1)).toFixed(0)} points`;
    return row(`images in ${split}`, least === most ? even : `${least} to ${most} a class`, advice);
  });
  return {
    title: `What is in the folder: ${audit.images} images, ${audit.classes} classes`,
    columns: [
      { key: 'what', title: 'What' },
      { key: 'found', title: 'Found' },
      { key: 'advice', title: 'What to do' },
    ],
    rows: [
      ...perClass,
      row('shorter side', spreadText(audit.side, 0, ' px'), 'not far below the side that the preset reads'),
      row('longer / shorter side', spreadText(audit.aspect, 2, ''), 'far from 1, the square cuts off the ends'),
      row(
        'greyscale images',
        listed(audit.greyscale.map(imageText)),
        audit.greyscale.length === 0 ? 'fine' : 'is it a whole class? Then colour gives the answer away',
      ),
      row(
        'same pixels twice',
        listed(audit.duplicates.map(groupText)),
        audit.duplicates.length === 0 ? 'fine' : 'keep one of each',
      ),
      row(
        'cannot be read',
        listed(audit.unreadable.map(({ image, reason }) => `${imageText(image)}, ${reason}`)),
        audit.unreadable.length === 0 ? 'fine' : 'fetch them again, or take them out',
      ),
    ],
    notes: ['Photographs of one plant, one leaf or one afternoon are not found here: only a person knows of them.'],
  };
}
