/**
 * A computation as TensorFlow's GraphDef: nodes by name, each with its operation, its inputs and its attributes. What tfjs calls a graph
 * model is such a graph in JSON, with its constants in files of their own.
 */

export type DataType = 'float32' | 'int32';

/** An attribute in the JSON form of GraphDef: numbers as texts, texts in base64. */
export type Attribute =
  | { readonly b: boolean }
  | { readonly i: string }
  | { readonly s: string }
  | { readonly type: 'DT_FLOAT' | 'DT_INT32' }
  | { readonly shape: GraphShape }
  | { readonly tensor: { readonly dtype: 'DT_FLOAT' | 'DT_INT32'; readonly tensorShape: GraphShape } }
  | { readonly list: { readonly i: readonly string[] } | { readonly s: readonly string[] } };

export interface GraphShape {
  readonly dim: readonly { readonly size: string }[];
}

export interface GraphNode {
  readonly name: string;
  /** TensorFlow's name of the operation. */
  readonly op: string;
  /** Names of the nodes that it reads; `name:1` is the second output of a node. */
  readonly input: readonly string[];
  readonly attr: Readonly<Record<string, Attribute>>;
}

/** The values of a node with the operation `Const`. */
export interface Constant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DataType;
  readonly data: Float32Array | Int32Array;
}

export interface Graph {
  /** Each node behind those that it reads. */
  readonly nodes: readonly GraphNode[];
  readonly constants: readonly Constant[];
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Attributes from plain values. */
export const attr = {
  flag: (b: boolean): Attribute => ({ b }),
  int: (i: number): Attribute => ({ i: String(i) }),
  ints: (numbers: readonly number[]): Attribute => ({ list: { i: numbers.map(String) } }),
  text: (text: string): Attribute => ({ s: base64(text) }),
  texts: (texts: readonly string[]): Attribute => ({ list: { s: texts.map(base64) } }),
  type: (dtype: DataType): Attribute => ({ type: graphType(dtype) }),
  shape: (shape: readonly number[]): Attribute => ({ shape: graphShape(shape) }),
};

export const graphType = (dtype: DataType): 'DT_FLOAT' | 'DT_INT32' => (dtype === 'float32' ? 'DT_FLOAT' : 'DT_INT32');

/** -1 is a size that is not known before the graph runs. */
export const graphShape = (shape: readonly number[]): GraphShape => ({ dim: shape.map((n) => ({ size: String(n) })) });

const nodeOf = (input: string): string => input.split(':')[0]!;

/** The part of a graph that some nodes need. */
export function needed({ nodes, constants }: Graph, outputs: readonly string[]): Graph {
  const wanted = new Set(outputs);
  // Inputs stand before their readers, so one walk from the end finds them all.
  for (const node of [...nodes].reverse()) {
    if (wanted.has(node.name)) for (const input of node.input) wanted.add(nodeOf(input));
  }
  return {
    nodes: nodes.filter(({ name }) => wanted.has(name)),
    constants: constants.filter(({ name }) => wanted.has(name)),
  };
}
