/**
 * TensorBoard's events as bytes: protocol buffers written by hand, since the binding's writer knows scalars and histograms alone. Field numbers from
 * tensorboard/compat/proto (event, summary, tensor) and tensorboard/plugins/hparams (plugin_data, api).
 */
import { bytes, double, float, int } from './protobuf';
import { framed } from './record-file';

/** When an event was, in seconds since 1970, and at which step. */
export interface EventTime {
  readonly wall: number;
  readonly step: number;
}

/** A value of a summary. */
export type SummaryValue = Buffer;

/** Event {wall_time 1, step 2, and one of: file_version 3, summary 5, session_log 7}, as a record of an event file. */
function event({ wall, step }: EventTime, what: Buffer): Buffer {
  return framed(Buffer.concat([double(1, wall), ...(step === 0 ? [] : [int(2, step)]), what]));
}

/** How an event file begins: its version, and the sign that whoever reads on from another file of the run drops what it had (SessionLog START). */
export const fileHead = (wall: number): Buffer =>
  Buffer.concat([event({ wall, step: 0 }, bytes(3, 'brain.Event:2')), event({ wall, step: 0 }, bytes(7, int(1, 1)))]);

export const summary = (time: EventTime, values: readonly SummaryValue[]): Buffer =>
  event(
    time,
    bytes(
      5,
      values.map((value) => bytes(1, value)),
    ),
  );

/** Summary.Value {tag 1, simple_value 2}. */
export const scalar = (tag: string, value: number): SummaryValue => Buffer.concat([bytes(1, tag), float(2, value)]);

/** SummaryMetadata {plugin_data 1 {plugin_name 1, content 2}}, as field 9 of a value. */
const forPlugin = (name: string, content?: Buffer): Buffer =>
  bytes(9, bytes(1, [bytes(1, name), ...(content ? [bytes(2, content)] : [])]));

/** A text in Markdown: a tensor {dtype 1 = DT_STRING, shape 2 [1], string_val 8} for the plugin `text`. */
export const text = (tag: string, markdown: string): SummaryValue =>
  Buffer.concat([
    bytes(1, tag),
    bytes(8, [int(1, 7), bytes(2, bytes(2, int(1, 1))), bytes(8, markdown)]),
    forPlugin('text'),
  ]);

export type Parameter = number | string | boolean;

/** google.protobuf.Value: number 2, string 3 or bool 4. */
const parameterValue = (value: Parameter): Buffer =>
  typeof value === 'number' ? double(2, value) : typeof value === 'string' ? bytes(3, value) : int(4, Number(value));

/** HParamsPluginData {session_start_info 3 {hparams 1: a map of entries {key 1, value 2}, group_name 4, start_time_secs 5}}. */
export function sessionStart(
  parameters: Readonly<Record<string, Parameter>>,
  { group, wall }: { readonly group: string; readonly wall: number },
): SummaryValue {
  const entries = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1));
  const info = [
    ...entries.map(([key, value]) => bytes(1, [bytes(1, key), bytes(2, parameterValue(value))])),
    ...[bytes(4, group), double(5, wall)],
  ];
  return Buffer.concat([bytes(1, '_hparams_/session_start_info'), forPlugin('hparams', bytes(3, info))]);
}

/** HParamsPluginData {session_end_info 4 {status 1 = SUCCESS, end_time_secs 2}}. */
export const sessionEnd = (wall: number): SummaryValue =>
  Buffer.concat([bytes(1, '_hparams_/session_end_info'), forPlugin('hparams', bytes(4, [int(1, 1), double(2, wall)]))]);
