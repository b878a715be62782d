/** An inspection in lines, for a terminal. */
import type { ImageName, Spread } from './audit';
import type { Inspection } from './inspect';

const spreadText = ({ min, median, max }: Spread, digits: number, unit: string): string =>
  min === max
    ? `${min.toFixed(digits)}${unit}, all alike`
    : `${min.toFixed(digits)} to ${max.toFixed(digits)}${unit}, median ${median.toFixed(digits)}${unit}`;

/** '3 a class', or '3 (lime) to 15 (oak) a class'. */
function perClass(counts: readonly number[], names: readonly string[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (least === most) return `${least} a class`;
  const who = (n: number): string => names[counts.indexOf(n)] ?? '?';
  return `${least} (${who(least)}) to ${most} (${who(most)}) a class`;
}

const line = (what: string, found: string): string => `  ${what.padEnd(18)}${found}`;

function duplicateText(groups: readonly (readonly ImageName[])[], leaks: number): string {
  if (groups.length === 0) return 'none';
  return `${groups.length} ${groups.length === 1 ? 'group' : 'groups'} of equal pixels, ${leaks} across training and test`;
}

/** What is in the dataset, line by line. */
export function inspectionLines(inspection: Inspection): readonly string[] {
  const { audit, classNames, greyscaleShare } = inspection;
  const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
  const grey = audit.greyscale.length;
  return [
    `${inspection.name}: ${audit.classes} classes, ${audit.images} images, layout ${inspection.layout}, in ${inspection.root}`,
    ...Object.entries(audit.perClass).map(([split, counts]) =>
      line(split, `${sum(counts)} images, ${perClass(counts, classNames)}`),
    ),
    line('shorter side', spreadText(audit.side, 0, ' px')),
    line('longer / shorter', spreadText(audit.aspect, 2, '')),
    line('greyscale', grey === 0 ? 'none' : `${grey} images, ${(100 * greyscaleShare).toFixed(1)} %`),
    line('duplicates', duplicateText(audit.duplicates, inspection.leaks.length)),
    line('unreadable', audit.unreadable.length === 0 ? 'none' : `${audit.unreadable.length}`),
    line('published counts', inspection.published ?? 'no published set is known by this layout, name or size'),
    ...inspection.notes.map((note) => line('note', note)),
    ...inspection.warnings.filter((text) => text !== inspection.published).map((text) => line('warning', text)),
    ...inspection.faults.map((text) => line('fault', text)),
  ];
}

/** The verdict in a sentence. */
export function inspectionVerdict({
  name,
  usable,
  faults,
  warnings,
}: Pick<Inspection, 'name' | 'usable' | 'faults' | 'warnings'>): string {
  if (!usable) return `${name} is not usable: ${faults.join('; ')}.`;
  return warnings.length === 0
    ? `${name} is usable.`
    : `${name} is usable, with ${warnings.length === 1 ? 'a warning' : `${warnings.length} warnings`}.`;
}
