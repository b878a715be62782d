/**
 * A reader for the few pickle opcodes that a saved state dict consists of.
 *
 * A pickle is a program: Python's own reader runs whatever functions it names. This one runs nothing. It knows the handful of names
 * on its allow-list and refuses a file that asks for any other.
 */
import { WeightsError } from './state-dict';

export type PickleValue = unknown;

/** What a name on the allow-list does with its arguments. */
export type Globals = Readonly<Record<string, (args: readonly PickleValue[]) => PickleValue>>;

export interface PickleOptions {
  readonly globals: Globals;
  /** Turns a persistent id (torch: the description of a storage) into a value. */
  readonly persistent?: (id: PickleValue) => PickleValue;
}

export class PickleError extends WeightsError {
  override readonly name = 'PickleError';
}

/** A name on the allow-list, as it lies on the stack. */
export class GlobalName {
  constructor(readonly name: string) {}
}

const MARK = Symbol('mark');
const MAX_STACK = 1_000_000;

interface Machine {
  readonly bytes: Buffer;
  readonly options: PickleOptions;
  readonly stack: PickleValue[];
  readonly memo: Map<number, PickleValue>;
  at: number;
}

function take(m: Machine, length: number): Buffer {
  if (length < 0 || m.at + length > m.bytes.length) {
    throw new PickleError(
      `The file ends inside a value (at byte ${m.at} of ${m.bytes.length}): it is cut short; fetch it again`,
    );
  }
  m.at += length;
  return m.bytes.subarray(m.at - length, m.at);
}

function line(m: Machine): string {
  const end = m.bytes.indexOf(0x0a, m.at);
  if (end < 0) throw new PickleError('The file ends inside a name: it is cut short; fetch it again');
  const text = m.bytes.toString('latin1', m.at, end);
  m.at = end + 1;
  return text;
}

function pop(m: Machine): PickleValue {
  if (m.stack.length === 0) throw new PickleError(`Nothing to take at byte ${m.at}: this is no valid pickle`);
  return m.stack.pop();
}

function popToMark(m: Machine): PickleValue[] {
  const index = m.stack.lastIndexOf(MARK);
  if (index < 0) throw new PickleError(`No mark to go back to at byte ${m.at}: this is no valid pickle`);
  const items = m.stack.splice(index + 1);
  m.stack.pop();
  return items;
}

/** Little-endian two's complement of any length up to 8 bytes exactly, longer ones as a bigint. */
function longValue(bytes: Buffer): number | bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  const signed = bytes.length > 0 ? BigInt.asIntN(bytes.length * 8, value) : 0n;
  return signed >= BigInt(Number.MIN_SAFE_INTEGER) && signed <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(signed)
    : signed;
}

function setItems(m: Machine, items: readonly PickleValue[]): void {
  const target = m.stack[m.stack.length - 1];
  if (!(target instanceof Map))
    throw new PickleError('Items are set on something that is no dict: this is no state dict');
  for (let i = 0; i + 1 < items.length; i += 2) target.set(items[i], items[i + 1]);
}

function append(m: Machine, items: readonly PickleValue[]): void {
  const target = m.stack[m.stack.length - 1];
  if (!Array.isArray(target))
    throw new PickleError('Items are appended to something that is no list: this is no state dict');
  for (const item of items) target.push(item);
}

function pushGlobal(m: Machine, name: string): void {
  if (!Object.hasOwn(m.options.globals, name)) {
    throw new PickleError(
      `The file asks for "${name}", which is not on the list of what a weight file may use. ` +
        'It was not run. Save the weights as a plain state dict (or as safetensors) and try again',
    );
  }
  m.stack.push(new GlobalName(name));
}

function call(m: Machine): void {
  const args = pop(m);
  const target = pop(m);
  if (!(target instanceof GlobalName) || !Array.isArray(args))
    throw new PickleError('A call of something unknown: this is no state dict');
  m.stack.push(m.options.globals[target.name]!(args));
}

function recall(m: Machine, index: number): void {
  if (!m.memo.has(index)) throw new PickleError(`Memo ${index} was never written: this is no valid pickle`);
  m.stack.push(m.memo.get(index));
}

