/** A reader of event files for tests: what the writer made, read back by other code. */

interface Field {
  readonly number: number;
  readonly value: number | Buffer;
}

function fields(message: Buffer): Field[] {
  const found: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let [value, scale] = [0, 1];
    for (; message[at]! & 128; scale *= 128) value += (message[at++]! & 127) * scale;
    return value + message[at++]! * scale;
  };
  const take = (bytes: number): Buffer => message.subarray(at, (at += bytes));
  while (at < message.length) {
    const key = varint();
    const kind = key & 7;
    const value = kind === 0 ? varint() : take(kind === 1 ? 8 : kind === 5 ? 4 : varint());
    found.push({ number: Math.floor(key / 8), value });
  }
  return found;
}

const all = (message: Buffer, number: number) =>
  fields(message)
    .filter((one) => one.number === number)
    .map(({ value }) => value);

/** The scalars of an event file by tag, [step, value] each, and how many heads it has. Checksums are passed over. */
export function readEvents(file: Buffer) {
  const scalars: Record<string, (readonly [number, number])[]> = {};
  let heads = 0;
  for (let at = 0; at < file.length;) {
    const length = Number(file.readBigUInt64LE(at));
    const event = file.subarray(at + 12, at + 12 + length);
    at += length + 16;
    const [step = 0] = all(event, 2) as number[];
    heads += all(event, 3).length;
    for (const value of (all(event, 5) as Buffer[]).flatMap((summary) => all(summary, 1) as Buffer[])) {
      const [simple] = all(value, 2) as Buffer[];
      if (simple) (scalars[String(all(value, 1)[0])] ??= []).push([step, simple.readFloatLE()]);
    }
  }
  return { scalars, heads };
}
