"""The two tokenizers and the decoder that trains them.

Linguistic ids (16.67 a second, 1,024 values) say what is spoken: they must name the phone.
Semantic ids (25 a second, 4,096 values) say how: with the linguistic ids and the speaker they
must rebuild the mel, the pitch and the voicing. Both are finite scalar quantization (arXiv
2309.15505): a few bounded numbers, each rounded to a few levels, so there is no codebook to
collapse.

Axes: B rows, T patches of 20 ms, M mel bins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from steptts.nets.convnext import ConvNeXt

LINGUISTIC_LEVELS = (8, 8, 4, 4)  # 1,024 ids, one every 3 patches
SEMANTIC_LEVELS = (8, 8, 8, 8)  # 4,096 ids, one every 2 patches
LINGUISTIC_STRIDE, SEMANTIC_STRIDE = 3, 2


@dataclass(frozen=True, slots=True)
class TokenCodecConfig:
    """Sizes of both encoders and of the training decoder."""

    n_symbols: int
    mel_bins: int = 100
    width: int = 128
    ff_width: int = 384
    n_blocks: int = 3
    voice_width: int = 256


class ScalarQuantizer(nn.Module):
    """Rounds [..., D] to ``levels`` per dimension, straight through; ids by mixed radix."""

    levels: Tensor
    radix: Tensor

    def __init__(self, levels: Sequence[int]) -> None:
        """Store the levels."""
        super().__init__()
        sizes = torch.tensor(levels)
        self.register_buffer("levels", sizes, persistent=False)
        radix = torch.cat([torch.ones(1, dtype=torch.int64), sizes[:-1].cumprod(0)])
        self.register_buffer("radix", radix, persistent=False)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Quantized values in [-1, 1] with a straight-through gradient, and ids [...]."""
        top = (self.levels - 1).float()
        bounded = torch.sigmoid(x.float()) * top
        digits = bounded.round()
        values = bounded + (digits - bounded).detach()
        return values / top * 2 - 1, (digits.long() * self.radix).sum(-1)

    def digits(self, ids: Tensor) -> Tensor:
        """Ids [...] -> digits [..., D]."""
        return (ids.unsqueeze(-1) // self.radix) % self.levels

    def values(self, ids: Tensor) -> Tensor:
        """Ids [...] -> quantized values [..., D] in [-1, 1]."""
        return self.digits(ids).float() / (self.levels - 1).float() * 2 - 1


class TokenEncoder(nn.Module):
    """Log-mel in 20 ms patches -> quantized values and ids at 50 / stride Hz."""

    def __init__(self, config: TokenCodecConfig, levels: Sequence[int], stride: int) -> None:
        """Create the encoder."""
        super().__init__()
        c = config
        self.stride = stride
        self.input = nn.Linear(2 * c.mel_bins, c.width)
        self.before = ConvNeXt(c.n_blocks, c.width, c.ff_width)
        self.down = nn.Linear(stride * c.width, c.width)
        self.after = ConvNeXt(c.n_blocks, c.width, c.ff_width)
        self.output = nn.Linear(c.width, len(levels))
        self.quantizer = ScalarQuantizer(levels)

    def forward(self, mel: Tensor) -> tuple[Tensor, Tensor]:
        """Mel [B, 2 T, M], T a multiple of the stride -> values [B, T / stride, D], ids."""
        patches = torch.unflatten(mel, 1, (-1, 2)).flatten(2) * 0.25 + 0.5
        x = self.before(self.input(patches))
        x = self.after(self.down(x.unflatten(1, (-1, self.stride)).flatten(2)))
        values: tuple[Tensor, Tensor] = self.quantizer(self.output(x))
        return values


class TokenCodec(nn.Module):
    """Both encoders, a phone classifier on the linguistic ids, a mel decoder on both."""

    def __init__(self, config: TokenCodecConfig) -> None:
        """Create the parts."""
        super().__init__()
        c = config
        self.linguistic = TokenEncoder(c, LINGUISTIC_LEVELS, LINGUISTIC_STRIDE)
        self.semantic = TokenEncoder(c, SEMANTIC_LEVELS, SEMANTIC_STRIDE)
        self.phone_input = nn.Linear(len(LINGUISTIC_LEVELS), c.width)
        self.phone_trunk = ConvNeXt(2, c.width, c.ff_width)
        self.phone_head = nn.Linear(c.width, c.n_symbols)
        self.input = nn.Linear(len(LINGUISTIC_LEVELS) + len(SEMANTIC_LEVELS), 2 * c.width)
        self.trunk = ConvNeXt(4, 2 * c.width, 2 * c.ff_width, c.voice_width)
        self.head = nn.Linear(2 * c.width, 2 * (c.mel_bins + 2))

    def forward(self, mel: Tensor, voice: Tensor) -> dict[str, Tensor]:
        """Logits of the phone [B, T, S], rebuilt mel, log-F0 and voicing at 100 Hz, and ids."""
        what, what_ids = self.linguistic(mel)
        how, how_ids = self.semantic(mel)
        what = what.repeat_interleave(LINGUISTIC_STRIDE, 1)
        how = how.repeat_interleave(SEMANTIC_STRIDE, 1)
        phones = self.phone_head(self.phone_trunk(self.phone_input(what)))
        x = self.trunk(self.input(torch.cat([what.detach(), how], -1)), voice)
        out = self.head(x).unflatten(-1, (2, -1)).flatten(1, 2)
        return {
            "phones": phones,
            "mel": out[..., :-2],
            "log_f0": out[..., -2],
            "voiced": out[..., -1],
            "linguistic": what_ids,
            "semantic": how_ids,
        }


def codec_loss(
    out: dict[str, Tensor], batch: dict[str, Tensor]
) -> tuple[Tensor, dict[str, Tensor]]:
    """Phone cross-entropy 1, mel L1 1, log-F0 L1 0.3 where voiced, voicing 0.1 (student study)."""
    mask, frame_mask = batch["mask"], batch["mask"].repeat_interleave(2, 1)
    n, n_frames = mask.sum(), frame_mask.sum()
    phone = F.cross_entropy(
        out["phones"].flatten(0, 1), batch["symbols"].flatten(), reduction="none"
    )
    phone = (phone * mask.flatten()).sum() / n
    mel = ((out["mel"] - batch["mel"]).abs().mean(-1) * frame_mask).sum() / n_frames
    voiced = batch["voiced"] * frame_mask
    f0 = ((out["log_f0"] - batch["log_f0"]).abs() * voiced).sum() / voiced.sum().clamp(min=1)
    voicing = F.binary_cross_entropy_with_logits(out["voiced"], batch["voiced"], reduction="none")
    voicing = (voicing * frame_mask).sum() / n_frames
    hit = ((out["phones"].argmax(-1) == batch["symbols"]) * mask).sum() / n
    total = phone + mel + 0.3 * f0 + 0.1 * voicing
    parts = {"phone": phone, "mel": mel, "f0": f0, "voicing": voicing, "phone_hits": hit}
    return total, {k: v.detach() for k, v in parts.items()}
