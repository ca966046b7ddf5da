"""Audio: samples with their rate, and what people do with them.

Save, play, show in a notebook, read, resample, trim, join. The samples are mono float32 in [-1, 1].
Knows nothing of how they were made; `sound_files` writes and reads, `playback` plays.
"""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from steptts.errors import AudioError
from steptts.score import TimedWord, joined
from steptts.sound_files import check_finite, read, to_pcm, wav_header, writing

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from steptts.score import Score
    from steptts.stages import FloatArray

NOTEBOOK_SECONDS = 60.0  # 60 s of 24 kHz 16-bit sound are 3.8 MB of base64 in the notebook file
TRIM_WINDOW_MS = 10.0


@dataclass(frozen=True, eq=False)
class Audio:
    """Sound, and the words in it.

    Attributes:
        samples: float32 [n], mono, in [-1, 1].
        sample_rate: in hertz.
        words: when each word sounds, in seconds from the start; () where unknown.
        score: what was performed; None where unknown.
    """

    samples: FloatArray
    sample_rate: int
    words: tuple[TimedWord, ...] = ()
    score: Score | None = None

    @classmethod
    def read(
        cls, path: str | Path, *, sample_rate: int | None = None, max_seconds: float = 600.0
    ) -> Audio:
        """Read a WAV, FLAC, MP3 or Ogg file of any rate, mixed to one channel.

        Args:
            path: the file.
            sample_rate: resample to this rate; by default the file's own is kept.
            max_seconds: a longer file is refused before it is decoded.

        Raises:
            AudioError: missing, no sound file, empty, not finite, or too long.
        """
        audio = cls(*read(path, max_seconds))
        return audio if sample_rate is None else audio.resampled(sample_rate)

    @classmethod
    def silence(cls, seconds: float, sample_rate: int) -> Audio:
        """Digital silence."""
        return cls(np.zeros(round(seconds * sample_rate), np.float32), sample_rate)

    @property
    def duration(self) -> float:
        """Seconds."""
        return len(self.samples) / self.sample_rate

    def __len__(self) -> int:
        """Number of samples."""
        return len(self.samples)

    def __array__(
        self, dtype: npt.DTypeLike | None = None, copy: bool | None = None
    ) -> npt.NDArray[Any]:
        """The samples, for ``np.asarray(audio)``; a copy only where one is asked for or needed."""
        array = np.asarray(self.samples, dtype=dtype)
        return array.copy() if copy and array is self.samples else array

    def __repr__(self) -> str:
        """Length and rate; the samples would fill the screen."""
        return f"Audio({self.duration:.2f} s at {self.sample_rate} Hz, {len(self.words)} words)"

    def save(self, path: str | Path, format: str | None = None) -> None:
        """Write a file; one that is there already stays whole until the new one is.

        Args:
            path: .wav, .flac, .mp3, .ogg, .opus, .raw or .pcm.
            format: overrides the suffix: "wav", "flac", "mp3", "ogg", "opus" or "raw".

        Raises:
            AudioError: unknown format, samples that are not finite, or the file cannot be written.
        """
        with writing(path, self.sample_rate, format) as file:
            file.write(self.samples)

    def to_bytes(self, format: str = "wav") -> bytes:
        """The content of such a file; see `save`."""
        buffer = io.BytesIO()
        with writing(buffer, self.sample_rate, format) as file:
            file.write(self.samples)
        return buffer.getvalue()

    def play(self) -> None:
        """Play through the default audio device and wait until the end.

        Raises:
            PlaybackError: nothing here can play sound.
        """
        from steptts.playback import play

        play([self])

    def to_srt(self) -> str:
        """Subtitles, where the score is known.

        Raises:
            AudioError: this audio was not spoken by a model, so its words are not known.
        """
        if self.score is None:
            raise AudioError("no subtitles: this audio has no score; speak it with TTS")
        return self.score.to_srt()

    def resampled(self, sample_rate: int) -> Audio:
        """The same sound at another rate (soxr, high quality)."""
        if sample_rate == self.sample_rate:
            return self
        if sample_rate < 1:
            raise AudioError(f"sample rate {sample_rate} Hz must be at least 1 Hz")
        import soxr

        samples = soxr.resample(self.samples, self.sample_rate, sample_rate).astype(np.float32)
        return replace(self, samples=samples, sample_rate=sample_rate)

    def trimmed(self, threshold_db: float = -45.0, keep_s: float = 0.05) -> Audio:
        """Without the silence at both ends; words keep pointing at their sounds.

        Args:
            threshold_db: silence is what stays this far below the loudest 10 ms.
            keep_s: how much silence stays on either side, in seconds.

        Raises:
            AudioError: there is nothing but silence.
        """
        start, end = _sounding(self, threshold_db, round(keep_s * self.sample_rate))
        shift, stop = start / self.sample_rate, end / self.sample_rate
        words = tuple(
            word._replace(start=max(word.start, shift) - shift, end=min(word.end, stop) - shift)
            for word in self.words
            if word.end > shift and word.start < stop
        )
        return replace(self, samples=self.samples[start:end], words=words, score=None)

    def _repr_html_(self) -> str:
        """A player for notebooks, of the first 60 s, at the level that it has."""
        n_shown = round(NOTEBOOK_SECONDS * self.sample_rate)
        pcm = to_pcm(self.samples[:n_shown])
        data = base64.b64encode(wav_header(self.sample_rate, len(pcm)) + pcm).decode()
        cut = "" if len(self) <= n_shown else f" first {NOTEBOOK_SECONDS:.0f} s of"
        player = f'<audio controls src="data:audio/wav;base64,{data}"></audio>'
        return f"{player}<div>{cut} {self.duration:.1f} s, {self.sample_rate} Hz</div>"


