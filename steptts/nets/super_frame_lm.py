"""The token language model: one step every 120 ms says L L S S S.

A causal Step-1 stack reads, for each super-frame, the score of its six patches and the ids of
the super-frame before; a small head then says the five ids one after the other, each reading
the ids already said and the score at its own time. The length is known from the score, so there
is no end id, nothing to skip and nothing to loop. The pattern of a backbone with a small head
inside a frame is that of RQ-Transformer (arXiv 2203.01941).

Axes: B rows, J super-frames, W width.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from steptts.frames import NO_IDS
from steptts.nets.convnext import PatchInput
from steptts.nets.mel_decoder import IdEmbedding
from steptts.nets.token_codec import LINGUISTIC_LEVELS, SEMANTIC_LEVELS
from steptts.nets.transformer import Cache, Transformer, TransformerConfig

PATCHES = 6
SLOTS = 5  # L L S S S
_N_LINGUISTIC = 2
# The patches at the middle of each slot: L covers 3 patches, S covers 2.
_SLOT_PATCH = (1, 4, 0, 2, 4)


@dataclass(frozen=True, slots=True)
class SuperFrameLMConfig:
    """Sizes of backbone and head."""

    n_symbols: int
    n_marks: int = 8
    n_features: int = 8
    voice_width: int = 256
    patch_width: int = 64
    width: int = 192
    n_layers: int = 4
    n_heads: int = 4
    n_kv_heads: int = 2
    ff_width: int = 512
    head_width: int = 192


class SuperFrameLM(nn.Module):
    """See the module."""

    def __init__(self, config: SuperFrameLMConfig) -> None:
        """Create the parts."""
        super().__init__()
        c = config
        self.config = c
        self.patch = PatchInput(c.n_symbols, c.n_marks, c.n_features, c.patch_width)
        self.score = nn.Linear(PATCHES * c.patch_width, c.width)
        self.voice = nn.Linear(c.voice_width, c.width)
        self.past = nn.ModuleList(
            IdEmbedding(LINGUISTIC_LEVELS if i < _N_LINGUISTIC else SEMANTIC_LEVELS, c.width)
            for i in range(SLOTS)
        )
        self.backbone = Transformer(
            TransformerConfig(c.width, c.n_layers, c.n_heads, c.n_kv_heads, c.ff_width)
        )
        self.slot_score = nn.ModuleList(
            nn.Linear(c.patch_width, c.head_width) for _ in range(SLOTS)
        )
        self.slot_state = nn.Linear(c.width, SLOTS * c.head_width)
        self.slot_ids = nn.ModuleList(
            IdEmbedding(LINGUISTIC_LEVELS if i < _N_LINGUISTIC else SEMANTIC_LEVELS, c.head_width)
            for i in range(SLOTS - 1)
        )
        self.slot_hidden = nn.ModuleList(
            nn.Sequential(
                nn.LayerNorm(c.head_width),
                nn.Linear(c.head_width, 2 * c.head_width),
                nn.GELU(approximate="tanh"),
                nn.Linear(2 * c.head_width, c.head_width),
            )
            for _ in range(SLOTS)
        )
        self.linguistic_head = nn.Linear(c.head_width, 1024)
        self.semantic_head = nn.Linear(c.head_width, 4096)

    def slot_logits(self, slot: int, state: Tensor, patches: Tensor, said: list[Tensor]) -> Tensor:
        """Logits of one slot.

        Args:
            slot: 0 to 4.
            state: [..., 5, head width], from ``slot_state``.
            patches: [..., 6, patch width].
            said: ids of the slots before, each [...].
        """
        x = state[..., slot, :] + self.slot_score[slot](patches[..., _SLOT_PATCH[slot], :])
        for earlier, ids in enumerate(said):
            x = x + self.slot_ids[earlier](ids)
        x = x + self.slot_hidden[slot](x)
        head = self.linguistic_head if slot < _N_LINGUISTIC else self.semantic_head
        out: Tensor = head(x)
        return out

    def read_score(self, symbols: Tensor, marks: Tensor, features: Tensor) -> Tensor:
        """Patches [B, 6 J] -> [B, J, 6, patch width]."""
        patches: Tensor = self.patch(symbols, marks, features).unflatten(1, (-1, PATCHES))
        return patches

    def backbone_input(self, patches: Tensor, past_ids: Tensor, voice: Tensor) -> Tensor:
        """Score [B, J, 6, .], ids of the super-frame before [B, J, 5], voice -> [B, J, W]."""
        x = self.score(patches.flatten(2)) + self.voice(voice)[:, None]
        for slot in range(SLOTS):
            x = x + self.past[slot](past_ids[..., slot])
        out: Tensor = x
        return out

    def forward(
        self,
        symbols: Tensor,
        marks: Tensor,
        features: Tensor,
        ids: Tensor,
        heard: Tensor,
        voice: Tensor,
    ) -> list[Tensor]:
        """Teacher-forced logits of the five slots, each [B, J, n_ids].

        Args:
            symbols: [B, 6 J].
            marks: [B, 6 J].
            features: [B, 6 J, F].
            ids: [B, J, 5], the truth, read within a super-frame.
            heard: [B, J, 5], the ids as the backbone hears them (the truth, partly corrupted).
            voice: [B, 256].
        """
        patches = self.read_score(symbols, marks, features)
        nothing = heard.new_tensor(NO_IDS).expand_as(heard[:, :1])
        past = torch.cat([nothing, heard[:, :-1]], 1)
        h = self.backbone(self.backbone_input(patches, past, voice))
        state = self.slot_state(h).unflatten(-1, (SLOTS, -1))
        said = [ids[..., i] for i in range(SLOTS - 1)]
        return [self.slot_logits(i, state, patches, said[:i]) for i in range(SLOTS)]

    def step(
        self,
        symbols: Tensor,
        marks: Tensor,
        features: Tensor,
        past_ids: Tensor,
        voice: Tensor,
        noise: Tensor,
        cache: Cache,
    ) -> tuple[Tensor, Cache]:
        """Say one super-frame.

        Args:
            symbols: [1, 6].
            marks: [1, 6].
            features: [1, 6, F].
            past_ids: [1, 1, 5].
            voice: [1, 256].
            noise: [5, 4096] added to the logits before the maximum: zeros for the likeliest ids,
                Gumbel noise times the temperature for sampling.
            cache: of the super-frames before.

        Returns:
            ids [1, 1, 5] and the longer cache.
        """
        patches = self.read_score(symbols, marks, features)
        h, cache = self.backbone.step(self.backbone_input(patches, past_ids, voice), cache)
        state = self.slot_state(h).unflatten(-1, (SLOTS, -1))
        said: list[Tensor] = []
        for slot in range(SLOTS):
            logits = self.slot_logits(slot, state, patches, said)
            said.append((logits + noise[slot, : logits.shape[-1]]).argmax(-1))
        return torch.stack(said, -1), cache
