"""What is said in a recording, by Whisper, for those who clone without writing it down.

An extra: nothing here is needed when the transcript is given.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from steptts.clip import resample
from steptts.errors import AudioError, BackendError
from steptts.features import ANALYSIS_RATE

if TYPE_CHECKING:
    from steptts.stages import FloatArray

MODEL = "small"  # 0.5 GB, fetched by faster-whisper at the first use


def transcribe(recording: FloatArray, sample_rate: int) -> str:
    """Write down a recording [samples] or [channels, samples].

    Raises:
        BackendError: faster-whisper is not installed or its model cannot be had.
        AudioError: it hears no words.
    """
    mono = recording.mean(axis=0) if recording.ndim == 2 else recording
    clip = resample(np.asarray(mono, np.float32), sample_rate, ANALYSIS_RATE)
    segments, _ = _model().transcribe(clip, beam_size=5)
    text = "".join(segment.text for segment in segments).strip()
    if not text:
        raise AudioError("no words were recognized in the recording; give transcript= yourself")
    return text


@lru_cache(maxsize=1)
def _model() -> Any:  # noqa: ANN401
    try:
        from faster_whisper import WhisperModel
    except ImportError:
        raise BackendError(
            "without transcript= the recording is written down by Whisper: pip install "
            "'steptts[evaluate]', or give transcript="
        ) from None
    try:
        return WhisperModel(MODEL, device="cpu", compute_type="int8")
    except (OSError, ValueError, RuntimeError) as reason:
        raise BackendError(
            f"the Whisper model {MODEL!r} cannot be had ({reason}); give transcript= yourself"
        ) from None