def samples_of(
    recording: str | Path | Audio | npt.ArrayLike, sample_rate: int | None
) -> tuple[FloatArray, int]:
    """The samples of a file, of audio, or as they are, and their rate.

    Raises:
        AudioError: the file cannot be read, or samples come without their rate.
    """
    if isinstance(recording, str | Path):
        recording = Audio.read(recording)
    if isinstance(recording, Audio):
        return recording.samples, recording.sample_rate
    if sample_rate is None or sample_rate < 1:
        raise AudioError(f"samples came with sample_rate={sample_rate}; give their rate in hertz")
    return np.asarray(recording, np.float32), sample_rate


def join(parts: Sequence[Audio]) -> Audio:
    """Several pieces in a row, with nothing between; words and scores follow.

    Raises:
        AudioError: there is no piece, or their rates differ.
    """
    rates = {part.sample_rate for part in parts}
    if len(rates) != 1:
        raise AudioError(
            f"cannot join audio of rates {sorted(rates)}; at least one, all of one rate"
        )
    words: list[TimedWord] = []
    n_before = 0
    for part in parts:
        shift = n_before / part.sample_rate
        words += (TimedWord(w.text, w.start + shift, w.end + shift) for w in part.words)
        n_before += len(part)
    scores = [part.score for part in parts if part.score is not None]
    samples = np.concatenate([part.samples for part in parts])
    whole = joined(scores) if len(scores) == len(parts) else None
    return Audio(samples, parts[0].sample_rate, tuple(words), whole)


def _sounding(audio: Audio, threshold_db: float, keep: int) -> tuple[int, int]:
    """First and one-past-last sample that sound, ``keep`` samples added on either side."""
    check_finite(audio.samples)
    window = max(1, round(TRIM_WINDOW_MS / 1000 * audio.sample_rate))
    n_windows = -(-len(audio) // window)
    padded = np.pad(audio.samples, (0, n_windows * window - len(audio)))
    level = np.sqrt(np.square(padded.reshape(n_windows, window)).mean(axis=1))
    if not level.any():
        raise AudioError(f"nothing to trim: {audio.duration:.2f} s of silence")
    loud = np.flatnonzero(level > level.max() * 10 ** (threshold_db / 20))
    start, end = int(loud[0]) * window, (int(loud[-1]) + 1) * window
    return max(0, start - keep), min(len(audio), end + keep)
