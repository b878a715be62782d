/** EfficientNet-Lite0 under the names of its first PyTorch port (efficientnet_pytorch, which are ours) and under timm's. */

/** timm numbers blocks within their stage; blocks of each stage. */
const STAGES = [1, 2, 2, 3, 3, 4, 1] as const;

/** [our layer, timm's] of a block; the first one has no expansion, so that timm's norms begin one earlier. */
const FIRST_BLOCK = [
  ['_depthwise_conv', 'conv_dw'],
  ['_bn1', 'bn1'],
  ['_project_conv', 'conv_pw'],
  ['_bn2', 'bn2'],
] as const;
const BLOCK = [
  ['_expand_conv', 'conv_pw'],
  ['_bn0', 'bn1'],
  ['_depthwise_conv', 'conv_dw'],
  ['_bn1', 'bn2'],
  ['_project_conv', 'conv_pwl'],
  ['_bn2', 'bn3'],
] as const;

function makeLayers(): readonly (readonly [string, string])[] {
  const places = STAGES.flatMap((blocks, stage) => Array.from({ length: blocks }, (_, i) => `blocks.${stage}.${i}`));
  const blocks = places.flatMap((place, index) =>
    (index === 0 ? FIRST_BLOCK : BLOCK).map(
      ([ours, timm]) => [`_blocks.${index}.${ours}`, `${place}.${timm}`] as const,
    ),
  );
  const stem = [['_conv_stem', 'conv_stem'], ['_bn0', 'bn1']] as const; // prettier-ignore
  const head = [['_conv_head', 'conv_head'], ['_bn1', 'bn2'], ['_fc', 'classifier']] as const; // prettier-ignore
  return [...stem, ...blocks, ...head];
}

/** [our layer, timm's], from the stem to the classifier; what follows the layer (`.weight`, `.running_mean`) is the same in both. */
export const EFFICIENTNET_LAYERS: readonly (readonly [string, string])[] = makeLayers();
