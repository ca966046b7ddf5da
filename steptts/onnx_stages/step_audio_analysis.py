"""The two analysis networks of the published checkpoint that are ONNX files.

The semantic tokenizer (``speech_tokenizer_v1.onnx``) and the CAM++ speaker encoder
(``campplus.onnx``), each loaded once and only when asked for. Knows what they are fed with, not how
a reference is prepared.
Held to made-up graphs of the same inputs and outputs by tests/onnx_stages.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from steptts.errors import AudioError, BackendError, WeightsError
from steptts.features import ANALYSIS_RATE, speaker_features, whisper_log_mel
from steptts.stages import FloatArray
from steptts.tokens import GROUP_SECONDS, N_SEMANTIC, SEMANTIC_PER_GROUP

BLOCK_SAMPLES = 30 * ANALYSIS_RATE  # the tokenizer's position table ends at 30 s
SHORTEST_REST = 480  # samples; 30 ms make no id
SHORTEST_SPEAKER_S = 0.4  # a vector of less is not to be relied on (reference.md 5.2)


class Session(Protocol):
    """What is used of an onnxruntime.InferenceSession."""

    def get_inputs(self) -> Sequence[Any]:
        """Inputs in order, each with a ``name``."""

    def run(self, outputs: None, feed: dict[str, Any]) -> Sequence[Any]:
        """Outputs in order."""


class SemanticTokenizer:
    """Waveform [samples] at 16 kHz to 4,096 codes at 25 Hz."""

    codebook_size = N_SEMANTIC
    tokens_per_second = SEMANTIC_PER_GROUP / GROUP_SECONDS  # 25

    def __init__(self, session: Session) -> None:
        """Keep a session; its inputs are features [1, 128, T] and their length [1], in order."""
        self._session = session

    def encode(self, waveform: FloatArray) -> tuple[int, ...]:
        """Codes of a waveform in [-1, 1], 30 s at a time; the last 30 ms may have none.

        Raises:
            AudioError: the clip is shorter than 30 ms.
        """
        if waveform.size < SHORTEST_REST:
            raise AudioError(f"{waveform.size} samples at 16 kHz are too short to tokenize: 480")
        codes: list[int] = []
        for begin in range(0, waveform.size, BLOCK_SAMPLES):
            block = waveform[begin : begin + BLOCK_SAMPLES]
            if block.size >= SHORTEST_REST:
                codes += self._encode_block(block)
        return tuple(codes)

    def _encode_block(self, block: FloatArray) -> list[int]:
        mel = whisper_log_mel(block)[None]  # [1, 128, T]
        features, length = (entry.name for entry in self._session.get_inputs())
        feed = {features: mel, length: np.array([mel.shape[2]], np.int32)}
        found = np.asarray(self._session.run(None, feed)[0]).reshape(-1)
        # The reference stops with an error where the count is off by more than two; a code too
        # many says something of the padding and is cut, one too few costs at most one group.
        most = int(np.ceil(block.size / ANALYSIS_RATE * self.tokens_per_second))
        return [int(code) for code in found[:most]]


class CampPlus:
    """Waveform [samples] at 16 kHz to a speaker embedding [192], not normalised."""

    def __init__(self, session: Session) -> None:
        """Keep a session; its one input is features [1, T, 80]."""
        self._session = session

    def embed(self, waveform: FloatArray) -> FloatArray:
        """Embedding of a waveform in [-1, 1].

        Raises:
            AudioError: the clip is shorter than 0.4 s.
        """
        seconds = waveform.size / ANALYSIS_RATE
        if seconds < SHORTEST_SPEAKER_S:
            raise AudioError(
                f"{seconds:.2f} s are too short to know a speaker by: at least "
                f"{SHORTEST_SPEAKER_S} s are needed; give a longer recording"
            )
        name = self._session.get_inputs()[0].name
        found = self._session.run(None, {name: speaker_features(waveform)[None]})[0]
        return np.asarray(found, np.float32).reshape(-1)


def open_session(path: Path, *, device: str = "cpu", n_threads: int = 1) -> Session:
    """Load an ONNX file.

    Args:
        path: the file.
        device: "cpu", or "cuda" where the installed onnxruntime can use it.
        n_threads: threads on the CPU.

    Raises:
        BackendError: onnxruntime, or its CUDA build for "cuda", is not installed.
        WeightsError: the file is missing or is no ONNX file.
    """
    try:
        import onnxruntime
    except ImportError:
        raise BackendError("cloning needs onnxruntime: pip install onnxruntime") from None
    provider = "CUDAExecutionProvider" if device.startswith("cuda") else "CPUExecutionProvider"
    if provider not in onnxruntime.get_available_providers():
        raise BackendError(
            f"device {device!r}: the installed onnxruntime has no CUDA; use device='cpu' or "
            "pip uninstall onnxruntime && pip install onnxruntime-gpu"
        )
    if not path.is_file():
        raise WeightsError(f"{path} is missing; get it with: steptts fetch step-audio-tts-3b")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = n_threads
    options.log_severity_level = 3
    try:
        session: Session = onnxruntime.InferenceSession(path, options, providers=[provider])
    except Exception as reason:  # onnxruntime has no common class for what it raises
        raise WeightsError(f"{path} cannot be read as an ONNX file: {reason}") from reason
    return session
