"""The speaker encoder of the embedded family on ONNX Runtime."""

from __future__ import annotations

from dataclasses import dataclass

from steptts.onnx_stages.session import OnnxGraph
from steptts.stages import FloatArray


@dataclass(frozen=True, slots=True)
class SpeakerEncoderStage:
    """Log-mel and pitch statistics of a clip to the embedding of who speaks."""

    graph: OnnxGraph

    def embed(self, features: FloatArray, pitch: FloatArray) -> FloatArray:
        """Features [frames, 80], frames a multiple of 4, and pitch [2] to an embedding [256]."""
        (embedding,) = self.graph(features=features[None], pitch=pitch[None])
        row: FloatArray = embedding[0]
        return row
