"""Audio ids and the score to log-mel: a convolutional regressor on 20 ms patches.

Every patch reads its phone, stress or tone, place in the phone, pitch, energy, the linguistic
and semantic ids at its time and the voice. The teacher is deterministic given the score, so
the mean is nearly the answer; what a mean blurs, the vocoder's adversarial training restores.
Besides the mel the net says which frames are voiced, finer than the score's phones do.

The harmonics' ripple over the low bins is a known function of F0 (Schroeder's comb of a pulse
train), so the net is given its first two cosine terms and says only how deep they are: learning
the ripple from F0 as a number costs far more data.

Axes: B rows, T patches of 20 ms, M mel bins.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from steptts.frames import REFERENCE_HZ, SAMPLE_RATE
from steptts.nets.convnext import ConvNeXt, PatchInput
from steptts.nets.token_codec import LINGUISTIC_LEVELS, SEMANTIC_LEVELS, ScalarQuantizer


@dataclass(frozen=True, slots=True)
class MelDecoderConfig:
    """Sizes; ids are read through their quantizer's digits, so tables stay small."""

    n_symbols: int
    n_marks: int = 8
    n_features: int = 8
    mel_bins: int = 100
    voice_width: int = 256
    style_width: int = 96
    width: int = 256
    ff_width: int = 1280
    n_blocks: int = 12
    rippled_bins: int = 72  # up to 4.5 kHz; above, a bin is wider than the harmonics' distance


LOG_F0 = slice(3, 5)  # of the score features: log(f0 / REFERENCE_HZ) of the patch's two frames
RIPPLE_TERMS = 2


def mel_points(bins: int, top_hz: float = SAMPLE_RATE / 2) -> Tensor:
    """Corners [bins + 2] in Hz of triangles evenly spaced on the HTK mel scale up to ``top_hz``."""
    top = 2595.0 * math.log10(1 + top_hz / 700.0)
    return 700.0 * (10 ** (torch.linspace(0, top, bins + 2) / 2595.0) - 1)


class IdEmbedding(nn.Module):
    """Ids [...] -> [..., W], the sum of one row for each digit of the quantizer.

    An extra last row of each table stands for "no id" (id = number of ids).
    """

    radix: Tensor
    levels: Tensor
    offsets: Tensor

    def __init__(self, levels: tuple[int, ...], width: int) -> None:
        """Create one table for all digits."""
        super().__init__()
        quantizer = ScalarQuantizer(levels)
        self.n_ids = int(torch.tensor(levels).prod())
        sizes = torch.tensor(levels)
        offsets = torch.cat([torch.zeros(1, dtype=torch.int64), sizes[:-1].cumsum(0)])
        self.register_buffer("radix", quantizer.radix, persistent=False)
        self.register_buffer("levels", quantizer.levels, persistent=False)
        self.register_buffer("offsets", offsets, persistent=False)
        self.table = nn.Embedding(sum(levels) + 1, width)
        nn.init.normal_(self.table.weight, std=0.3)

    def forward(self, ids: Tensor) -> Tensor:
        """Look up."""
        rows = (ids.unsqueeze(-1) // self.radix) % self.levels + self.offsets
        rows = torch.where((ids == self.n_ids).unsqueeze(-1), self.table.num_embeddings - 1, rows)
        out: Tensor = self.table(rows).sum(-2)
        return out


class MelDecoder(nn.Module):
    """See the module; output [B, 2 T, M] log-mel and [B, 2 T] voicing logits."""

    centres: Tensor

    def __init__(self, config: MelDecoderConfig) -> None:
        """Create the parts."""
        super().__init__()
        c = config
        self.config = c
        self.patch = PatchInput(c.n_symbols, c.n_marks, c.n_features, c.width)
        self.linguistic = IdEmbedding(LINGUISTIC_LEVELS, c.width)
        self.semantic = IdEmbedding(SEMANTIC_LEVELS, c.width)
        self.voice = nn.Sequential(nn.Linear(c.voice_width, c.style_width), nn.SiLU())
        self.trunk = ConvNeXt(c.n_blocks, c.width, c.ff_width, c.style_width)
        self.head = nn.Linear(c.width, 2 * (c.mel_bins + 1 + RIPPLE_TERMS * c.rippled_bins))
        centres = mel_points(c.mel_bins)[1 : c.rippled_bins + 1]
        self.register_buffer("centres", centres, persistent=False)

    def forward(
        self,
        symbols: Tensor,
        marks: Tensor,
        features: Tensor,
        linguistic: Tensor,
        semantic: Tensor,
        voice: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """symbols, marks [B, T]; features [B, T, F]; ids [B, T/3], [B, T/2]; voice [B, 256]."""
        x = self.patch(symbols, marks, features)
        x = x + self.linguistic(linguistic).repeat_interleave(3, 1)
        x = x + self.semantic(semantic).repeat_interleave(2, 1)
        x = self.head(self.trunk(x, self.voice(voice)))
        x = x.unflatten(-1, (2, -1)).flatten(1, 2)
        c = self.config
        sizes = (c.rippled_bins, c.mel_bins - c.rippled_bins, RIPPLE_TERMS * c.rippled_bins, 1)
        low, high, depth, voiced = x.split(sizes, -1)
        f0 = torch.exp(features[..., LOG_F0].flatten(1, 2)) * REFERENCE_HZ
        ripple = (depth * self._cosines(f0)).unflatten(-1, (RIPPLE_TERMS, -1)).sum(-2)
        mel = torch.cat([low * 4.0 - 2.0 + ripple, high * 4.0 - 2.0], -1)
        return mel, voiced[..., 0]

    def _cosines(self, f0: Tensor) -> Tensor:
        """F0 in Hz [B, F] -> cos(2 pi k f / f0), k = 1, 2, at the low bins: [B, F, 2 R]."""
        turns = self.centres / f0[..., None]
        return torch.cat([torch.cos(2 * math.pi * k * turns) for k in (1, 2)], -1)
