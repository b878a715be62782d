"""The networks of the benchmark as PyTorch modules, under the names of our weights. See lib/src/backbone for their sources."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval

EPSILON = 1e-3


class SameConv2d(nn.Conv2d):
    """A convolution with TensorFlow's SAME padding: where it is uneven (a stride of 2), the odd pixel comes after."""

    def __init__(self, inputs, outputs, kernel, stride=1, groups=1):
        padding = kernel // 2 if stride == 1 else 0
        super().__init__(inputs, outputs, kernel, stride, padding, groups=groups, bias=False)

    def forward(self, x):
        if self.stride[0] > 1:
            size, stride = self.kernel_size[0], self.stride[0]
            total = [max((math.ceil(n / stride) - 1) * stride + size - n, 0) for n in x.shape[2:]]
            x = F.pad(x, [total[1] // 2, total[1] - total[1] // 2, total[0] // 2, total[0] - total[0] // 2])
        return super().forward(x)


class Convolutional(nn.Module):
    """A network of convolutions, each with its batch norm: pairs of names, for folding."""

    def pairs(self):
        raise NotImplementedError

    def fold(self):
        """Batch norm becomes part of the convolution before it, for inference."""
        for module, convolution, norm in self.pairs():
            setattr(module, convolution, fuse_conv_bn_eval(getattr(module, convolution), getattr(module, norm)))
            setattr(module, norm, nn.Identity())


def batch_norm(channels, momentum):
    return nn.BatchNorm2d(channels, eps=EPSILON, momentum=momentum)


class Convnet(Convolutional):
    widths = (16, 32, 64, 96, 128)

    def __init__(self, classes):
        super().__init__()
        inputs = 3
        for i, outputs in enumerate(self.widths):
            self.add_module(f"conv{i}", SameConv2d(inputs, outputs, 3, 2))
            self.add_module(f"norm{i}", batch_norm(outputs, 0.1))
            inputs = outputs
        self.head = nn.Linear(inputs, classes)

    def pairs(self):
        return [(self, f"conv{i}", f"norm{i}") for i in range(len(self.widths))]

    def forward(self, pixels):
        x = (pixels.permute(0, 3, 1, 2).float() - 127) / 64
        for i in range(len(self.widths)):
            x = F.relu6(getattr(self, f"norm{i}")(getattr(self, f"conv{i}")(x)), inplace=True)
        feature = x.mean((2, 3))
        return feature, self.head(feature)


STAGES = ((1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192), (1, 3, 1, 6, 320))
MOMENTUM = 0.01


class InvertedResidual(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride, expansion):
        super().__init__()
        wide = inputs * expansion
        self.expands, self.residual = expansion != 1, stride == 1 and inputs == outputs
        if self.expands:
            self._expand_conv, self._bn0 = SameConv2d(inputs, wide, 1), batch_norm(wide, MOMENTUM)
        self._depthwise_conv, self._bn1 = SameConv2d(wide, wide, kernel, stride, groups=wide), batch_norm(wide, MOMENTUM)
        self._project_conv, self._bn2 = SameConv2d(wide, outputs, 1), batch_norm(outputs, MOMENTUM)

    def pairs(self):
        own = [(self, "_depthwise_conv", "_bn1"), (self, "_project_conv", "_bn2")]
        return own + ([(self, "_expand_conv", "_bn0")] if self.expands else [])

    def forward(self, x):
        y = F.relu6(self._bn0(self._expand_conv(x)), inplace=True) if self.expands else x
        y = F.relu6(self._bn1(self._depthwise_conv(y)), inplace=True)
        y = self._bn2(self._project_conv(y))
        return x + y if self.residual else y


class EfficientNetLite0(Convolutional):
    def __init__(self, classes):
        super().__init__()
        self._conv_stem, self._bn0 = SameConv2d(3, 32, 3, 2), batch_norm(32, MOMENTUM)
        blocks, inputs = [], 32
        for repeats, kernel, first_stride, expansion, outputs in STAGES:
            for i in range(repeats):
                blocks.append(InvertedResidual(inputs, outputs, kernel, first_stride if i == 0 else 1, expansion))
                inputs = outputs
        self._blocks = nn.Sequential(*blocks)
        self._conv_head, self._bn1 = SameConv2d(320, 1280, 1), batch_norm(1280, MOMENTUM)
        self._fc = nn.Linear(1280, classes)

    def pairs(self):
        inner = [pair for block in self._blocks for pair in block.pairs()]
        return [(self, "_conv_stem", "_bn0"), (self, "_conv_head", "_bn1"), *inner]

    def forward(self, pixels):
        x = (pixels.permute(0, 3, 1, 2).float() - 127) / 128
        x = F.relu6(self._bn0(self._conv_stem(x)), inplace=True)
        x = F.relu6(self._bn1(self._conv_head(self._blocks(x))), inplace=True)
        feature = x.mean((2, 3))
        return feature, self._fc(feature)


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x):
        batch, tokens, width = x.shape
        q, k, v = self.qkv(x).reshape(batch, tokens, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        return self.proj(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(batch, tokens, width))


class Mlp(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x)))


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1, self.attn = nn.LayerNorm(width, eps=1e-6), Attention(width, heads)
        self.norm2, self.mlp = nn.LayerNorm(width, eps=1e-6), Mlp(width)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class PatchEmbedding(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.proj = nn.Conv2d(3, width, 16, 16)

    def forward(self, x):
        return self.proj(x).flatten(2).transpose(1, 2)


class VisionTransformer(nn.Module):
    def __init__(self, width, heads, classes, side):
        super().__init__()
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.pos_embed = nn.Parameter(torch.zeros(1, 1 + (side // 16) ** 2, width))
        self.patch_embed = PatchEmbedding(width)
        self.blocks = nn.Sequential(*(Block(width, heads) for _ in range(12)))
        self.norm, self.head = nn.LayerNorm(width, eps=1e-6), nn.Linear(width, classes)

    def fold(self):
        """Nothing to fold: there is no batch norm."""

    def forward(self, pixels):
        x = self.patch_embed((pixels.float() / 127.5 - 1).permute(0, 3, 1, 2))
        x = torch.cat([self.cls_token.expand(len(x), -1, -1), x], 1) + self.pos_embed
        feature = self.norm(self.blocks(x)[:, 0])
        return feature, self.head(feature)


TRANSFORMERS = {"vit-tiny": (192, 3), "vit-small": (384, 6), "vit-base": (768, 12)}
CONVOLUTIONAL = {"convnet": Convnet, "efficientnet-lite0": EfficientNetLite0}


def torch_layout(array):
    """TensorFlow's [k, k, in, out] (depthwise [k, k, c, 1]) and [in, out] as PyTorch has them."""
    if array.ndim == 4:
        return array.transpose(2, 3, 0, 1) if array.shape[3] == 1 else array.transpose(3, 2, 0, 1)
    return array.T if array.ndim == 2 else array


def make_network(work, arrays):
    """The network of a work with the weights of the file."""
    kind = work["backbone"]
    if kind in TRANSFORMERS:
        net = VisionTransformer(*TRANSFORMERS[kind], work["classes"], work["side"])
    else:
        net = CONVOLUTIONAL[kind](work["classes"])
    prefix = "weight:"
    values = {name[len(prefix) :]: array for name, array in arrays.items() if name.startswith(prefix)}
    state = {name: torch.from_numpy(torch_layout(array).copy()) for name, array in values.items()}
    missing, surplus = net.load_state_dict(state, strict=False)
    wrong = [name for name in missing if "num_batches" not in name] + surplus
    if wrong:
        raise ValueError(f"weights of {kind} do not fit: {', '.join(wrong[:5])}")
    return net.to(memory_format=torch.channels_last) if kind in CONVOLUTIONAL else net
