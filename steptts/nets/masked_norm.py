"""Padding of a batch, and the one operation that padding makes hard: group normalisation.

Statistics are those of the valid frames, in float32: a sum over 1 000 frames x 32 channels in half
precision is off by percents. On a GPU with Triton two kernels do it; elsewhere torch's operations.

Legend: B batch, T frames, C channels, G groups.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

import torch
from torch import Tensor, nn
from torch.nn import functional as F

PIECE = 64  # frames per program: 2 048 numbers of a group of 32 channels


@dataclass(frozen=True, slots=True)
class Padding:
    """Which frames of a batch are valid, in the forms in which it is asked.

    Attributes:
        shown: [B or 1, 1, T], 1 on valid frames (the first ones), 0 on padding.
        keys: [B or 1, 1, 1, T], what attention adds to its scores: 0, or minus infinity on
            padding. (Truth values would be turned into this by two kernels at each of 64 calls.)
        lengths: [B or 1] int32, number of valid frames.
        stretch: [B or 1, 1, 1], T / number of valid frames.
        fused: use the Triton kernels.
    """

    shown: Tensor
    keys: Tensor
    lengths: Tensor
    stretch: Tensor
    fused: bool

    @classmethod
    def of(cls, shown: Tensor, *, fused: bool | None = None) -> Padding:
        """Derive the other forms; on CUDA the kernels are used where Triton is installed."""
        lengths = shown.sum(dim=(1, 2), dtype=torch.float32)
        if fused is None:
            fused = shown.is_cuda and find_spec("triton") is not None
        stretch = (shown.shape[2] / lengths)[:, None, None]
        keys = torch.zeros_like(shown).masked_fill(shown == 0, -torch.inf)[:, None]
        return cls(shown, keys, lengths.int(), stretch, fused)

    def halved(self) -> Padding:
        """The same after a convolution of stride 2: every second frame, the first one included."""
        return Padding.of(self.shown[:, :, ::2].contiguous(), fused=self.fused)


def norm_and_mish(
    x: Tensor, norm: nn.GroupNorm, padding: Padding, after: Tensor | None = None
) -> Tensor:
    """Group normalisation and Mish, then a bias.

    Args:
        x: [B, C, T]
        norm: weights, epsilon and number of groups G.
        padding: which frames are valid.
        after: [B or 1, C, 1], added last; None: nothing is.

    Returns:
        [B, C, T] in the dtype of ``x``, zeros on padding.
    """
    if padding.fused:
        return _fused(x, norm, padding, after)
    y = F.mish(masked_group_norm(x, norm, padding))
    return (y if after is None else y + after) * padding.shown


def masked_group_norm(x: Tensor, norm: nn.GroupNorm, padding: Padding) -> Tensor:
    """Group normalisation with the statistics of the valid frames only.

    Moments are taken over all T frames with zeros on padding, in one kernel, and corrected: with
    s = T / valid, mean = s m and variance = s v - (1 - 1 / s) mean^2.

    Returns:
        [B, C, T] in the dtype of ``x``; padding holds finite numbers without meaning.
    """
    b, c, _ = x.shape
    grouped = (x * padding.shown.float()).reshape(b, norm.num_groups, -1)  # [B, G, C/G T] float32
    variance, mean = torch.var_mean(grouped, dim=2, correction=0, keepdim=True)
    mean = mean * padding.stretch
    variance = variance * padding.stretch - (1 - 1 / padding.stretch) * mean.square()
    spread = torch.rsqrt(variance.clamp(min=0) + norm.eps)  # [B, G, 1]
    scale = spread * norm.weight.float().view(1, norm.num_groups, -1)  # [B, G, C/G]
    shift = norm.bias.float().view(1, norm.num_groups, -1) - mean * scale
    return torch.addcmul(shift.view(b, c, 1), x, scale.view(b, c, 1)).to(x.dtype)


def _fused(x: Tensor, norm: nn.GroupNorm, padding: Padding, after: Tensor | None) -> Tensor:
    from steptts.nets.norm_kernels import normalise_tiles, sum_tiles

    (b, c, t), g = x.shape, norm.num_groups
    pieces = -(-t // PIECE)
    sums = torch.empty(b, g, pieces, 2, device=x.device, dtype=torch.float32)
    out = torch.empty_like(x)
    length_step = int(padding.lengths.shape[0] > 1)
    sizes = {"groups": g, "size": c // g, "piece": PIECE}
    sum_tiles[b * g, pieces](x, padding.lengths, sums, t, length_step, *x.stride(), **sizes)
    given = x if after is None else after
    normalise_tiles[b * g, pieces](
        *(x, padding.lengths, sums, norm.weight, norm.bias, given, out),
        *(t, length_step, c * int(given.shape[0] > 1), norm.eps, *x.stride(), *out.stride()),
        **sizes,
        most_pieces=1 << (pieces - 1).bit_length(),
        has_after=after is not None,
    )
    return out
