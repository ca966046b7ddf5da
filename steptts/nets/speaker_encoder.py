"""A clip of speech to the embedding of who speaks: what cloning asks first.

Log-mel frames are read four at a time by a small convolutional trunk; attentive statistics (which
moments tell most, the mean and the spread of what they say) make one vector of any length of
speech, the voiceprint. A linear map takes it, with pitch level and range, to the embedding
[timbre | prosody] that the planner and the mel decoder read.
Attentive statistics pooling: Okabe et al. 2018 (arXiv 1803.10963).

Axes: B rows, T frames of 10 ms, P patches of 40 ms, W channels.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from steptts.nets.convnext import ConvNeXt

LEVEL_SCALE = 4.0  # nats; speech frames spread about so much around their mean


@dataclass(frozen=True, slots=True)
class SpeakerEncoderConfig:
    """Sizes: 0.9 million parameters."""

    n_bins: int = 80
    stack: int = 4  # frames in a patch
    width: int = 160
    ff_width: int = 480
    n_blocks: int = 4
    attention_width: int = 64
    hidden_width: int = 256
    print_width: int = 256
    n_pitch: int = 2
    voice_width: int = 256


class AttentiveStatistics(nn.Module):
    """[B, P, W] to the weighted mean and standard deviation of each channel, [B, 2 W]."""

    def __init__(self, width: int, attention_width: int) -> None:
        """Create the scorer; it starts with equal weights."""
        super().__init__()
        self.inner = nn.Linear(width, attention_width)
        self.score = nn.Linear(attention_width, width)
        nn.init.zeros_(self.score.weight)
        nn.init.zeros_(self.score.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Pool."""
        weight = torch.softmax(self.score(torch.tanh(self.inner(x))), dim=1)
        mean = (weight * x).sum(1)
        square = (weight * x * x).sum(1)
        spread = torch.sqrt((square - mean * mean).clamp(min=1e-4))
        return torch.cat([mean, spread], -1)


class SpeakerEncoder(nn.Module):
    """See the module."""

    def __init__(self, config: SpeakerEncoderConfig) -> None:
        """Create the parts; the linear map to voices is solved for, not trained."""
        super().__init__()
        c = config
        self.config = c
        self.patch = nn.Linear(c.n_bins * c.stack, c.width)
        self.trunk = ConvNeXt(c.n_blocks, c.width, c.ff_width)
        self.pool = AttentiveStatistics(c.width, c.attention_width)
        self.norm = nn.LayerNorm(2 * c.width, eps=1e-5)
        self.hidden = nn.Linear(2 * c.width, c.hidden_width)
        self.out = nn.Linear(c.hidden_width, c.print_width)
        self.head = nn.Linear(c.print_width + c.n_pitch, c.voice_width)
        self.head.requires_grad_(False)

    def voiceprint(self, features: Tensor) -> Tensor:
        """Features [B, T, bins], T a multiple of 4, to unit vectors [B, print_width].

        The recording's level is taken out, its colour is not: the long-term spectrum says much
        about a voice, and training varies it as microphones do.
        """
        x = (features - features.mean((1, 2), keepdim=True)) / LEVEL_SCALE
        patches = x.reshape(x.shape[0], -1, self.patch.in_features)  # [B, P, bins * stack]
        pooled = self.norm(self.pool(self.trunk(self.patch(patches))))
        return F.normalize(self.out(F.silu(self.hidden(pooled))), dim=-1)

    def forward(self, features: Tensor, pitch: Tensor) -> Tensor:
        """Features [B, T, bins] and pitch [B, 2] -> embedding [B, 256]."""
        out: Tensor = self.head(torch.cat([self.voiceprint(features), pitch], -1))
        return out
