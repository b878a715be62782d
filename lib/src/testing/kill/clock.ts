/** Loaded by `node --require`: a clock that is off by CSDNET_TEST_CLOCK milliseconds, and goes back a second each time that it is read. */
const offset = Number(process.env.CSDNET_TEST_CLOCK ?? 0);
const Real = Date;
let reads = 0;
const now = (): number => Real.now() + offset - 1000 * reads++;

class BackwardDate extends Real {
  constructor(...given: unknown[]) {
    super(...((given.length > 0 ? given : [now()]) as [number]));
  }
  static override now = now;
}
globalThis.Date = BackwardDate as DateConstructor;
