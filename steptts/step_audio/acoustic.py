"""Audio ids to sound: mel decoder and vocoder in a row, whole or as the ids come.

Knows stages by what they do; holds no weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from steptts.stages import FloatArray

if TYPE_CHECKING:
    from steptts.reference import Reference
    from steptts.torch_stages.mel_decoder import FlowMelDecoder
    from steptts.torch_stages.mel_stream import MelStream
    from steptts.torch_stages.vocoder import HiftVocoder

RAMP = (3, 6, 12, 24)
"""Groups of the first chunks, then of all others: 0.36, 0.72, 1.44, 2.88 s. The first ones begin
sound early, the later ones waste less on looking back."""


@dataclass(frozen=True, slots=True)
class Acoustic:
    """The pair that makes sound, of speech or of music."""

    mel_decoder: FlowMelDecoder
    vocoder: HiftVocoder

    @property
    def sample_rate(self) -> int:
        """Rate of the waveform, 22 050 Hz."""
        return self.vocoder.sample_rate

    def synthesize(
        self, audio_ids: Sequence[int], voice: Reference, *, seed: int, speed: float = 1.0
    ) -> FloatArray:
        """Sound of whole groups of ids [samples]."""
        mel = self.mel_decoder.decode(audio_ids, voice, seed=seed)
        return self.vocoder.synthesize(MelStretch(speed).push(mel, last=True), seed=seed)

    def stream(self, voice: Reference, *, seed: int, speed: float = 1.0) -> AcousticStream:
        """Begin a sound whose ids come in pieces."""
        from steptts.torch_stages.mel_stream import MelStream

        return AcousticStream(
            MelStream(self.mel_decoder, voice, seed=seed), MelStretch(speed), self.vocoder, seed
        )


class AcousticStream:
    """A sound in the making."""

    def __init__(
        self, mels: MelStream, stretch: MelStretch, vocoder: HiftVocoder, seed: int
    ) -> None:
        """Begin with nothing said."""
        self._mels, self._stretch = mels, stretch
        self._waves = vocoder.stream(seed=seed)

    def push(self, audio_ids: Sequence[int], *, last: bool = False) -> FloatArray:
        """Take further groups of ids, maybe none, and give the samples that are settled."""
        mel = self._stretch.push(self._mels.push(audio_ids, last=last), last=last)
        return self._waves.push(mel, last=last)


class MelStretch:
    """Other tempo, same pitch: mel frames are interpolated in time before the vocoder.

    The vocoder reads pitch from the mel, so it keeps it. At speed 1 nothing is changed.
    """

    def __init__(self, speed: float) -> None:
        """Begin; `speed` > 1 is faster."""
        self._speed = speed
        self._next = 0.0  # place of the next frame to give, counted in the frames held
        self._held: FloatArray | None = None

    def push(self, mel: FloatArray, *, last: bool = False) -> FloatArray:
        """Take frames [bins, n]; give those that lie between known ones."""
        if self._speed == 1.0:
            return mel
        known = mel if self._held is None else np.concatenate([self._held, mel], axis=1)
        end = known.shape[1] - (0 if last else 1)
        places = np.arange(self._next, max(end, 0), self._speed)
        if known.shape[1] == 0:
            self._held = known
            return known
        low = np.minimum(places.astype(np.intp), known.shape[1] - 1)
        high = np.minimum(low + 1, known.shape[1] - 1)
        weight = (places - low).astype(np.float32)
        given = known[:, low] * (1 - weight) + known[:, high] * weight
        following = self._next + len(places) * self._speed
        drop = min(int(following), known.shape[1])
        self._held, self._next = known[:, drop:], following - drop
        return np.asarray(given, np.float32)
