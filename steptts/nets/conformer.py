"""Token encoder of the mel decoder: a Conformer without convolutions, and the length regulator.

Knows the published parameter names (reference.md 3.4), so a checkpoint loads without renaming.
Knows nothing of tokens, prompts or flow matching.

Legend: B batch, T tokens, M mel frames, D width, H heads, K head width.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True, slots=True)
class ConformerConfig:
    """Sizes of the token encoder; the defaults are the published ones."""

    input_width: int = 512
    width: int = 512
    n_heads: int = 8
    ff_width: int = 2048
    n_layers: int = 6


class ConformerEncoder(nn.Module):
    """Bidirectional encoder with relative positions: [B, T, input_width] to [B, T, width]."""

    def __init__(self, config: ConformerConfig) -> None:
        """Build the layers with random weights."""
        super().__init__()
        self.width = config.width
        project = nn.Linear(config.input_width, config.width)
        self.embed = nn.ModuleDict({"out": nn.Sequential(project, nn.LayerNorm(config.width))})
        self.encoders = nn.ModuleList(ConformerLayer(config) for _ in range(config.n_layers))
        self.after_norm = nn.LayerNorm(config.width)

    def forward(self, x: Tensor) -> Tensor:
        """Encode [B, T, input_width]; every position sees every other."""
        h = self.embed["out"](x) * math.sqrt(self.width)  # [B, T, D]
        positions = relative_positions(h.shape[1], self.width, h)  # [2T-1, D]
        for layer in self.encoders:
            h = layer(h, positions)
        return cast("Tensor", self.after_norm(h))


class ConformerLayer(nn.Module):
    """Attention and feed-forward, each normalised first and added to its input."""

    def __init__(self, config: ConformerConfig) -> None:
        """Build one layer."""
        super().__init__()
        self.self_attn = RelativeAttention(config.width, config.n_heads)
        self.feed_forward = FeedForward(config.width, config.ff_width)
        self.norm_mha = nn.LayerNorm(config.width)
        self.norm_ff = nn.LayerNorm(config.width)

    def forward(self, x: Tensor, positions: Tensor) -> Tensor:
        """[B, T, D] to [B, T, D]."""
        x = x + self.self_attn(self.norm_mha(x), positions)
        return x + cast("Tensor", self.feed_forward(self.norm_ff(x)))


class FeedForward(nn.Module):
    """Two linear maps with the swish activation x * sigmoid(x) between them."""

    def __init__(self, width: int, ff_width: int) -> None:
        """Build the two maps."""
        super().__init__()
        self.w_1 = nn.Linear(width, ff_width)
        self.w_2 = nn.Linear(ff_width, width)

    def forward(self, x: Tensor) -> Tensor:
        """[B, T, D] to [B, T, D]."""
        return cast("Tensor", self.w_2(F.silu(self.w_1(x))))


class RelativeAttention(nn.Module):
    """Attention whose scores add a term of content and distance (Transformer-XL, ESPnet form)."""

    def __init__(self, width: int, n_heads: int) -> None:
        """Build the projections; the biases u and v are those of content and of position."""
        super().__init__()
        self.n_heads = n_heads
        self.linear_q = nn.Linear(width, width)
        self.linear_k = nn.Linear(width, width)
        self.linear_v = nn.Linear(width, width)
        self.linear_out = nn.Linear(width, width)
        self.linear_pos = nn.Linear(width, width, bias=False)
        self.pos_bias_u = nn.Parameter(torch.zeros(n_heads, width // n_heads))
        self.pos_bias_v = nn.Parameter(torch.zeros(n_heads, width // n_heads))

    def forward(self, x: Tensor, positions: Tensor) -> Tensor:
        """[B, T, D] with positions [2T-1, D] to [B, T, D]."""
        q = self._heads(self.linear_q(x))  # [B, H, T, K]
        k, v = self._heads(self.linear_k(x)), self._heads(self.linear_v(x))
        p = self._heads(self.linear_pos(positions[None]))  # [1, H, 2T-1, K]
        scale = q.shape[-1] ** -0.5
        by_distance = (q + self.pos_bias_v[:, None]) @ p.transpose(-1, -2)  # [B, H, T, 2T-1]
        bias = align_distances(by_distance) * scale  # [B, H, T, T]
        heads = F.scaled_dot_product_attention(q + self.pos_bias_u[:, None], k, v, attn_mask=bias)
        return cast("Tensor", self.linear_out(heads.transpose(1, 2).flatten(2)))

    def _heads(self, x: Tensor) -> Tensor:
        return x.view(*x.shape[:2], self.n_heads, -1).transpose(1, 2)  # [B, H, T, K]


def relative_positions(n: int, width: int, like: Tensor) -> Tensor:
    """Sinusoids of the distances n-1 ... -(n-1), sines in even and cosines in odd places.

    Computed in float32 whatever the dtype of ``like``, then cast.

    Returns:
        [2n-1, width] on the device of ``like``.
    """
    distance = torch.arange(n - 1, -n, -1, device=like.device, dtype=torch.float32)
    rate = torch.arange(0, width, 2, device=like.device, dtype=torch.float32)
    angle = distance[:, None] * torch.exp(rate * (-math.log(10_000.0) / width))
    return torch.stack([angle.sin(), angle.cos()], dim=-1).flatten(1).to(like.dtype)


def align_distances(scores: Tensor) -> Tensor:
    """From scores by distance to scores by key: column T-1-i+j of row i becomes column j.

    A view: stepping one row down is one distance further, so the row stride is one less.

    Args:
        scores: [B, H, T, 2T-1], contiguous.

    Returns:
        [B, H, T, T]
    """
    b, h, t, n = scores.shape
    strides = (h * t * n, t * n, n - 1, 1)
    return scores.as_strided((b, h, t, t), strides, scores.storage_offset() + t - 1)


class LengthRegulator(nn.Module):
    """Stretches encoded tokens to mel frames, prompt and target apart, and smooths them."""

    def __init__(self, channels: int = 80, n_convs: int = 4) -> None:
        """Build the convolutions; ``model`` counts places as the checkpoint does."""
        super().__init__()
        layers: list[nn.Module] = []
        for _ in range(n_convs):
            layers += [nn.Conv1d(channels, channels, 3, padding=1), nn.GroupNorm(1, channels)]
            layers.append(nn.Mish())
        self.model = nn.Sequential(*layers, nn.Conv1d(channels, channels, 1))

    def forward(self, h: Tensor, n_prompt: int, prompt_frames: int, target_frames: int) -> Tensor:
        """Stretch the first ``n_prompt`` tokens and the others each to their frames.

        Args:
            h: [B, T, C]
            n_prompt: tokens of the prompt; 0 for none.
            prompt_frames: mel frames of the prompt; 0 exactly where ``n_prompt`` is.
            target_frames: mel frames of the others.

        Returns:
            [B, C, prompt_frames + target_frames]
        """
        tokens = h.transpose(1, 2)  # [B, C, T]
        parts = [
            F.interpolate(part, size=frames, mode="linear")
            for part, frames in (
                (tokens[:, :, :n_prompt], prompt_frames),
                (tokens[:, :, n_prompt:], target_frames),
            )
            if frames
        ]
        return cast("Tensor", self.model(torch.cat(parts, dim=2)))