const remember = (m: Machine, index: number): unknown => m.memo.set(index, m.stack[m.stack.length - 1]);

/** BUILD sets the attributes of an object (an OrderedDict's `_metadata`): nothing that weights need. */
const ignoreState = (m: Machine): unknown => pop(m);

/** One entry for each opcode of protocol 2 that torch writes. */
const OPCODES: Readonly<Record<number, (m: Machine) => unknown>> = {
  0x80: (m) => take(m, 1), // PROTO
  0x28: (m) => m.stack.push(MARK),
  0x30: pop, // POP
  0x29: (m) => m.stack.push([]), // EMPTY_TUPLE
  0x5d: (m) => m.stack.push([]), // EMPTY_LIST
  0x7d: (m) => m.stack.push(new Map()), // EMPTY_DICT
  0x74: (m) => m.stack.push(popToMark(m)), // TUPLE
  0x85: (m) => m.stack.push([pop(m)]), // TUPLE1
  0x86: (m) => m.stack.push([pop(m), pop(m)].reverse()), // TUPLE2
  0x87: (m) => m.stack.push([pop(m), pop(m), pop(m)].reverse()), // TUPLE3
  0x4e: (m) => m.stack.push(null), // NONE
  0x88: (m) => m.stack.push(true),
  0x89: (m) => m.stack.push(false),
  0x4a: (m) => m.stack.push(take(m, 4).readInt32LE()), // BININT
  0x4b: (m) => m.stack.push(take(m, 1).readUInt8()), // BININT1
  0x4d: (m) => m.stack.push(take(m, 2).readUInt16LE()), // BININT2
  0x8a: (m) => m.stack.push(longValue(take(m, take(m, 1).readUInt8()))), // LONG1
  0x47: (m) => m.stack.push(take(m, 8).readDoubleBE()), // BINFLOAT
  0x58: (m) => m.stack.push(take(m, take(m, 4).readUInt32LE()).toString('utf8')), // BINUNICODE
  0x55: (m) => m.stack.push(take(m, take(m, 1).readUInt8()).toString('latin1')), // SHORT_BINSTRING
  0x54: (m) => m.stack.push(take(m, take(m, 4).readInt32LE()).toString('latin1')), // BINSTRING
  0x71: (m) => remember(m, take(m, 1).readUInt8()), // BINPUT
  0x72: (m) => remember(m, take(m, 4).readUInt32LE()), // LONG_BINPUT
  0x68: (m) => recall(m, take(m, 1).readUInt8()), // BINGET
  0x6a: (m) => recall(m, take(m, 4).readUInt32LE()), // LONG_BINGET
  0x73: (m) => setItems(m, [pop(m), pop(m)].reverse()), // SETITEM
  0x75: (m) => setItems(m, popToMark(m)), // SETITEMS
  0x61: (m) => append(m, [pop(m)]), // APPEND
  0x65: (m) => append(m, popToMark(m)), // APPENDS
  0x63: (m) => pushGlobal(m, `${line(m)}.${line(m)}`), // GLOBAL
  0x52: call, // REDUCE
  0x62: ignoreState, // BUILD
  0x51: (m) => m.stack.push(m.options.persistent?.(pop(m))), // BINPERSID
};

/**
 * Read one pickle.
 *
 * @param bytes the file, or the part of it from `start` on
 * @returns the value and the offset of the first byte behind it
 * @throws PickleError where the pickle is cut short, malformed, or asks for something that is not on the allow-list
 */
export function readPickle(bytes: Buffer, start: number, options: PickleOptions): { value: PickleValue; end: number } {
  const m: Machine = { bytes, options, stack: [], memo: new Map(), at: start };
  for (;;) {
    const opcode = take(m, 1).readUInt8();
    if (opcode === 0x2e) return { value: pop(m), end: m.at };
    const step = OPCODES[opcode];
    if (!step)
      throw new PickleError(
        `Unknown instruction 0x${opcode.toString(16)} at byte ${m.at - 1}: this is no state dict of torch`,
      );
    step(m);
    if (m.stack.length > MAX_STACK) throw new PickleError('More values than any weight file holds: refused');
  }
}
