"""The graphs of the small model: modules in the form that is exported, with example inputs.

Knows neither trained weights nor files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from steptts.nets.mel_decoder import MelDecoder
from steptts.nets.planner import BINS, Planner
from steptts.nets.source_filter import SourceFilter
from steptts.nets.speaker_encoder import SpeakerEncoder
from steptts.nets.super_frame_lm import SuperFrameLM
from steptts.nets.transformer import Cache


class _Encoder(nn.Module):
    def __init__(self, planner: Planner) -> None:
        super().__init__()
        self.planner = planner

    def forward(self, symbols: Tensor, marks: Tensor, starts: Tensor, voice: Tensor) -> Tensor:
        return self.planner.encode(symbols, marks, starts, voice)


class _Walk(nn.Module):
    def __init__(self, planner: Planner) -> None:
        super().__init__()
        self.planner = planner

    def forward(
        self, state: Tensor, past: Tensor, noise: Tensor, keys: Tensor, values: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        plan, cache = self.planner.step(state, past, noise, Cache(keys, values))
        return plan, cache.keys, cache.values


class _Say(nn.Module):
    def __init__(self, lm: SuperFrameLM) -> None:
        super().__init__()
        self.lm = lm

    def forward(
        self,
        symbols: Tensor,
        marks: Tensor,
        features: Tensor,
        past_ids: Tensor,
        voice: Tensor,
        noise: Tensor,
        keys: Tensor,
        values: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor]:
        cache = Cache(keys, values)
        ids, cache = self.lm.step(symbols, marks, features, past_ids, voice, noise, cache)
        return ids, cache.keys, cache.values


@dataclass(frozen=True, slots=True)
class GraphSpec:
    """One graph to write: module, example inputs by name, output names, free axes."""

    name: str
    module: nn.Module
    inputs: dict[str, Tensor]
    outputs: Sequence[str]
    free: dict[str, dict[int, str]]


CACHES = {
    "keys": {3: "past"},
    "values": {3: "past"},
    "new_keys": {3: "now"},
    "new_values": {3: "now"},
}


def lm_spec(lm: SuperFrameLM) -> GraphSpec:
    """The graph of the token language model with example inputs."""
    keys, values = (_grown(c) for c in lm.backbone.empty_cache())
    patches = torch.zeros(1, 6, dtype=torch.int64)
    return GraphSpec(
        "lm",
        _Say(lm),
        {
            "symbols": patches,
            "marks": patches,
            "features": torch.zeros(1, 6, 8),
            "past_ids": torch.zeros(1, 1, 5, dtype=torch.int64),
            "voice": torch.zeros(1, 256),
            "noise": torch.zeros(5, 4096),
            "keys": keys,
            "values": values,
        },
        ["ids", "new_keys", "new_values"],
        CACHES,
    )


def graph_specs(
    planner: Planner, lm: SuperFrameLM | None, mel_decoder: MelDecoder, vocoder: SourceFilter
) -> list[GraphSpec]:
    """The five graphs with example inputs; four without a language model."""
    n, j = 7, 2
    ints = torch.zeros(1, n, dtype=torch.int64)
    patches = torch.zeros(1, 6 * j, dtype=torch.int64)
    voice = torch.zeros(1, 256)
    walk_keys, walk_values = (_grown(c) for c in planner.walk.empty_cache())
    own_lm = [] if lm is None else [lm_spec(lm)]
    return [
        GraphSpec(
            "planner_encoder",
            _Encoder(planner),
            {"symbols": ints, "marks": ints, "starts": ints, "voice": voice},
            ["states"],
            {k: {1: "phones"} for k in ("symbols", "marks", "starts", "states")},
        ),
        GraphSpec(
            "planner_walk",
            _Walk(planner),
            {
                "state": torch.zeros(1, 1, planner.config.width),
                "past": torch.zeros(1, 1, 6),
                "noise": torch.zeros(1, 1, sum(BINS)),
                "keys": walk_keys,
                "values": walk_values,
            },
            ["plan", "new_keys", "new_values"],
            CACHES,
        ),
        *own_lm,
        GraphSpec(
            "mel_decoder",
            mel_decoder,
            {
                "symbols": patches,
                "marks": patches,
                "features": torch.zeros(1, 6 * j, 8),
                "linguistic": torch.zeros(1, 2 * j, dtype=torch.int64),
                "semantic": torch.zeros(1, 3 * j, dtype=torch.int64),
                "voice": voice,
            },
            ["mel", "voiced"],
            {
                "symbols": {1: "patches"},
                "marks": {1: "patches"},
                "features": {1: "patches"},
                "linguistic": {1: "twos"},
                "semantic": {1: "threes"},
                "mel": {1: "frames"},
                "voiced": {1: "frames"},
            },
        ),
        GraphSpec(
            "vocoder",
            vocoder.trunk,
            {
                "mel": torch.zeros(1, 12, 100),
                "log_f0": torch.zeros(1, 12),
                "voiced": torch.zeros(1, 12),
            },
            ["filters"],
            {k: {1: "frames"} for k in ("mel", "log_f0", "voiced", "filters")},
        ),
    ]


def speaker_encoder_spec(encoder: SpeakerEncoder) -> GraphSpec:
    """The graph of cloning, with example inputs."""
    c = encoder.config
    return GraphSpec(
        "speaker_encoder",
        encoder,
        {
            "features": torch.zeros(1, 8 * c.stack, c.n_bins),
            "pitch": torch.zeros(1, c.n_pitch),
        },
        ["embedding"],
        {"features": {1: "frames"}},
    )


def _grown(cache: Tensor) -> Tensor:
    """A cache [L, B, K, 0, D] as if two positions had been said: the exporter needs some."""
    return cache.new_zeros(*cache.shape[:3], 2, cache.shape[4])
