"""Streaming encoder of the linguistic tokenizer: attention with memory (SANM), 240 ms at a time.

Each step sees a window of 5 past and 4 new frames and keys kept from the 4 windows before. Within a
layer no window waits for another one's result, so all windows of a clip are computed as one batch:
the numbers are those of streaming, at the speed of one pass. Knows the published parameter names
(reference.md 5.4) without their prefix ``encoder.``; knows nothing of waveforms or codebooks.

Legend: T frames, W windows, D width, H heads, K head width.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

NEW = 4  # frames of 60 ms that come with each step
PAST = 5  # frames seen again
WINDOW = PAST + NEW
KEPT = WINDOW - PAST  # first frames of a window whose keys are kept
LOOK_BACK = 4  # windows whose keys are kept
NORM_EPS = 1e-12


@dataclass(frozen=True, slots=True)
class SanmConfig:
    """Sizes of the encoder; the defaults are the published ones."""

    input_width: int = 560
    width: int = 512
    n_heads: int = 4
    ff_width: int = 2048
    n_layers: int = 50
    kernel: int = 11


class SanmEncoder(nn.Module):
    """Stacked frames [T, input_width] to [T, width]."""

    def __init__(self, config: SanmConfig) -> None:
        """Build the layers; the first one changes the width and stands apart, as published."""
        super().__init__()
        self.config = config
        self.encoders0 = nn.ModuleList([SanmLayer(config.input_width, config)])
        rest = config.n_layers - 1
        self.encoders = nn.ModuleList(SanmLayer(config.width, config) for _ in range(rest))
        self.after_norm = nn.LayerNorm(config.width, eps=NORM_EPS)

    def forward(self, frames: Tensor) -> Tensor:
        """Encode a whole clip as if it came 4 frames at a time.

        Args:
            frames: [T, input_width]; T need not be a multiple of 4.

        Returns:
            [T, width]; a frame knows nothing of those after its step.
        """
        n = len(frames)
        if n == 0:
            return frames.new_zeros(0, self.config.width)
        x = frames * math.sqrt(self.config.width) + sinusoids(n, frames)
        missing = -n % NEW
        windows = F.pad(x, (0, 0, PAST, missing)).unfold(0, WINDOW, NEW).transpose(1, 2)
        there = torch.ones(PAST + n, device=frames.device)  # the zeros before the clip count
        shown = F.pad(there, (0, missing)).unfold(0, WINDOW, NEW)  # [W, 9]
        for layer in (*self.encoders0, *self.encoders):
            windows = layer(windows, shown)  # [W, 9, D]
        new = cast("Tensor", self.after_norm(windows[:, PAST:]))
        return new.reshape(-1, self.config.width)[:n]


class SanmLayer(nn.Module):
    """Attention with memory and a feed-forward, each normalised first."""

    def __init__(self, in_width: int, config: SanmConfig) -> None:
        """Build the layer."""
        super().__init__()
        self.self_attn = SanmAttention(in_width, config)
        self.feed_forward = nn.ModuleDict(
            {
                "w_1": nn.Linear(config.width, config.ff_width),
                "w_2": nn.Linear(config.ff_width, config.width),
            }
        )
        self.norm1 = nn.LayerNorm(in_width, eps=NORM_EPS)
        self.norm2 = nn.LayerNorm(config.width, eps=NORM_EPS)
        self.keeps_width = in_width == config.width

    def forward(self, x: Tensor, shown: Tensor) -> Tensor:
        """[W, 9, in_width] to [W, 9, D]; no shortcut around attention where the width changes."""
        h: Tensor = self.self_attn(self.norm1(x), shown)
        x = x + h if self.keeps_width else h
        widened = F.relu(self.feed_forward["w_1"](self.norm2(x)))
        return x + cast("Tensor", self.feed_forward["w_2"](widened))


class SanmAttention(nn.Module):
    """Attention over window and kept keys, plus a depth-wise filter over the window's values."""

    def __init__(self, in_width: int, config: SanmConfig) -> None:
        """Build the projections and the filter."""
        super().__init__()
        d = config.width
        self.n_heads = config.n_heads
        self.linear_q_k_v = nn.Linear(in_width, 3 * d)
        self.linear_out = nn.Linear(d, d)
        self.fsmn_block = nn.Conv1d(
            d, d, config.kernel, padding=(config.kernel - 1) // 2, groups=d, bias=False
        )

    def forward(self, x: Tensor, shown: Tensor) -> Tensor:
        """[W, 9, in_width] to [W, 9, D]; shown [W, 9] is 0 behind the end of the clip."""
        joint: Tensor = self.linear_q_k_v(x)
        q, k, v = joint.chunk(3, dim=-1)  # each [W, 9, D]
        v = v * shown[:, :, None]
        memory: Tensor = v + self.fsmn_block(v.transpose(1, 2)).transpose(1, 2)
        seen = torch.cat([_kept_before(shown[:, :, None])[:, :, 0], shown], dim=1)  # [W, 25]
        keys, values = (torch.cat([_kept_before(part), part], dim=1) for part in (k, v))
        heads = F.scaled_dot_product_attention(
            self._heads(q), self._heads(keys), self._heads(values), seen[:, None, None] > 0
        )
        joined = heads.transpose(1, 2).flatten(2)  # [W, 9, D]
        attended: Tensor = self.linear_out(joined)
        return attended + memory

    def _heads(self, x: Tensor) -> Tensor:
        return x.view(*x.shape[:2], self.n_heads, -1).transpose(1, 2)  # [W, H, frames, K]


def _kept_before(x: Tensor) -> Tensor:
    """What each window finds kept: the first 4 frames of the 4 windows before it.

    Args:
        x: [W, 9, D]

    Returns:
        [W, 16, D], oldest first; zeros where there was no window.
    """
    n, _, d = x.shape
    kept = F.pad(x[:, :KEPT].reshape(n * KEPT, d), (0, 0, LOOK_BACK * KEPT, 0))
    return kept.unfold(0, LOOK_BACK * KEPT, KEPT)[:n].transpose(1, 2)


def sinusoids(n: int, like: Tensor) -> Tensor:
    """Sinusoids of positions 1 ... n, sines in the first half and cosines in the second.

    Returns:
        [n, width of ``like``]
    """
    half = like.shape[-1] // 2
    step = math.log(10_000.0) / (half - 1)
    rate = torch.exp(torch.arange(half, device=like.device, dtype=torch.float32) * -step)
    angle = torch.arange(1, n + 1, device=like.device, dtype=torch.float32)[:, None] * rate
    return torch.cat([angle.sin(), angle.cos()], dim=1).to(like.dtype)
