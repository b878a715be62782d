/** A tfjs backend that computes nothing: each kernel that is called becomes a node of a graph. */
import * as tf from '../../tf';
import type { DataId, TensorInfo } from '../../tf';
import { attr, graphShape, graphType } from './graph';
import type { Attribute, Constant, DataType, Graph, GraphNode } from './graph';

export const BACKEND = 'csdnet-graph';

/**
 * The size of the batch while a graph is recorded. A graph takes any batch, so every size that depends on it must become "unknown": those
 * are the multiples of this prime. Nothing is computed, so it may be large.
 */
export const BATCH = 10_007;

/** A recorded size: -1 where it depends on the batch. */
export const dynamicSize = (n: number): number => (n > 0 && n % BATCH === 0 ? -1 : n);

/** A recorded shape as a graph can have it. @throws where two sizes depend on the batch: a graph leaves one open */
export function dynamicShape(shape: readonly number[]): number[] {
  const sizes = shape.map(dynamicSize);
  if (sizes.filter((n) => n === -1).length > 1) {
    throw new Error(`a graph model cannot hold the shape [${sizes.join(', ')}]: two of its sizes depend on the batch`);
  }
  return sizes;
}

function dataType(dtype: string): DataType {
  if (dtype !== 'float32' && dtype !== 'int32') throw new Error(`a graph model here holds no tensor of type ${dtype}`);
  return dtype;
}

/** What becomes a node: the operation, what it reads, and the shape of what it gives. */
export interface Operation {
  readonly op: string;
  readonly inputs: readonly TensorInfo[];
  readonly attr?: Readonly<Record<string, Attribute>>;
  readonly shape: readonly number[];
  /** The node's own name; else one is made from the operation. */
  readonly name?: string;
}

export class GraphBackend extends tf.KernelBackend {
  private readonly nodes: GraphNode[] = [];
  private readonly constants: Constant[] = [];
  /** Which output of which node a tensor is. */
  private readonly places = new WeakMap<DataId, string>();
  private readonly references = new Map<DataId, number>();
  private readonly scalars = new Map<string, string>();
  private readonly counts = new Map<string, number>();

  /** What has been recorded. */
  graph(): Graph {
    return { nodes: this.nodes, constants: this.constants };
  }

  /** Record an operation on float32 tensors; gives its output. */
  record(operation: Operation): TensorInfo {
    return this.recordAll(operation, 1)[0]!;
  }

  /** Record an operation with several outputs of one shape. */
  recordAll(
    { op, inputs, attr: attributes = {}, shape, name = this.freshName(op) }: Operation,
    count: number,
  ): TensorInfo[] {
    const input = inputs.map(({ dataId }) => this.placeOf(dataId));
    this.nodes.push({ name, op, input, attr: { T: attr.type('float32'), ...attributes } });
    return Array.from({ length: count }, (_, i) => this.tensor(i === 0 ? name : `${name}:${i}`, shape, 'float32'));
  }

  /** A constant under a name of its own. @throws where its shape depends on the batch */
  constant(values: Float32Array | Int32Array, shape: readonly number[], name: string): TensorInfo {
    if (shape.some((n) => dynamicSize(n) === -1)) {
      throw new Error(`constant ${name} of a graph model has shape [${shape.join(', ')}], which depends on the batch`);
    }
    const dtype = values instanceof Int32Array ? 'int32' : 'float32';
    const value = { tensor: { dtype: graphType(dtype), tensorShape: graphShape(shape) } };
    this.nodes.push({ name, op: 'Const', input: [], attr: { dtype: attr.type(dtype), value } });
    this.constants.push({ name, shape, dtype, data: values });
    return this.tensor(name, shape, dtype);
  }

  /** Whole numbers that an operation reads as a tensor; a list unless a shape is given. */
  ints(numbers: readonly number[], shape: readonly number[] = [numbers.length]): TensorInfo {
    return this.constant(Int32Array.from(numbers), shape, this.freshName('Const'));
  }

  /** What goes in: images of any number. */
  placeholder(name: string, shape: readonly number[]): TensorInfo {
    const attributes = { dtype: attr.type('float32'), shape: attr.shape(dynamicShape(shape)) };
    this.nodes.push({ name, op: 'Placeholder', input: [], attr: attributes });
    return this.tensor(name, shape, 'float32');
  }

  private tensor(place: string, shape: readonly number[], dtype: DataType): TensorInfo {
    const dataId = {};
    this.places.set(dataId, place);
    this.references.set(dataId, 1);
    return { dataId, shape: [...shape], dtype };
  }

  private placeOf(dataId: DataId): string {
    const place = this.places.get(dataId);
    if (place === undefined) throw new Error('a tensor of another backend came into a graph model');
    return place;
  }

  private freshName(op: string): string {
    const n = this.counts.get(op) ?? 0;
    this.counts.set(op, n + 1);
    return `${op}_${n}`;
  }

  // What tfjs asks of every backend.

  /** Values that an operation was given: a constant. Equal single numbers are one constant. */
  override write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): DataId {
    const data =
      dataType(dtype) === 'int32' ? Int32Array.from(values as Int32Array) : new Float32Array(values as Float32Array);
    if (data.length > 1) return this.constant(data, shape, this.freshName('Const')).dataId;
    const key = `${dtype} [${shape.join(', ')}] ${data[0]}`;
    const known = this.scalars.get(key);
    if (known !== undefined) return this.tensor(known, shape, dataType(dtype)).dataId;
    const name = this.freshName('Const');
    this.scalars.set(key, name);
    return this.constant(data, shape, name).dataId;
  }

  override move(): never {
    throw new Error('a tensor of another backend came into a graph model');
  }

  override readSync(): never {
    throw new Error('a graph model is recorded without values: nothing can be read on the way');
  }

  override read(): never {
    return this.readSync();
  }

  override incRef(dataId: DataId): void {
    this.references.set(dataId, this.refCount(dataId) + 1);
  }

  override refCount(dataId: DataId): number {
    return this.references.get(dataId) ?? 0;
  }

  override disposeData(dataId: DataId, force = false): boolean {
    const left = this.refCount(dataId) - 1;
    if (left > 0 && !force) this.references.set(dataId, left);
    else this.references.delete(dataId);
    return !this.references.has(dataId);
  }

  override numDataIds(): number {
    return this.references.size;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override dispose(): void {
    this.references.clear();
  }
}
