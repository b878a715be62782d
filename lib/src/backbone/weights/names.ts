/** Which names a weight file goes by, for each architecture. */
import type { Architecture } from '../architecture';
import { OURS, renaming, splitName } from './dialect';
import type { Dialect } from './dialect';
import { EFFICIENTNET_LAYERS } from './efficientnet-names';
import { huggingPrefix, VIT_JAX, vitHugging } from './vit-names';

const EFFICIENTNET_TIMM: ReadonlyMap<string, string> = new Map(EFFICIENTNET_LAYERS);

function efficientnetTimm(name: string): string {
  const [layer, leaf] = splitName(name);
  return `${EFFICIENTNET_TIMM.get(layer) ?? layer}.${leaf}`;
}

/** Families of architectures that other libraries name differently. */
const isTransformer = ({ parameters }: Named): boolean => parameters.some(({ name }) => name === 'cls_token');
const isEfficientnet = ({ parameters }: Named): boolean => parameters.some(({ name }) => name === '_conv_stem.weight');

/** What naming needs to know of an architecture. */
export type Named = Pick<Architecture, 'parameters'>;

/**
 * timm's name of each parameter of an architecture, the head and the statistics included, in the architecture's order: the same for
 * transformers and for ResNet-50, another one for EfficientNet-Lite0 (timm's `tf_efficientnet_lite0`). What it maps is one to one.
 */
export function timmNames(architecture: Named): ReadonlyMap<string, string> {
  const rename = isEfficientnet(architecture) ? efficientnetTimm : (name: string): string => name;
  return new Map(architecture.parameters.map(({ name }) => [name, rename(name)]));
}

/** timm's older transformers have the layer that JAX' have in front of the classifier. */
const VIT_TIMM: Dialect = { ...renaming("timm's names", (name) => name), dropped: /^pre_logits\./ };

function transformerDialect(names: ReadonlySet<string>): Dialect {
  if ([...names].some((name) => name.startsWith('Transformer/'))) return VIT_JAX;
  const prefix = huggingPrefix(names);
  return prefix === undefined ? VIT_TIMM : vitHugging(prefix);
}

/**
 * The dialect of a file that is asked for an architecture's parameters; our own names where the file is of another family, so that what is
 * missing and what is too much says so.
 *
 * @param names the file's
 */
export function dialectOf(architecture: Named, names: ReadonlySet<string>): Dialect {
  if (isTransformer(architecture)) return transformerDialect(names);
  if (isEfficientnet(architecture) && names.has('conv_stem.weight')) return renaming("timm's names", efficientnetTimm);
  return OURS;
}
