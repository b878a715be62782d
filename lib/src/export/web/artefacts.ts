/** A graph as the files of a TensorFlow.js graph model: model.json, and the constants in shards. */
import { graphShape, graphType } from './graph';
import type { Constant, Graph } from './graph';

/** Bytes of a shard: what browsers cache well, and tfjs' own converter makes. */
const SHARD = 4 * 1024 * 1024;

/** An input or output: its name, and its shape with -1 for the batch. */
export interface Port {
  readonly name: string;
  readonly shape: readonly number[];
}

export interface GraphModel {
  readonly graph: Graph;
  readonly input: Port;
  /** What `predict` gives, by name. */
  readonly outputs: readonly Port[];
  /** Goes into `userDefinedMetadata`. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly generatedBy: string;
}

const bytesOf = ({ data }: Constant): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength);

function shardsOf(bytes: Buffer): ReadonlyMap<string, Buffer> {
  const count = Math.max(1, Math.ceil(bytes.length / SHARD));
  const parts = Array.from({ length: count }, (_, i) => bytes.subarray(i * SHARD, (i + 1) * SHARD));
  return new Map(parts.map((part, i) => [`weights-${i + 1}-of-${count}.bin`, part]));
}

const portInfo = ({ name, shape }: Port) => ({
  name: `${name}:0`,
  dtype: graphType('float32'),
  tensorShape: graphShape(shape),
});

const signature = (ports: readonly Port[]) => Object.fromEntries(ports.map((port) => [port.name, portInfo(port)]));

/** The files by name. */
export function graphModelFiles(model: GraphModel): ReadonlyMap<string, string | Uint8Array> {
  const { graph, input, outputs, metadata, generatedBy } = model;
  const shards = shardsOf(Buffer.concat(graph.constants.map(bytesOf)));
  const weights = graph.constants.map(({ name, shape, dtype }) => ({ name, shape, dtype }));
  const json = {
    format: 'graph-model',
    generatedBy,
    convertedBy: null,
    signature: { inputs: signature([input]), outputs: signature(outputs) },
    // With these keys `predict` gives a record instead of a list.
    userDefinedMetadata: { structuredOutputKeys: outputs.map(({ name }) => name), ...metadata },
    modelTopology: { node: graph.nodes, library: {}, versions: { producer: 1, minConsumer: 1 } },
    weightsManifest: [{ paths: [...shards.keys()], weights }],
  };
  return new Map<string, string | Uint8Array>([['model.json', `${JSON.stringify(json)}\n`], ...shards]);
}
