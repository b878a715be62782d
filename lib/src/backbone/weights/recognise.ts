/** What a weight file seems to be, for the message that it is the wrong one. */
import type { RawTensor, StateDict } from './state-dict';

/** Backbones of the usual three sizes of transformers, by width. */
const VIT_KINDS: Readonly<Record<number, string>> = { 192: 'vit-tiny', 384: 'vit-small', 768: 'vit-base' };
/** By the blocks of the four stages; with bottlenecks or without. */
const RESNETS: Readonly<Record<string, string>> = {
  ...{ '2,2,2,2 plain': 'ResNet-18', '3,4,6,3 plain': 'ResNet-34', '3,4,6,3 bottleneck': 'ResNet-50' },
  ...{ '3,4,23,3 bottleneck': 'ResNet-101', '3,8,36,3 bottleneck': 'ResNet-152' },
};

function tensorAt(file: StateDict, pattern: RegExp): RawTensor | undefined {
  for (const [name, tensor] of file) if (pattern.test(name)) return tensor;
  return undefined;
}

/** One more than the largest number that a pattern's group finds among the names. */
const countOf = (file: StateDict, pattern: RegExp): number =>
  Math.max(0, ...[...file.keys()].map((name) => 1 + Number(pattern.exec(name)?.[1] ?? -1)));

function transformer(file: StateDict): string | undefined {
  const width = tensorAt(file, /^cls$|(^|\.)(cls_token|class_token)$/)?.shape.at(-1);
  if (width === undefined) return undefined;
  const blocks = countOf(file, /(?:blocks\.|encoderblock_|encoder\.layer\.|encoder_layer_)(\d+)/);
  const torchKernel = tensorAt(file, /(patch_embed\.proj|projection|conv_proj)\.weight$/)?.shape[2];
  const patch = torchKernel ?? tensorAt(file, /^embedding\/kernel$/)?.shape[0];
  const kind = (blocks === 12 && patch === 16 && VIT_KINDS[width]) || 'a vision transformer';
  return `${kind}: width ${width}, ${blocks} blocks${patch === undefined ? '' : `, patches of ${patch} px`}`;
}

function residual(file: StateDict): string | undefined {
  if (![...file.keys()].some((name) => /^layer1\.0\.conv1\.weight$/.test(name))) return undefined;
  const stages = [1, 2, 3, 4].map((stage) => countOf(file, new RegExp(`^layer${stage}\\.(\\d+)\\.`)));
  const kind = `${stages.join(',')} ${file.has('layer1.0.conv3.weight') ? 'bottleneck' : 'plain'}`;
  return RESNETS[kind] ?? 'ResNet';
}

function efficientnet(file: StateDict): string | undefined {
  const names = [...file.keys()];
  if (!names.some((name) => /^_?conv_stem\.weight$/.test(name))) return undefined;
  if (names.some((name) => /\.(se|_se_reduce|_se_expand)\./.test(name)))
    return 'EfficientNet with squeeze-and-excitation, not a Lite one';
  const stem = tensorAt(file, /^_?conv_stem\.weight$/)?.shape[0];
  const projections = names.filter((name) =>
    /(_project_conv|\.conv_pwl|blocks\.0\.0\.conv_pw)\.weight$/.test(name),
  ).length;
  return stem === 32 && projections === 16 ? 'EfficientNet-Lite0' : 'EfficientNet';
}

function convolutional(file: StateDict): string | undefined {
  return file.has('conv0.weight') && file.has('norm0.weight') ? "this library's small convnet" : undefined;
}

function swin(file: StateDict): string | undefined {
  return tensorAt(file, /relative_position_bias_table$/) ? 'a Swin transformer, which no backbone here is' : undefined;
}

/** A few words on what the file holds: `vit-small: width 384, 12 blocks, patches of 16 px`, `ResNet-50`; else its first names. */
export function looksLike(file: StateDict): string {
  for (const recognise of [transformer, residual, efficientnet, convolutional, swin]) {
    const found = recognise(file);
    if (found) return found;
  }
  const names = [...file.keys()].slice(0, 3);
  return names.length === 0
    ? 'nothing: it holds no floats'
    : `nothing that is known; it begins with ${names.join(', ')}`;
}
