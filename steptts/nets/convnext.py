"""Channels-last ConvNeXt blocks, the trunk of every convolutional net of the embedded family.

A depthwise convolution over time, then two linear layers: nearly all arithmetic is matrix
products, which ONNX Runtime does fast on CPUs. A style vector may scale and shift each block.
Source of the block: ConvNeXt (arXiv 2201.03545), as used for speech by Vocos (arXiv 2306.00814).

Axes: B rows, T steps, W channels.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class ConvNeXtBlock(nn.Module):
    """x [B, T, W] -> [B, T, W]; ``style`` [B, style_width] modulates after the norm."""

    def __init__(self, width: int, ff_width: int, style_width: int = 0, kernel: int = 7) -> None:
        """Create the parts; the last layer starts small so that deep stacks start as identity."""
        super().__init__()
        self.depthwise = nn.Conv1d(width, width, kernel, padding=kernel // 2, groups=width)
        self.norm = nn.LayerNorm(width, eps=1e-5)
        self.up = nn.Linear(width, ff_width)
        self.down = nn.Linear(ff_width, width)
        self.scale = nn.Parameter(torch.full((width,), 0.1))
        self.style = nn.Linear(style_width, 2 * width) if style_width else None
        if self.style is not None:
            nn.init.zeros_(self.style.weight)
            nn.init.zeros_(self.style.bias)

    def forward(self, x: Tensor, style: Tensor | None = None) -> Tensor:
        """Transform; see the class."""
        y = self.norm(self.depthwise(x.transpose(1, 2)).transpose(1, 2))
        if self.style is not None and style is not None:
            gain, shift = self.style(style).unsqueeze(1).chunk(2, -1)
            y = y * (1 + gain) + shift
        out: Tensor = x + self.scale * self.down(F.gelu(self.up(y), approximate="tanh"))
        return out


class ConvNeXt(nn.Module):
    """A stack of blocks with a final norm."""

    def __init__(self, n_blocks: int, width: int, ff_width: int, style_width: int = 0) -> None:
        """Create the blocks."""
        super().__init__()
        self.blocks = nn.ModuleList(
            ConvNeXtBlock(width, ff_width, style_width) for _ in range(n_blocks)
        )
        self.norm = nn.LayerNorm(width, eps=1e-5)

    def forward(self, x: Tensor, style: Tensor | None = None) -> Tensor:
        """Transform x [B, T, W]."""
        for block in self.blocks:
            x = block(x, style)
        out: Tensor = self.norm(x)
        return out


class PatchInput(nn.Module):
    """Phone, mark and score features of each 20 ms patch -> [B, T, W]."""

    def __init__(self, n_symbols: int, n_marks: int, n_features: int, width: int) -> None:
        """Create the tables."""
        super().__init__()
        self.symbol = nn.Embedding(n_symbols, width)
        self.mark = nn.Embedding(n_marks, width)
        self.features = nn.Linear(n_features, width)
        nn.init.normal_(self.symbol.weight, std=0.5)
        nn.init.normal_(self.mark.weight, std=0.3)

    def forward(self, symbols: Tensor, marks: Tensor, features: Tensor) -> Tensor:
        """symbols, marks int64 [B, T]; features [B, T, F]."""
        out: Tensor = self.symbol(symbols) + self.mark(marks) + self.features(features)
        return out
