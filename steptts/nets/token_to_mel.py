"""The mel decoder as one network: token encoder, length regulator, velocity; names as published.

Knows the parameter names of the published ``flow.pt`` (reference.md 3.4): 1,185 tensors,
105,399,552 numbers at the published sizes. Knows nothing of steps, noise or voices.

Legend: B batch, T tokens, M mel frames.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from steptts.nets.conformer import ConformerConfig, ConformerEncoder, LengthRegulator
from steptts.nets.flow_estimator import EstimatorConfig, FlowEstimator


@dataclass(frozen=True, slots=True)
class TokenToMelConfig:
    """Sizes of the mel decoder; the defaults are the published ones.

    Attributes:
        n_audio_ids: rows of the embedding, one more than the 5,120 ids in use: only 5,121 rows give
            the published count of 105,399,552 (5,120 give 512 fewer). A checkpoint decides.
        mel_bins: 80
        speaker_width: size of the speaker embedding.
        encoder: sizes of the token encoder.
        estimator: sizes of the velocity network.
    """

    n_audio_ids: int = 5_121
    mel_bins: int = 80
    speaker_width: int = 192
    encoder: ConformerConfig = field(default_factory=ConformerConfig)
    estimator: EstimatorConfig = field(default_factory=EstimatorConfig)


class TokenToMel(nn.Module):
    """Holds the parameters and the three maps; how to follow the velocity is the stage's."""

    def __init__(self, config: TokenToMelConfig) -> None:
        """Build all parts with random weights."""
        super().__init__()
        self.config = config
        bins = config.mel_bins
        self.input_embedding = _embedding(config.n_audio_ids, config.encoder.input_width)
        self.spk_embed_affine_layer = nn.Linear(config.speaker_width, bins)
        self.encoder = ConformerEncoder(config.encoder)
        self.encoder_proj = nn.Linear(config.encoder.width, bins)
        self.length_regulator = LengthRegulator(bins)
        self.decoder = nn.ModuleDict({"estimator": FlowEstimator(config.estimator)})

    @property
    def estimator(self) -> FlowEstimator:
        """The velocity network."""
        network = self.decoder["estimator"]
        assert isinstance(network, FlowEstimator)
        return network

    def encode(self, audio_ids: Tensor) -> Tensor:
        """Audio ids [B, T] of prompt and target together to [B, T, mel_bins].

        Ids below 0 count as 0, as in the reference.
        """
        h = self.encoder(self.input_embedding(audio_ids.clamp(min=0)))
        return cast("Tensor", self.encoder_proj(h))

    def regulate(self, h: Tensor, n_prompt: int, prompt_frames: int, frames: int) -> Tensor:
        """Stretch [B, T, mel_bins] to [B, mel_bins, prompt_frames + frames]."""
        return cast("Tensor", self.length_regulator(h, n_prompt, prompt_frames, frames))

    def speaker(self, embedding: Tensor) -> Tensor:
        """Speaker embedding [B, speaker_width], any length, to its bias [B, mel_bins]."""
        return cast("Tensor", self.spk_embed_affine_layer(F.normalize(embedding, dim=1)))


def _embedding(n_rows: int, width: int) -> nn.Embedding:
    """A random table; on the meta device nothing is drawn.

    Drawing normal numbers there makes torch import its compiler: 1.5 CPU seconds of the first load.
    """
    table = torch.empty(n_rows, width)
    return nn.Embedding(n_rows, width, _weight=table if table.is_meta else table.normal_())


def conditions(mu: Tensor, speaker: Tensor, prompt: Tensor) -> Tensor:
    """What the velocity network sees beside its state, first with and then without conditions.

    Args:
        mu: [1, mel_bins, M]
        speaker: [1, mel_bins]
        prompt: [1, mel_bins, M], mel of the prompt, zeros from its end on.

    Returns:
        [2, 3 * mel_bins, M]; the second row is zeros, for guidance.
    """
    given = torch.cat([mu, speaker[:, :, None].expand_as(mu), prompt], dim=1)
    return torch.cat([given, torch.zeros_like(given)])
