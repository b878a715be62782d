/** A profile as lines of text. */
import { sumKernels } from './kernels';
import type { KernelSum } from './kernels';
import type { Profile } from './profile';

const HEAD = ['kernel', 'calls/step', 'ms/step', 'share', 'MB/step', 'GFLOP/s', 'shapes'] as const;

function cells(
  { name, shapes, calls, milliseconds, bytes, operations }: KernelSum,
  { steps, milliseconds: all }: Profile,
) {
  return [
    ...[name, String(calls / steps), (milliseconds / steps).toFixed(2), `${((100 * milliseconds) / all).toFixed(1)} %`],
    (bytes / steps / 1e6).toFixed(1),
    operations === undefined || milliseconds === 0 ? '' : (operations / milliseconds / 1e6).toFixed(1),
    shapes,
  ];
}

/** Kernels of one name together. */
function byName(sums: readonly KernelSum[]): readonly KernelSum[] {
  const found = new Map<string, KernelSum>();
  for (const one of sums) {
    const before = found.get(one.name);
    const operations = before ? add(before.operations, one.operations) : one.operations;
    found.set(one.name, {
      ...{ name: one.name, shapes: '', calls: (before?.calls ?? 0) + one.calls, operations },
      milliseconds: (before?.milliseconds ?? 0) + one.milliseconds,
      bytes: (before?.bytes ?? 0) + one.bytes,
    });
  }
  return [...found.values()].sort((a, b) => b.milliseconds - a.milliseconds);
}

const add = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a + b;

/** Columns side by side: the first and the last to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = HEAD.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const pad = (text: string, i: number): string =>
    i === 0 ? text.padEnd(widths[i]!) : i === HEAD.length - 1 ? text : text.padStart(widths[i]!);
  return rows.map((row) => row.map(pad).join('  ').trimEnd());
}

/** The slowest kernels by name, then by name and shapes, and what is left for JavaScript, dispatch and copies. @param most rows of each list */
export function profileText(profile: Profile, most: number): string {
  const sums = sumKernels(profile.calls);
  const { steps, milliseconds } = profile;
  const inside = sums.reduce((sum, one) => sum + one.milliseconds, 0);
  const rest = milliseconds - inside;
  const list = (rows: readonly KernelSum[]): readonly string[] =>
    aligned([HEAD, ...rows.slice(0, most).map((row) => cells(row, profile))]);
  return [
    `A step takes ${(milliseconds / steps).toFixed(1)} ms (mean of ${steps}): ${(inside / steps).toFixed(1)} ms in ` +
      `${profile.calls.length / steps} kernels, ${(rest / steps).toFixed(1)} ms (${((100 * rest) / milliseconds).toFixed(1)} %) in JavaScript, dispatch and copies.`,
    '',
    ...list(byName(sums)),
    '',
    ...list(sums),
  ].join('\n');
}
