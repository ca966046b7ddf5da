"""The planner: phones to a score, one phone after the other.

Convolutions and a bidirectional Step-1 stack read all phones and the voice; a causal stack then
walks over them and says for each its duration, three pitch points, voicing and energy, reading
what it said of the phone before. Attention here knows how far a phone is but not on which side:
the convolutions and each phone's distances from both ends tell left from right. Values are said
as a distribution over bins and read back as its mean, so a deterministic teacher is followed
exactly between bin centres, and a sampled score is possible. Planning before speaking follows
RALL-E (arXiv 2404.03204).

Axes: B rows, N phones, W width.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from steptts.nets.transformer import Cache, RMSNorm, Transformer, TransformerConfig

N_PITCH = 3
# Channels of a plan row: log duration, three log pitches, energy, voicing.
VALUES = ("duration", "pitch0", "pitch1", "pitch2", "energy", "voicing")
N_VALUES = len(VALUES)
BINS = (64, 64, 64, 64, 32)
LOW = (-5.0, -1.5, -1.5, -1.5, -3.0)  # exp(-5) = 7 ms; 200 Hz e^-1.5 = 45 Hz; -90 dB
HIGH = (0.7, 1.2, 1.2, 1.2, 1.5)  # 2 s; 664 Hz; 0 dB
VOICING = 5


@dataclass(frozen=True, slots=True)
class PlannerConfig:
    """Sizes of the encoder and of the walk."""

    n_symbols: int
    n_marks: int = 8
    voice_width: int = 256
    width: int = 256
    n_heads: int = 4
    n_kv_heads: int = 2
    ff_width: int = 512
    n_convolutions: int = 3
    kernel: int = 5
    n_encoder_layers: int = 4
    n_layers: int = 2


def _by_value(bins: Tensor) -> tuple[Tensor, ...]:
    """Bins of all values [..., 288] to one tensor a value."""
    return torch.split(bins, list(BINS), -1)


class Neighbours(nn.Module):
    """One residual convolution over phones: each reads the two on its left and on its right."""

    def __init__(self, width: int, kernel: int) -> None:
        """Start near the identity."""
        super().__init__()
        self.norm = RMSNorm(width, 1e-5)
        self.mix = nn.Conv1d(width, width, kernel, padding=kernel // 2)
        self.out = nn.Linear(width, width)
        nn.init.normal_(self.out.weight, std=0.3 * width**-0.5)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Transform [B, N, W]; padding, where mask [B, N, 1] is 0, is heard as silence."""
        mixed = self.mix((self.norm(x) * mask).transpose(1, 2)).transpose(1, 2)
        added: Tensor = self.out(nn.functional.silu(mixed))
        return x + added


def distances(n: Tensor, length: int) -> Tensor:
    """How far each of ``length`` phones lies from both ends of n [B] phones: [B, length, 4].

    Shares of the utterance tell where the speaker is in his breath, logarithms of the counts tell
    the first and last few phones apart.
    """
    count = n.to(torch.float32)[:, None]
    before = torch.arange(length, device=n.device).to(torch.float32) + 0 * count
    after = (count - 1 - before).clamp(min=0)
    here = torch.stack([before / count, after / count, before.log1p() / 4, after.log1p() / 4], -1)
    return here * 2 - 1


