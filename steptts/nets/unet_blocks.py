"""Blocks of the 1-D U-Net: normalised convolutions and transformers, exact under padding.

What comes out of the valid frames does not depend on how many frames follow. Knows the published
parameter names (reference.md 3.3), not how the blocks are joined.

Legend: B batch, T frames, C channels, G groups, H heads, K head width.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from steptts.nets.masked_norm import Padding, norm_and_mish

N_GROUPS = 8


def shown(x: Tensor, padding: Padding | None) -> Tensor:
    """Zeros on padding, as convolutions see beyond the end; None means no padding."""
    return x if padding is None else x * padding.shown


class ConvBlock(nn.Module):
    """Convolution over three frames, group normalisation, Mish."""

    def __init__(self, in_channels: int, channels: int) -> None:
        """Build the block; places as in the checkpoint."""
        super().__init__()
        self.block = nn.Sequential(
            nn.Conv1d(in_channels, channels, 3, padding=1),
            nn.GroupNorm(N_GROUPS, channels),
            nn.Mish(),
        )

    def forward(self, x: Tensor, padding: Padding | None, after: Tensor | None = None) -> Tensor:
        """[B, in_channels, T], zeros on padding, to [B, C, T], likewise.

        Args:
            x: what is convolved.
            padding: None: all frames are valid.
            after: [B or 1, C, 1], added at the end.
        """
        if padding is None:
            h: Tensor = self.block(x)
            return h if after is None else h + after
        convolved: Tensor = self.block[0](x)
        return norm_and_mish(convolved, cast("nn.GroupNorm", self.block[1]), padding, after)


class ResidualBlock(nn.Module):
    """Two convolution blocks with the bias of time between them, around a 1x1 convolution."""

    def __init__(self, in_channels: int, channels: int) -> None:
        """Build the block; time comes in 4 x channels wide."""
        super().__init__()
        self.mlp = nn.Sequential(nn.Mish(), nn.Linear(4 * channels, channels))
        self.block1 = ConvBlock(in_channels, channels)
        self.block2 = ConvBlock(channels, channels)
        self.res_conv = nn.Conv1d(in_channels, channels, 1)

    def forward(self, x: Tensor, time_bias: Tensor, padding: Padding | None) -> Tensor:
        """[B, in_channels, T] and [B or 1, C, 1] to [B, C, T]."""
        x = shown(x, padding)
        h: Tensor = self.block2(self.block1(x, padding, time_bias), padding)
        return h + cast("Tensor", self.res_conv(x))


class TransformerBlock(nn.Module):
    """Self-attention and a GELU feed-forward, each normalised first and added to its input."""

    def __init__(self, channels: int, n_heads: int, head_width: int) -> None:
        """Build the block; norm3 and ff.net keep the places of the checkpoint."""
        super().__init__()
        c = channels
        self.norm1 = nn.LayerNorm(c)
        self.attn1 = SelfAttention(c, n_heads, head_width)
        self.norm3 = nn.LayerNorm(c)
        widen = nn.Sequential(OrderedDict(proj=nn.Linear(c, 4 * c), gelu=nn.GELU()))
        net = nn.Sequential(widen, nn.Identity(), nn.Linear(4 * c, c))
        self.ff = nn.Sequential(OrderedDict(net=net))

    def forward(self, x: Tensor, keys: Tensor | None) -> Tensor:
        """[B, T, C] to [B, T, C]; keys [B or 1, 1, 1, T] are added to the scores."""
        x = x + self.attn1(self.norm1(x), keys)
        h: Tensor = self.ff(self.norm3(x))
        return x + h


class SelfAttention(nn.Module):
    """Attention over all valid frames; the heads together are wider than the channels."""

    def __init__(self, channels: int, n_heads: int, head_width: int) -> None:
        """Build the projections; only the last one has a bias."""
        super().__init__()
        inner = n_heads * head_width
        self.n_heads = n_heads
        self.to_q = nn.Linear(channels, inner, bias=False)
        self.to_k = nn.Linear(channels, inner, bias=False)
        self.to_v = nn.Linear(channels, inner, bias=False)
        self.to_out = nn.ModuleList([nn.Linear(inner, channels)])
        self.to_qkv: nn.Linear | None = None

    def fuse(self) -> None:
        """Put the three input projections into one."""
        joined = torch.cat([self.to_q.weight, self.to_k.weight, self.to_v.weight])
        self.to_qkv = nn.Linear(joined.shape[1], joined.shape[0], bias=False, device="meta")
        self.to_qkv.weight = nn.Parameter(joined.detach(), requires_grad=False)
        del self.to_q, self.to_k, self.to_v

    def forward(self, x: Tensor, keys: Tensor | None) -> Tensor:
        """[B, T, C] to [B, T, C]."""
        b, t, _ = x.shape
        if self.to_qkv is None:
            qkv = torch.cat([self.to_q(x), self.to_k(x), self.to_v(x)], dim=-1)
        else:
            qkv = self.to_qkv(x)
        q, k, v = qkv.view(b, t, 3, self.n_heads, -1).permute(2, 0, 3, 1, 4)  # each [B, H, T, K]
        heads = F.scaled_dot_product_attention(q, k, v, attn_mask=keys)
        h: Tensor = self.to_out[0](heads.transpose(1, 2).reshape(b, t, -1))
        return h
