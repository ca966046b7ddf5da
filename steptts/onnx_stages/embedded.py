"""The stages of the embedded family on ONNX Runtime.

Each class stores its graphs and knows one call; state goes in and comes out. The graphs are
written by ``export/embedded.py`` from the modules in ``nets``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from steptts.frames import NO_IDS, PATCHES_PER_SUPER_FRAME, Frames
from steptts.onnx_stages.session import OnnxGraph

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]

N_PLAN_VALUES = 6
N_PLAN_BINS = 288


@dataclass(frozen=True, slots=True)
class PlannerStage:
    """Phones to plan rows: log seconds, three log pitches (of hertz / 200), energy, voicing."""

    encoder: OnnxGraph
    walk: OnnxGraph

    def plan(
        self,
        symbols: IntArray,
        marks: IntArray,
        starts: IntArray,
        voice: FloatArray,
        noise: FloatArray | None = None,
    ) -> FloatArray:
        """Walk over the phones.

        Args:
            symbols: [N].
            marks: [N].
            starts: [N] of 0 and 1.
            voice: [256].
            noise: [N, 288] added to the bins' logits; None for the plain mean.

        Returns:
            [N, 6].
        """
        (states,) = self.encoder(
            symbols=symbols[None], marks=marks[None], starts=starts[None], voice=voice[None]
        )
        keys, values = self.walk.empty("keys"), self.walk.empty("values")
        past = np.zeros((1, 1, N_PLAN_VALUES), np.float32)
        silent = np.zeros((1, 1, N_PLAN_BINS), np.float32)
        rows = []
        for i in range(len(symbols)):
            past, keys, values = self.walk(
                state=states[:, i : i + 1],
                past=past,
                noise=silent if noise is None else noise[None, i : i + 1],
                keys=keys,
                values=values,
            )
            rows.append(past[0, 0])
        return np.stack(rows)


@dataclass(frozen=True, slots=True)
class SuperFrameLMStage:
    """Score frames to audio ids, five every 120 ms."""

    graph: OnnxGraph

    def say(self, frames: Frames, voice: FloatArray, noise: FloatArray | None = None) -> IntArray:
        """Ids [J, 5]: two linguistic, three semantic a super-frame.

        Args:
            frames: of J super-frames.
            voice: [256].
            noise: [J, 5, 4096] added to the logits; None for the likeliest ids.
        """
        keys, values = self.graph.empty("keys"), self.graph.empty("values")
        past = np.array(NO_IDS, np.int64)[None, None]
        silent = np.zeros((5, 4096), np.float32)
        out = []
        for j in range(len(frames.symbols) // PATCHES_PER_SUPER_FRAME):
            part = slice(j * PATCHES_PER_SUPER_FRAME, (j + 1) * PATCHES_PER_SUPER_FRAME)
            past, keys, values = self.graph(
                symbols=frames.symbols[None, part],
                marks=frames.marks[None, part],
                features=frames.features[None, part],
                past_ids=past,
                voice=voice[None],
                noise=silent if noise is None else noise[j],
                keys=keys,
                values=values,
            )
            out.append(past[0, 0])
        return np.stack(out)


@dataclass(frozen=True, slots=True)
class MelDecoderStage:
    """Ids and score frames to log-mel."""

    graph: OnnxGraph

    def decode(
        self, frames: Frames, ids: IntArray, voice: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Natural log-mel [frames, 100] and voicing logits [frames]."""
        mel, voiced = self.graph(
            symbols=frames.symbols[None],
            marks=frames.marks[None],
            features=frames.features[None],
            linguistic=ids[:, :2].reshape(1, -1),
            semantic=ids[:, 2:].reshape(1, -1),
            voice=voice[None],
        )
        return mel[0], voiced[0]


@dataclass(frozen=True, slots=True)
class FilterStage:
    """Log-mel and pitch to the parameters of the source-filter vocoder."""

    graph: OnnxGraph

    def filters(self, mel: FloatArray, log_f0: FloatArray, voiced: FloatArray) -> FloatArray:
        """[frames, 3 x 513]: log gain and phase turn of the pulses, log gain of the noise."""
        (raw,) = self.graph(mel=mel[None], log_f0=log_f0[None], voiced=voiced[None])
        filters: FloatArray = raw[0]
        return filters
