/** Where ticks stand and what they say: steps of 1, 2 or 5 times a power of ten. */

/** The step of 1, 2 or 5 times a power of ten that gives about `count` ticks over a span. */
export function niceStep(span: number, count: number): number {
  const raw = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const unit = raw / power;
  return (unit <= 1 ? 1 : unit <= 2 ? 2 : unit <= 5 ? 5 : 10) * power;
}

/** The multiples of the nice step that lie between the two ends, in rising order. Errors: RangeError on an empty span. */
export function niceTicks(from: number, to: number, count: number): number[] {
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  if (!(high > low) || !Number.isFinite(high - low)) throw new RangeError(`ticks: ${from} to ${to} is no range`);
  const step = niceStep(high - low, count);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Ticks of a logarithmic axis whose ends are exponents of ten: decades, with 2 and 5 between where there are few. */
export function logTicks(from: number, to: number): number[] {
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  const units = high - low <= 2 ? [1, 2, 5] : [1];
  const step = Math.max(1, Math.ceil((high - low) / 8));
  const ticks: number[] = [];
  for (let e = Math.floor(low); e <= Math.ceil(high); e += step)
    for (const unit of units) {
      const at = Math.log10(unit) + e;
      if (at >= low - 1e-9 && at <= high + 1e-9) ticks.push(Number((unit * 10 ** e).toPrecision(12)));
    }
  return ticks;
}

/** A tick's number: as many decimals as the step needs; very large and very small ones with an exponent. */
export function tickText(value: number, step: number, format?: string): string {
  const asked = /^\.(\d)(f|%)$/.exec(format ?? '');
  if (asked) return asked[2] === '%' ? `${(value * 100).toFixed(Number(asked[1]))}%` : value.toFixed(Number(asked[1]));
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-4))
    return value.toExponential().replace('e+', 'e').replace('-', '\u2212');
  const decimals = Math.min(6, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
  return (size === 0 ? 0 : value).toFixed(decimals).replace('-', '\u2212');
}
