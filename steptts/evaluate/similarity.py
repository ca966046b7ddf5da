"""Tells how alike two voices are: Resemblyzer's speaker embeddings and their cosines.

Reference points measured with this judge on the teacher: one voice with itself 0.91, two different
voices 0.57 on average and up to 0.81. `normalised` maps these to 1 and 0.
The network is three LSTM layers over a mel spectrogram; both are written out here, so that neither
librosa nor a voice activity detector is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from steptts.clip import resample
from steptts.errors import AudioError, BackendError
from steptts.evaluate.judge_files import RESEMBLYZER, judge_file
from steptts.features import slaney_filters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from steptts.stages import FloatArray

SAMPLE_RATE = 16_000
FFT_SIZE = 400  # 25 ms
HOP = 160  # 10 ms
MEL_BINS = 40
WINDOW_FRAMES = 160  # the network reads 1.6 s at a time
WINDOW_STEP = 77  # frames; 1.3 windows a second
MIN_COVERAGE = 0.75  # of the last window
LEVEL_DB = -30.0  # RMS to which quiet speech is raised
SILENCE_DB = -40.0  # below the loudest frame: silence
MAX_SILENCE_FRAMES = 20  # longer silences are shortened to 0.2 s
HIDDEN = 256
SAME_VOICE, OTHER_VOICE = 0.91, 0.57


class SpeakerJudge(Protocol):
    """Describes a voice by a vector."""

    def embed(self, waveform: FloatArray, sample_rate: int) -> FloatArray:
        """Returns a vector of length 1; the cosine of two is the likeness of two voices."""


class Resemblyzer:
    """The GE2E speaker encoder of Resemblyzer 0.1.4, 256 numbers a voice."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        """Loads the network from the judges' folder and sets torch's thread count.

        Raises:
            BackendError: torch or the judges are missing.
            WeightsError: the weights are not the expected ones.
        """
        weights = judge_file(folder, RESEMBLYZER)
        try:
            import torch
        except ImportError as error:
            raise BackendError('torch is missing: pip install "steptts[evaluate]"') from error
        torch.set_num_threads(threads)
        state = torch.load(weights, map_location="cpu", weights_only=True)["model_state"]
        self._lstm: Any = torch.nn.LSTM(MEL_BINS, HIDDEN, num_layers=3, batch_first=True)
        self._linear: Any = torch.nn.Linear(HIDDEN, HIDDEN)
        for name, part in (("lstm.", self._lstm), ("linear.", self._linear)):
            own = {k.removeprefix(name): v for k, v in state.items() if k.startswith(name)}
            part.load_state_dict(own, strict=True)

    def embed(self, waveform: FloatArray, sample_rate: int) -> FloatArray:
        """Returns the unit vector [256] of a voice, the mean over windows of 1.6 s."""
        import torch

        frames = speaker_mel(shorten_silence(resample(waveform, sample_rate, SAMPLE_RATE)))
        with torch.inference_mode():
            _, (hidden, _) = self._lstm(torch.from_numpy(windows(frames)))
            raw = torch.relu(self._linear(hidden[-1]))
            each = torch.nn.functional.normalize(raw, dim=1).mean(0)
            vector: FloatArray = torch.nn.functional.normalize(each, dim=0).numpy()
        return vector


def shorten_silence(waveform: FloatArray) -> FloatArray:
    """Shortens silences inside speech to 0.2 s and raises quiet speech to -30 dBFS RMS.

    Raises:
        AudioError: there is nothing but silence.
    """
    n_frames = len(waveform) // HOP
    frames = waveform[: n_frames * HOP].reshape(n_frames, HOP)
    power = np.mean(frames.astype(np.float64) ** 2, axis=1) if n_frames else np.zeros(1)
    if power.max() <= 0:
        raise AudioError("the waveform is silent: there is no voice to compare")
    silent = 10 * np.log10(power / power.max() + 1e-12) < SILENCE_DB
    run, kept = 0, np.zeros(n_frames, bool)
    for index, is_silent in enumerate(silent):
        run = run + 1 if is_silent else 0
        kept[index] = run <= MAX_SILENCE_FRAMES
    speech = frames[kept].reshape(-1)
    level = 10 * np.log10(np.mean(speech.astype(np.float64) ** 2))
    return np.asarray(speech * 10 ** (max(LEVEL_DB - level, 0.0) / 20), np.float32)


def speaker_mel(waveform: FloatArray) -> FloatArray:
    """Returns the mel power spectrogram [frames, 40] that the network reads; no logarithm."""
    padded = np.pad(waveform, FFT_SIZE // 2)
    window = np.hanning(FFT_SIZE + 1)[:-1]
    framed = np.lib.stride_tricks.sliding_window_view(padded, FFT_SIZE)[::HOP]
    power = np.abs(np.fft.rfft(framed * window)) ** 2
    filters = slaney_filters(SAMPLE_RATE, FFT_SIZE, MEL_BINS, 0.0, SAMPLE_RATE / 2)
    return np.asarray(power @ filters.T, np.float32)


def windows(frames: FloatArray) -> FloatArray:
    """Cuts frames [n, 40] into overlapping windows [k, 160, 40]; a short end is padded."""
    starts = list(range(0, max(1, len(frames) - WINDOW_FRAMES + WINDOW_STEP + 1), WINDOW_STEP))
    if len(starts) > 1 and len(frames) - starts[-1] < MIN_COVERAGE * WINDOW_FRAMES:
        starts.pop()
    missing = max(0, starts[-1] + WINDOW_FRAMES - len(frames))
    padded = np.pad(frames, ((0, missing), (0, 0)))
    return np.stack([padded[start : start + WINDOW_FRAMES] for start in starts])


def centroid(vectors: Sequence[FloatArray]) -> FloatArray:
    """Returns the unit vector in the middle of several."""
    mean = np.mean(vectors, axis=0)
    return np.asarray(mean / np.linalg.norm(mean), np.float32)


def mean_cosine(vector: FloatArray, others: Sequence[FloatArray]) -> float:
    """Returns the mean cosine of a voice with each of several utterances."""
    return float(vector @ np.mean(others, axis=0))


def normalised(cosine: float) -> float:
    """Maps a cosine to 0 for a stranger and 1 for the same voice."""
    return (cosine - OTHER_VOICE) / (SAME_VOICE - OTHER_VOICE)


def retrieved(vector: FloatArray, centroids: Mapping[str, FloatArray]) -> str:
    """Returns the name of the nearest centroid."""
    return max(centroids, key=lambda name: float(vector @ centroids[name]))
