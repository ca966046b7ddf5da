"""Hears what was said: Whisper base, greedy in nothing and lenient in nothing.

Knows audio and languages; comparing with the text is the work of `error_rate`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from steptts.clip import resample
from steptts.errors import BackendError
from steptts.evaluate.judge_files import whisper_folder

if TYPE_CHECKING:
    from pathlib import Path

    from steptts.stages import FloatArray

SAMPLE_RATE = 16_000
BEAM_SIZE = 5  # Whisper's own default


class HeardWord(NamedTuple):
    """A word and when it was heard, in seconds; Whisper is exact to about 0.1 s."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was heard; `words` is empty unless times were asked for."""

    text: str
    words: tuple[HeardWord, ...] = ()


class Recognizer(Protocol):
    """Turns speech into text."""

    def transcribe(
        self, waveform: FloatArray, sample_rate: int, language: str, *, timed: bool = False
    ) -> Transcript:
        """Returns the transcript of a waveform [samples] in a given language."""


class WhisperBase:
    """Whisper base (74 M parameters) in CTranslate2, without retries, prompts or filters."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        """Loads the checked weights from the judges' folder.

        Raises:
            BackendError: faster-whisper or the weights are missing.
            WeightsError: the weights are not the expected ones.
        """
        try:
            from faster_whisper import WhisperModel
        except ImportError as error:
            message = 'faster-whisper is missing: pip install "steptts[evaluate]"'
            raise BackendError(message) from error
        # float32: int8 is 1.3 times as fast, but changes a transcript now and then.
        self._model: Any = WhisperModel(
            str(whisper_folder(folder)), device="cpu", compute_type="float32", cpu_threads=threads
        )

    def transcribe(
        self, waveform: FloatArray, sample_rate: int, language: str, *, timed: bool = False
    ) -> Transcript:
        """Returns the transcript of a waveform [samples] in "en" or "zh"."""
        segments, _ = self._model.transcribe(
            resample(waveform, sample_rate, SAMPLE_RATE),
            language=language,
            beam_size=BEAM_SIZE,
            temperature=0.0,  # one try: retries at higher temperatures would hide failures
            condition_on_previous_text=False,
            without_timestamps=not timed,
            word_timestamps=timed,
            vad_filter=False,
        )
        heard = list(segments)  # Whisper works while it is iterated
        words = tuple(
            HeardWord(word.word.strip(), word.start, word.end)
            for segment in heard
            for word in segment.words or ()
        )
        return Transcript(" ".join(segment.text.strip() for segment in heard), words)
