/** Where weight files lie, and which one a backbone starts from. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { BackboneConfig } from '../../config';
import { projectPaths } from '../../project';

/**
 * Names under which the weights of each backbone are published or usually kept; `*` is anything, and case does not count. The content
 * decides whether a file is taken, the name only whether it is looked at; a file of any name can be given in CSDNET_WEIGHTS.
 *
 * - `ViT-B_16.npz`, `B_16-i21k-....npz`: Google Research, from JAX; the ImageNet-21k file is what TransFG and its peers start from
 * - `vit-base-....safetensors`: Hugging Face's transformers; `vit_base_patch16_....safetensors`: timm
 * - `resnet50-....pth`: torchvision; `resnet50....safetensors`: timm
 * - `efficientnet-lite0-....pth`: efficientnet_pytorch, what set-up installs; `tf_efficientnet_lite0....safetensors`: timm
 */
export const KNOWN_NAMES: Readonly<Record<BackboneConfig['kind'], readonly string[]>> = {
  convnet: [],
  'efficientnet-lite0': [
    'efficientnet-lite0*.pth',
    'efficientnet-lite0*.safetensors',
    'tf_efficientnet_lite0*.safetensors',
    'tf_efficientnet_lite0*.pth',
  ],
  resnet50: ['resnet50*.pth', 'resnet50*.safetensors'],
  'vit-tiny': transformerNames('tiny', 'Ti'),
  'vit-small': transformerNames('small', 'S'),
  'vit-base': transformerNames('base', 'B'),
};

function transformerNames(size: string, letter: string): readonly string[] {
  const jax = [`ViT-${letter}_16*.npz`, `${letter}_16*.npz`];
  return [...jax, ...['safetensors', 'pth'].flatMap((end) => [`vit-${size}*.${end}`, `vit_${size}_patch16*.${end}`])];
}

const matches = (pattern: string, name: string): boolean =>
  new RegExp(`^${pattern.replace(/[.+]/g, '\\$&').replaceAll('*', '.*')}$`, 'i').test(name);

const isKnown = (kind: string): kind is BackboneConfig['kind'] => Object.hasOwn(KNOWN_NAMES, kind);
const namesOf = (kind: string): readonly string[] => (isKnown(kind) ? KNOWN_NAMES[kind] : []);
const isFolder = (place: string): boolean => fs.statSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
const isFile = (place: string): boolean => fs.statSync(place, { throwIfNoEntry: false })?.isFile() === true;

/** What set-up installed, by kind. */
function installed(): Readonly<Record<string, string>> {
  const list = projectPaths().weightFiles;
  return fs.existsSync(list) ? (JSON.parse(fs.readFileSync(list, 'utf8')) as Record<string, string>) : {};
}

/** The one file of a kind in a folder. @throws where there are several: which one is meant is not for a program to guess */
function findIn(folder: string, kind: string): string | undefined {
  if (!isFolder(folder)) return undefined;
  const found = fs
    .readdirSync(folder)
    .filter((name) => namesOf(kind).some((pattern) => matches(pattern, name)) && isFile(path.join(folder, name)))
    .sort();
  if (found.length > 1) {
    throw new Error(
      `${folder} has several files with weights of ${kind}: ${found.join(', ')}. Keep one there, or name the one you mean in CSDNET_WEIGHTS`,
    );
  }
  return found.length === 1 ? path.join(folder, found[0]!) : undefined;
}

/** What to do where there is no file. */
function remedies(kind: string): string {
  const setUp = kind === 'efficientnet-lite0' ? 'run "npm run setup", or ' : '';
  return `${setUp}name the file in CSDNET_WEIGHTS, or put it into ${projectPaths().weights}, or choose backbone.weights "random"`;
}

/**
 * The file with the ImageNet weights of a backbone, the first of these:
 *
 * 1. `$CSDNET_WEIGHTS`, where it names a file: that one, whatever its name and whatever the kind;
 * 2. `$CSDNET_WEIGHTS`, where it names a folder: the file in it that has one of the kind's names (`KNOWN_NAMES`);
 * 3. the same in the project's `data/weights`;
 * 4. what set-up installed, which is EfficientNet-Lite0's alone.
 *
 * @throws where there is none, naming what was looked for, where, and the mends; where a folder has several of one kind; where CSDNET_WEIGHTS
 *   names what is not there
 */
export function imagenetFile(kind: string): string {
  const given = process.env.CSDNET_WEIGHTS;
  if (given && isFile(given)) return given;
  if (given && !isFolder(given)) throw new Error(`${given} does not exist: ${remedies(kind)}`);
  const folders = [...(given ? [given] : []), projectPaths().weights];
  for (const folder of folders) {
    const found = findIn(folder, kind);
    if (found) return found;
  }
  const own = installed()[kind];
  if (own && isFile(own)) return own;
  const names = namesOf(kind);
  if (names.length === 0) throw new Error(`there are no ImageNet weights of ${kind}: choose backbone.weights "random"`);
  throw new Error(
    `no file with ImageNet weights of ${kind} in ${folders.join(' or ')} (looked for ${names.join(', ')}): ${remedies(kind)}`,
  );
}

const digests = new Map<string, string>();

/**
 * What names the file that a backbone starts from: the first 16 digits of the SHA-256 of its content; undefined where it starts from random
 * numbers. A result depends on it, so it is part of a run's identity.
 *
 * @throws where the file is not there
 */
export function weightsFingerprint({ kind, weights }: Pick<BackboneConfig, 'kind' | 'weights'>): string | undefined {
  if (weights === 'random') return undefined;
  const file = imagenetFile(kind);
  const { size, mtimeMs } = fs.statSync(file);
  const key = `${file} ${size} ${mtimeMs}`;
  const digest = digests.get(key) ?? createHash('sha256').update(fs.readFileSync(file)).digest('hex').slice(0, 16);
  digests.set(key, digest);
  return digest;
}
