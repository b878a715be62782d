/**
 * A trained model for PyTorch: its weights under the names of timm's network of the same architecture, and what timm must know to make it.
 */
import type { BackboneConfig } from '../config';
import { encodeSafetensors } from '../core/safetensors';
import type { NamedArray } from '../core/safetensors';
import { timmNames } from '../backbone/weights/names';
import { gatherStrided, rowMajor } from '../backbone/weights/strided';
import { modelCard } from './card';
import type { CardRun } from './card';
import { writeFolder } from './folder';
import { architectureOfModel, metadataOf, publicModel } from './model-file';
import type { SavedModel } from './model-file';
import { checkOf } from './probe';

/** timm's network of an architecture. */
interface Twin {
  /** timm's name of it. */
  readonly architecture: string;
  /** timm's names of the first convolution and of the head. */
  readonly firstConvolution: string;
  readonly classifier: string;
  /** Whether the network is made for one side of the images. */
  readonly transformer: boolean;
}

const vit = (size: string): Twin => ({
  ...{ architecture: `vit_${size}_patch16_224` },
  ...{ firstConvolution: 'patch_embed.proj', classifier: 'head', transformer: true },
});

const TWINS: Readonly<Partial<Record<BackboneConfig['kind'], Twin>>> = {
  'efficientnet-lite0': {
    ...{ architecture: 'tf_efficientnet_lite0' },
    ...{ firstConvolution: 'conv_stem', classifier: 'classifier', transformer: false },
  },
  resnet50: {
    ...{ architecture: 'resnet50' },
    ...{ firstConvolution: 'conv1', classifier: 'fc', transformer: false },
  },
  'vit-tiny': vit('tiny'),
  'vit-small': vit('small'),
  'vit-base': vit('base'),
};

/** timm's network of a kind. @throws where it has none */
function twinOf(kind: BackboneConfig['kind']): Twin {
  const twin = TWINS[kind];
  if (twin) return twin;
  throw new Error(
    `timm has no network like "${kind}": models of ${Object.keys(TWINS).join(', ')} can be exported to it`,
  );
}

/** Order of torch's axes among ours: convolution [k, k, in, out], depthwise [k, k, c, 1], dense [in, out]. */
function torchAxes(shape: readonly number[]): readonly number[] {
  if (shape.length === 4) return shape[3] === 1 ? [2, 3, 0, 1] : [3, 2, 0, 1];
  return shape.length === 2 ? [1, 0] : shape.map((_, axis) => axis);
}

/** The shape of a parameter as torch has it. */
export const torchShape = (shape: readonly number[]): number[] => torchAxes(shape).map((axis) => shape[axis]!);

/** To convolution [out, in, k, k], depthwise [c, 1, k, k], dense [out, in]; everything else as it is. */
function toTorch(shape: readonly number[], values: Float32Array): NamedArray {
  const strides = rowMajor(shape);
  const stride = torchAxes(shape).map((axis) => strides[axis]!);
  const target = torchShape(shape);
  return { shape: target, data: gatherStrided(values, { shape: target, stride, offset: 0 }) };
}

/**
 * The state dict of timm's network, in its order. torch counts the batches of batch norm beside the statistics
 * (`num_batches_tracked`); it adds the counts itself where a file has none.
 *
 * @throws where timm has no network of this architecture
 */
export function timmState(model: SavedModel): ReadonlyMap<string, NamedArray> {
  twinOf(model.config.backbone.kind);
  const architecture = architectureOfModel(model);
  const names = timmNames(architecture);
  return new Map(
    architecture.parameters.map(({ name, shape }) => [names.get(name)!, toTorch(shape, model.values.get(name)!)]),
  );
}

/** config.json as the Hugging Face hub has it for timm: the network, the classes, and how images enter. */
export function timmConfig({ config, classes, classNames }: SavedModel) {
  const { kind } = config.backbone;
  const { imageSize, fit, testCrop } = config.input;
  const twin = twinOf(kind);
  const { featureSize, pixels } = architectureOfModel({ config, classes });
  return {
    architecture: twin.architecture,
    num_classes: classes,
    num_features: featureSize,
    label_names: classNames,
    ...(twin.transformer && { model_args: { img_size: imageSize } }),
    pretrained_cfg: {
      tag: 'csdnet',
      num_classes: classes,
      input_size: [3, imageSize, imageSize],
      fixed_input_size: twin.transformer,
      interpolation: 'bilinear',
      crop_pct: testCrop,
      crop_mode: fit === 'stretch' ? 'squash' : 'center',
      // timm counts pixels from 0 to 1.
      mean: pixels.mean.map((value) => value / 255),
      std: pixels.deviation.map((value) => value / 255),
      first_conv: twin.firstConvolution,
      classifier: twin.classifier,
    },
  };
}

/**
 * Write a model as a folder that `timm.create_model('local-dir:FOLDER', pretrained=True)` reads: model.safetensors, config.json, check.json
 * (see probe.ts) and README.md (the card).
 *
 * @param options.run the record of the run, for the card
 * @throws where the folder is taken, or timm has no network of this architecture
 */
export function exportTimm(
  model: SavedModel,
  folder: string,
  options: { readonly overwrite?: boolean; readonly run?: CardRun | undefined } = {},
): void {
  const json = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;
  const config = timmConfig(model);
  const metadata = { ...metadataOf(publicModel(model)), format: 'pt', architecture: config.architecture };
  const files = new Map<string, string | Uint8Array>([
    ['model.safetensors', encodeSafetensors({ tensors: timmState(model), metadata })],
    ['config.json', json(config)],
    ['check.json', json(checkOf(model))],
    ['README.md', modelCard(model, { kind: 'timm' }, options.run)],
  ]);
  writeFolder(folder, files, options.overwrite);
}
