"""Waveform to features, as the four front ends of the published checkpoint compute them.

Knows sampling rates, windows, filter banks and frame counts. Knows no model, no file format but
``am.mvn``, and no runtime: NumPy alone, so that every family can use it.

Spectra are taken in float64 and returned as float32: the reference works in float32, and the
recorded spread between the two (2.5e-4 for filter banks) is far below the tolerance of its users.
Held to the golden suite ``features`` by tests/test_features.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from steptts.errors import AudioError, WeightsError
from steptts.stages import FloatArray

DoubleArray: TypeAlias = npt.NDArray[np.float64]

PROMPT_RATE = 22_050
PROMPT_MEL_BINS = 80
PROMPT_FFT = 1024
PROMPT_HOP = 256  # 22 050 / 256 = 86.13 frames per second
ANALYSIS_RATE = 16_000
WHISPER_MEL_BINS = 128
WHISPER_FFT = 400
WHISPER_HOP = 160  # 100 frames per second
KALDI_FRAME = 400  # 25 ms at 16 kHz
KALDI_HOP = 160  # 10 ms
KALDI_FFT = 512  # next power of two above the frame
KALDI_BINS = 80
LFR_STACK = 7
LFR_STEP = 6  # one stacked frame every 60 ms: 16.667 Hz
CHUNK_SAMPLES = 3_840  # the streaming front end takes 240 ms at a time = 4 stacked frames
LOWEST_TAIL = 880  # a shorter tail of a clip gives the streaming front end no frame


def prompt_mel(waveform: FloatArray) -> FloatArray:
    """Log-mel of the reference recording, as the mel decoder was trained on.

    Args:
        waveform: [samples] at 22 050 Hz, at least 385 samples (the reflected margin + 1).

    Returns:
        [80, samples // 256], natural logarithm, floor log(1e-5).

    Raises:
        AudioError: the waveform is shorter than the margin.
    """
    margin = (PROMPT_FFT - PROMPT_HOP) // 2  # 384
    padded = np.pad(_long_enough(waveform, margin + 1, PROMPT_RATE), margin, mode="reflect")
    spectrum = np.fft.rfft(_frames(padded, PROMPT_FFT, PROMPT_HOP) * _hann(PROMPT_FFT))
    magnitude = np.sqrt(spectrum.real**2 + spectrum.imag**2 + 1e-9)
    mel = magnitude @ slaney_filters(PROMPT_RATE, PROMPT_FFT, PROMPT_MEL_BINS, 0.0, 8_000.0).T
    return np.asarray(np.log(np.maximum(mel, 1e-5)).T, np.float32)


def whisper_log_mel(waveform: FloatArray) -> FloatArray:
    """Log-mel of the semantic tokenizer, at the clip's own length (not padded to 30 s).

    Args:
        waveform: [samples] at 16 kHz, at least 201 samples.

    Returns:
        [128, samples // 160]; the loudest 8 decades, scaled to about -1..1.5.

    Raises:
        AudioError: the waveform is shorter than the reflected margin.
    """
    margin = WHISPER_FFT // 2
    padded = np.pad(_long_enough(waveform, margin + 1, ANALYSIS_RATE), margin, mode="reflect")
    frames = _frames(padded, WHISPER_FFT, WHISPER_HOP)[:-1]  # the last frame is dropped
    power = np.abs(np.fft.rfft(frames * _hann(WHISPER_FFT))) ** 2
    mel = power @ slaney_filters(ANALYSIS_RATE, WHISPER_FFT, WHISPER_MEL_BINS, 0.0, 8_000.0).T
    log_mel = np.log10(np.maximum(mel, 1e-10))
    log_mel = np.maximum(log_mel, log_mel.max(initial=-10.0) - 8.0)
    return np.asarray(((log_mel + 4.0) / 4.0).T, np.float32)


def kaldi_fbank(waveform: FloatArray, window: str) -> FloatArray:
    """Kaldi log filter bank: 25 ms frames every 10 ms, whole frames only, dither 0.

    Args:
        waveform: [samples] at 16 kHz, any scale (the level is part of the features).
        window: "povey" (speaker encoder) or "hamming" (linguistic tokenizer).

    Returns:
        [1 + (samples - 400) // 160, 80]; no frame for a clip under 400 samples.
    """
    if waveform.size < KALDI_FRAME:
        return np.zeros((0, KALDI_BINS), np.float32)
    frames = _frames(waveform.astype(np.float64), KALDI_FRAME, KALDI_HOP)
    frames = frames - frames.mean(axis=1, keepdims=True)
    previous = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    shaped = (frames - 0.97 * previous) * _kaldi_window(window)
    power = np.abs(np.fft.rfft(shaped, n=KALDI_FFT)) ** 2
    energy = power[:, :-1] @ _kaldi_filters().T  # the Nyquist bin belongs to no filter
    return np.asarray(np.log(np.maximum(energy, np.finfo(np.float32).eps)), np.float32)


def speaker_features(waveform: FloatArray) -> FloatArray:
    """Features of the speaker encoder: filter bank of a [-1, 1] wave less its mean over time.

    Returns:
        [frames, 80]
    """
    fbank = kaldi_fbank(waveform, "povey")
    return fbank - fbank.mean(axis=0, keepdims=True) if len(fbank) else fbank


def stack_frames(fbank: FloatArray) -> FloatArray:
    """Low frame rate: 7 neighbouring frames side by side, every sixth frame.

    The first frame is repeated 3 times on the left, the last as often as needed on the right.

    Args:
        fbank: [frames, 80]

    Returns:
        [ceil(frames / 6), 560]
    """
    n_stacked = -(-len(fbank) // LFR_STEP)
    if n_stacked == 0:
        return np.zeros((0, LFR_STACK * KALDI_BINS), np.float32)
    left = (LFR_STACK - 1) // 2
    index = LFR_STEP * np.arange(n_stacked)[:, None] + np.arange(LFR_STACK) - left
    picked = np.take(fbank, index, axis=0, mode="clip")  # [stacked, 7, 80]
    return picked.reshape(n_stacked, -1)


def n_streamed_frames(n_samples: int) -> int:
    """How many stacked frames the streaming front end yields for a clip at 16 kHz.

    It takes 3 840 samples at a time; a tail under 880 samples gives it fewer than 7 filter-bank
    frames, and it then returns nothing for that tail (reference.md 5.4, lfr_lengths.json).
    """
    whole, tail = divmod(n_samples, CHUNK_SAMPLES)
    if tail < LOWEST_TAIL:
        return whole * 4
    n_frames = (n_samples - KALDI_FRAME) // KALDI_HOP + 1
    return -(-n_frames // LFR_STEP)


@dataclass(frozen=True, slots=True)
class Cmvn:
    """Mean and variance normalisation: ``(x + shift) * rescale``, both [560]."""

    shift: FloatArray
    rescale: FloatArray

    def __call__(self, stacked: FloatArray) -> FloatArray:
        """Normalise [frames, 560]."""
        return (stacked + self.shift) * self.rescale


def read_cmvn(path: Path) -> Cmvn:
    """Read the two vectors of a Kaldi ``am.mvn`` file.

    Raises:
        WeightsError: a vector is missing or the two differ in length.
    """
    text = path.read_text(encoding="utf-8")
    vectors = []
    for component in ("AddShift", "Rescale"):
        match = re.search(rf"<{component}>[^\[]*\[([^\]]*)\]", text)
        if match is None:
            raise WeightsError(f"{path.name}: no <{component}> vector; is it an am.mvn file?")
        vectors.append(np.array(match.group(1).split(), dtype=np.float32))
    shift, rescale = vectors
    if shift.shape != rescale.shape:
        raise WeightsError(f"{path.name}: shift has {shift.size} values, rescale {rescale.size}")
    return Cmvn(shift, rescale)


def linguistic_features(waveform: FloatArray, cmvn: Cmvn) -> FloatArray:
    """Features of the linguistic tokenizer, as many frames as the streaming front end gives.

    Args:
        waveform: [samples] at 16 kHz in [-1, 1]
        cmvn: the statistics of ``am.mvn``

    Returns:
        [n_streamed_frames(samples), 560]
    """
    fbank = kaldi_fbank(waveform * np.float32(32_768.0), "hamming")
    return cmvn(stack_frames(fbank)[: n_streamed_frames(waveform.size)])


@lru_cache(maxsize=8)
def slaney_filters(
    sample_rate: int, n_fft: int, n_mels: int, low_hz: float, high_hz: float
) -> DoubleArray:
    """Triangular mel filters of unit area on Slaney's scale: linear to 1 kHz, then logarithmic.

    Returns:
        [n_mels, n_fft // 2 + 1]; shared, so not to be written to.
    """
    edges = _slaney_to_hz(np.linspace(_hz_to_slaney(low_hz), _hz_to_slaney(high_hz), n_mels + 2))
    bins = np.arange(n_fft // 2 + 1) * sample_rate / n_fft
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    filters: DoubleArray = triangles * (2.0 / (edges[2:] - edges[:-2]))[:, None]
    filters.setflags(write=False)
    return filters


def _hz_to_slaney(hz: float) -> float:
    # 200/3 Hz per mel up to 1 kHz (15 mel), then 27 mel for a factor of 6.4.
    return hz * 3 / 200 if hz < 1_000 else 15 + 27 * float(np.log(hz / 1_000) / np.log(6.4))


def _slaney_to_hz(mel: DoubleArray) -> DoubleArray:
    return np.where(mel < 15, mel * 200 / 3, 1_000 * 6.4 ** ((mel - 15) / 27))


@lru_cache(maxsize=1)
def _kaldi_filters() -> DoubleArray:
    """Triangles in mel (1127 ln(1 + f/700)) from 20 Hz to 8 kHz, height 1: [80, 256]."""
    low, high = 1127.0 * np.log1p(np.array([20.0, ANALYSIS_RATE / 2]) / 700.0)
    edges = np.linspace(low, high, KALDI_BINS + 2)
    bins = 1127.0 * np.log1p(np.arange(KALDI_FFT // 2) * (ANALYSIS_RATE / KALDI_FFT) / 700.0)
    width = edges[1] - edges[0]  # equal in mel
    rising = (bins - edges[:-2, None]) / width
    falling = (edges[2:, None] - bins) / width
    return np.asarray(np.maximum(0.0, np.minimum(rising, falling)))


def _kaldi_window(name: str) -> DoubleArray:
    cosine = np.cos(2 * np.pi * np.arange(KALDI_FRAME) / (KALDI_FRAME - 1))
    if name == "hamming":
        return np.asarray(0.54 - 0.46 * cosine)
    if name == "povey":
        return np.asarray((0.5 - 0.5 * cosine) ** 0.85)
    raise ValueError(f"window {name!r}: expected 'povey' or 'hamming'")


def _hann(length: int) -> DoubleArray:
    """Periodic Hann window."""
    return np.asarray(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length))


def _frames(waveform: npt.NDArray[np.floating], length: int, hop: int) -> DoubleArray:
    """Overlapping frames [1 + (samples - length) // hop, length], a view."""
    return np.lib.stride_tricks.sliding_window_view(waveform, length)[::hop]


def _long_enough(waveform: FloatArray, n_samples: int, sample_rate: int) -> DoubleArray:
    if waveform.size < n_samples:
        raise AudioError(
            f"{waveform.size} samples at {sample_rate} Hz are too short to analyse: "
            f"at least {n_samples} are needed; give a longer recording"
        )
    return waveform.astype(np.float64)