class Planner(nn.Module):
    """See the module."""

    centres: Tensor

    def __init__(self, config: PlannerConfig) -> None:
        """Create the parts."""
        super().__init__()
        c = config
        self.config = c
        self.symbol = nn.Embedding(c.n_symbols, c.width)
        self.mark = nn.Embedding(c.n_marks, c.width)
        self.start = nn.Embedding(2, c.width)
        for table in (self.symbol, self.mark, self.start):
            nn.init.normal_(table.weight, std=0.3)
        self.voice = nn.Linear(c.voice_width, c.width)
        self.place = nn.Linear(4, c.width)
        self.neighbours = nn.ModuleList(
            Neighbours(c.width, c.kernel) for _ in range(c.n_convolutions)
        )
        self.encoder = Transformer(
            TransformerConfig(
                c.width, c.n_encoder_layers, c.n_heads, c.n_kv_heads, c.ff_width, causal=False
            )
        )
        self.past = nn.Linear(N_VALUES, c.width)
        self.walk = Transformer(
            TransformerConfig(c.width, c.n_layers, c.n_heads, c.n_kv_heads, c.ff_width)
        )
        self.head = nn.Linear(c.width, sum(BINS) + 1)
        centres = [
            torch.linspace(low, high, n) for low, high, n in zip(LOW, HIGH, BINS, strict=True)
        ]
        self.register_buffer("centres", torch.cat(centres), persistent=False)

    def encode(
        self,
        symbols: Tensor,
        marks: Tensor,
        starts: Tensor,
        voice: Tensor,
        mask: Tensor | None = None,
    ) -> Tensor:
        """Phones [B, N] and voice [B, 256] -> states [B, N, W]."""
        seen = torch.ones_like(symbols) if mask is None else mask
        places = distances(seen.sum(1), symbols.shape[1])
        x = self.symbol(symbols) + self.mark(marks) + self.start(starts)
        x = x + self.voice(voice)[:, None] + self.place(places)
        heard = seen[..., None].to(x.dtype)
        for layer in self.neighbours:
            x = layer(x, heard)
        out: Tensor = self.encoder(x, mask)
        return out

    def forward(self, states: Tensor, past: Tensor) -> Tensor:
        """Teacher-forced raw head output [B, N, bins + 1]; past [B, N, 6] = plan shifted by one."""
        out: Tensor = self.head(self.walk(states + self.past(past)))
        return out

    def step(
        self, state: Tensor, past: Tensor, noise: Tensor, cache: Cache
    ) -> tuple[Tensor, Cache]:
        """One phone: state [1, 1, W], past [1, 1, 6], noise [1, 1, bins] -> plan [1, 1, 6].

        ``noise`` is added to the bins' logits: zeros give the plain mean.
        """
        h, cache = self.walk.step(state + self.past(past), cache)
        return self.read(self.head(h), noise), cache

    def read(self, raw: Tensor, noise: Tensor | None = None) -> Tensor:
        """Means of the bins and the voicing probability: [..., bins + 1] -> [..., 6]."""
        logits, voicing = raw[..., :-1], raw[..., -1:]
        if noise is not None:
            logits = logits + noise
        both = zip(_by_value(logits), _by_value(self.centres), strict=True)
        parts = [(part.softmax(-1) * centres).sum(-1) for part, centres in both]
        return torch.cat([torch.stack(parts, -1), torch.sigmoid(voicing)], -1)

    def loss(self, raw: Tensor, plan: Tensor, mask: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Cross-entropy to the two bins around each value, plus L1 of the mean.

        Args:
            raw: [B, N, bins + 1].
            plan: [B, N, 6], the truth.
            mask: [B, N, 6], 1 where known.
        """
        total = raw.new_zeros(())
        parts: dict[str, Tensor] = {}
        logits = _by_value(raw[..., :-1].float())
        for i, name in enumerate(VALUES[:VOICING]):
            known = mask[..., i]
            position = (plan[..., i] - LOW[i]) / (HIGH[i] - LOW[i]) * (BINS[i] - 1)
            position = position.clamp(0, BINS[i] - 1.001)
            low = position.floor()
            share = position - low
            log_p = logits[i].log_softmax(-1)
            at = low.long().unsqueeze(-1)
            ce = -(
                log_p.gather(-1, at)[..., 0] * (1 - share)
                + log_p.gather(-1, at + 1)[..., 0] * share
            )
            centres = _by_value(self.centres)[i]
            error = ((log_p.exp() * centres).sum(-1) - plan[..., i]).abs()
            weight = known / known.sum().clamp(min=1)
            total = total + (ce * weight).sum() + 2.0 * (error * weight).sum()
            parts[name] = (error * weight).sum().detach()
        voicing = nn.functional.binary_cross_entropy_with_logits(
            raw[..., -1].float(), plan[..., VOICING], reduction="none"
        )
        known = mask[..., VOICING]
        voicing = (voicing * known).sum() / known.sum().clamp(min=1)
        parts["voicing"] = voicing.detach()
        return total + voicing, parts
