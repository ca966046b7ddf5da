"""Velocity network of the mel decoder: a 1-D U-Net of residual convolutions and transformers.

Knows the published parameter names (reference.md 3.4). Padding is exact: what comes out of valid
frames does not depend on how many frames follow, so lengths can share a bucket and a batch. Time
enters through biases that are computed once for all steps of a solve.

Legend: B batch, T mel frames, C channels, S steps, H heads, K head width.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from steptts.nets.masked_norm import Padding
from steptts.nets.unet_blocks import (
    ConvBlock,
    ResidualBlock,
    SelfAttention,
    TransformerBlock,
    shown,
)

TIME_SCALE = 1_000.0  # times run from 0 to 1; the sinusoids were made for 0 to 1 000


@dataclass(frozen=True, slots=True)
class EstimatorConfig:
    """Sizes of the velocity network; the defaults are the published ones."""

    in_channels: int = 320  # state, encoded tokens, speaker, prompt: 4 x 80
    out_channels: int = 80
    channels: int = 256
    head_width: int = 64
    n_heads: int = 8
    blocks_per_stage: int = 4
    n_mid_stages: int = 12


class FlowEstimator(nn.Module):
    """Velocity of the mel state: [B, in_channels, T] to [B, out_channels, T]."""

    def __init__(self, config: EstimatorConfig) -> None:
        """Build the stages with random weights."""
        super().__init__()
        c = config.channels
        self.config = config
        self.time_mlp = TimeMLP(config.in_channels, 4 * c)
        first = Stage(config.in_channels, config, Resample(nn.Conv1d(c, c, 3, 2, 1)))
        second = Stage(c, config, nn.Conv1d(c, c, 3, padding=1))
        self.down_blocks = nn.ModuleList([first, second])
        self.mid_blocks = nn.ModuleList(Stage(c, config) for _ in range(config.n_mid_stages))
        third = Stage(2 * c, config, Resample(nn.ConvTranspose1d(c, c, 4, 2, 1)))
        last = Stage(2 * c, config, nn.Conv1d(c, c, 3, padding=1))
        self.up_blocks = nn.ModuleList([third, last])
        self.final_block = ConvBlock(c, c)
        self.final_proj = nn.Conv1d(c, config.out_channels, 1)

    def time_biases(self, times: Sequence[float]) -> list[Tensor]:
        """What time adds in each residual block, for all steps at once.

        Args:
            times: [S] between 0 and 1.

        Returns:
            one tensor [S, C, 1] for each residual block, in the order of their use.
        """
        h = self.time_mlp(times)  # [S, 4C]
        stages = chain(self.down_blocks, self.mid_blocks, self.up_blocks)
        return [stage.residual.mlp(h)[:, :, None] for stage in cast("Iterator[Stage]", stages)]

    def forward(
        self, x: Tensor, biases: Sequence[Tensor], padding: Padding | None = None
    ) -> Tensor:
        """Velocity at a state.

        Args:
            x: [B, in_channels, T]: state, encoded tokens, speaker and prompt on top of each other.
            biases: for each residual block [B or 1, C, 1], rows of ``time_biases``.
            padding: which frames are valid; T must then be even. None: all are, and T may be odd.

        Returns:
            [B, out_channels, T]; 0 on padding.
        """
        bias = iter(biases)
        half = None if padding is None else padding.halved()
        first, second, *middle = cast("list[Stage]", [*self.down_blocks, *self.mid_blocks])
        third, last = cast("list[Stage]", self.up_blocks)
        skip = first(x, next(bias), padding)
        half_skip = second(first.change_rate(skip, padding), next(bias), half)  # [B, C, T/2]
        h = second.change_rate(half_skip, half)
        for stage in middle:
            h = stage(h, next(bias), half)
        h = third(torch.cat([h, half_skip], dim=1), next(bias), half)
        h = third.change_rate(h, half)[:, :, : skip.shape[2]]  # [B, C, T]
        h = last(torch.cat([h, skip], dim=1), next(bias), padding)
        h = self.final_block(shown(last.change_rate(h, padding), padding), padding)
        return shown(self.final_proj(h), padding)

    def fuse(self) -> None:
        """Join the three attention projections of each block; for inference only.

        128 of about 1,000 kernels per step fall away. Parameter names are then no longer the
        published ones, so load first.
        """
        for module in self.modules():
            if isinstance(module, SelfAttention):
                module.fuse()


class TimeMLP(nn.Module):
    """Sinusoids of time and two linear maps."""

    def __init__(self, in_channels: int, width: int) -> None:
        """Build the maps."""
        super().__init__()
        self.linear_1 = nn.Linear(in_channels, width)
        self.linear_2 = nn.Linear(width, width)

    def forward(self, times: Sequence[float]) -> Tensor:
        """Times [S] to [S, width]; the sinusoids are float32 whatever the weights are."""
        weight = self.linear_1.weight
        t = torch.tensor(times, dtype=torch.float32, device=weight.device)
        features = sinusoids(t, self.linear_1.in_features).to(weight.dtype)
        h: Tensor = self.linear_2(F.silu(self.linear_1(features)))
        return h


class Resample(nn.Module):
    """Holds the convolution that halves or doubles the rate at its published place."""

    def __init__(self, conv: nn.Conv1d | nn.ConvTranspose1d) -> None:
        """Keep the convolution."""
        super().__init__()
        self.conv = conv

    def forward(self, x: Tensor) -> Tensor:
        """[B, C, T] to [B, C, ceil(T / 2)] or [B, C, 2T]."""
        h: Tensor = self.conv(x)
        return h


class Stage(nn.ModuleList):
    """Residual block, transformers and, third, what changes the rate; places as published."""

    def __init__(self, in_channels: int, config: EstimatorConfig, *rate_change: nn.Module) -> None:
        """Build the stage."""
        c, heads, width = config.channels, config.n_heads, config.head_width
        blocks = (TransformerBlock(c, heads, width) for _ in range(config.blocks_per_stage))
        super().__init__([ResidualBlock(in_channels, c), nn.ModuleList(blocks), *rate_change])

    @property
    def residual(self) -> ResidualBlock:
        """The residual block."""
        return cast("ResidualBlock", self[0])

    def forward(self, x: Tensor, time_bias: Tensor, padding: Padding | None) -> Tensor:
        """[B, in_channels, T] to [B, C, T], before the change of rate."""
        h: Tensor = self.residual(x, time_bias, padding).transpose(1, 2)  # [B, T, C]
        keys = None if padding is None else padding.keys
        for block in cast("nn.ModuleList", self[1]):
            h = block(h, keys)
        return h.transpose(1, 2)

    def change_rate(self, x: Tensor, padding: Padding | None) -> Tensor:
        """Halve, keep or double the rate; padding counts as zeros, as beyond the end."""
        h: Tensor = self[2](shown(x, padding))
        return h


def sinusoids(t: Tensor, width: int) -> Tensor:
    """Sinusoidal features of times [S]: sines, then cosines [S, width]."""
    half = width // 2
    rate = torch.arange(half, device=t.device, dtype=t.dtype) * (-math.log(10_000.0) / (half - 1))
    angle = TIME_SCALE * t[:, None] * rate.exp()
    return torch.cat([angle.sin(), angle.cos()], dim=1)
