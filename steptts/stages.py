"""The shapes of the stages: what each one takes and gives, and nothing about how.

Every array that crosses a stage is NumPy float32, every id an int, so a stage may run on any
runtime and a test may stand in for it with five lines. State goes in and comes out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar, runtime_checkable

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from steptts.score import Score
    from steptts.text.frontend import Utterance
    from steptts.voice import Voice

FloatArray: TypeAlias = npt.NDArray[np.float32]

PromptT = TypeVar("PromptT", contravariant=True)
CacheT = TypeVar("CacheT")


class Engine(Protocol):
    """A model family made ready: writes a score for an utterance, then performs it."""

    @property
    def sample_rate(self) -> int:
        """Rate of the waveform, in hertz."""

    def plan(self, utterance: Utterance, voice: Voice, *, seed: int, speed: float) -> Score:
        """Write the score of one utterance: durations, pitch and energy of each phone."""

    def perform(self, score: Score, voice: Voice, *, seed: int) -> FloatArray:
        """Turn the score of one utterance into a waveform [samples] in [-1, 1]."""


class OwnVoice(Protocol):
    """A voice in the form of a family that does not use the packs of the library."""

    @property
    def name(self) -> str:
        """Of the voice."""

    def save(self, path: str | Path) -> Path:
        """Write it to a file that `TextEngine.voice` reads."""


@runtime_checkable
class Cloner(Protocol):
    """A model family made ready that can copy voices."""

    def clone(
        self,
        recording: FloatArray,
        sample_rate: int,
        *,
        name: str,
        consent: str,
        transcript: str | None,
        source: str,
    ) -> Voice | OwnVoice:
        """Make a voice from a recording [samples] or [channels, samples]."""


@runtime_checkable
class TextEngine(Protocol):
    """A model family made ready that reads text by itself and writes no score."""

    @property
    def sample_rate(self) -> int:
        """Rate of the waveform, in hertz."""

    @property
    def voices(self) -> tuple[str, ...]:
        """Names of its voices, sorted."""

    def voice(self, voice: str | Path | OwnVoice | None) -> OwnVoice:
        """A voice by name, by file, or as it is; None: the one that speaks where none is named."""

    def stream(
        self,
        text: str | Iterable[str],
        *,
        voice: str | Path | OwnVoice | None,
        speed: float,
        seed: int,
        strict: bool,
        chunked: bool,
    ) -> Iterator[FloatArray]:
        """Speak a text.

        Strict: an unknown tag is an error. Chunked: give sound while a sentence is being made.
        """

    def clone(
        self,
        recording: FloatArray,
        sample_rate: int,
        *,
        name: str,
        consent: str,
        transcript: str | None,
        source: str,
    ) -> OwnVoice:
        """Make a voice from a recording."""


class TokenLM(Protocol[PromptT, CacheT]):
    """Continues a prompt with audio ids; logits have n_audio_ids + 1 entries, the last "end"."""

    def prefill(self, prompt: PromptT) -> tuple[FloatArray, CacheT]:
        """Read the whole prompt; give the logits of the first audio id and the cache."""

    def step(self, audio_id: int, cache: CacheT) -> tuple[FloatArray, CacheT]:
        """Append one audio id (no offset); give the logits of the next one and the cache."""


class MelDecoder(Protocol):
    """Audio ids to log-mel [mel_bins, frames], by flow matching."""

    def decode(
        self, audio_ids: Sequence[int], voice: Voice, *, seed: int, score: Score | None = None
    ) -> FloatArray:
        """Give the log-mel spectrogram [mel_bins, frames] of the ids in this voice."""


class Vocoder(Protocol):
    """Log-mel [mel_bins, frames] to waveform [samples] in [-1, 1]."""

    @property
    def sample_rate(self) -> int:
        """Rate of the waveform, in hertz."""

    def synthesize(self, mel: FloatArray, *, seed: int, f0: FloatArray | None = None) -> FloatArray:
        """Give the waveform [samples]; f0 [frames] in hertz is 0 where unvoiced."""


class SpeechTokenizer(Protocol):
    """Waveform [samples] to ids in [0, codebook_size) at tokens_per_second."""

    @property
    def codebook_size(self) -> int:
        """Number of different ids."""

    @property
    def tokens_per_second(self) -> float:
        """Ids per second of sound."""

    def encode(self, waveform: FloatArray) -> tuple[int, ...]:
        """Give the ids of the waveform."""


class SpeakerEncoder(Protocol):
    """Waveform [samples] to a speaker embedding."""

    def embed(self, waveform: FloatArray) -> FloatArray:
        """Give the embedding [size] of who speaks."""
