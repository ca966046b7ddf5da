"""Preparing a recording for analysis: sampling rate, level and silence at the ends.

Knows arrays only; reading files belongs to audio.py. The three operations are those of the
published checkpoint, so that ids of its tokenizers come out the same.
Held to the golden suite ``features`` by tests/test_clip.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, gcd
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from steptts.errors import AudioError
from steptts.stages import FloatArray

IndexArray: TypeAlias = npt.NDArray[np.intp]

LOWPASS_ZEROS = 6  # zero crossings of the sinc on either side
ROLLOFF = 0.99  # cut-off as a share of the lower Nyquist frequency
RESAMPLE_BLOCK = 65_536  # output samples at a time: bounds the memory of long recordings
PEAK = 0.999
QUIETEST_PEAK = 0.01  # a quieter clip is raised by at most 99.9 times
TRIM_DB = 20.0
TRIM_FRAME = 512
TRIM_HOP = 128
KEEP_LEFT_S = 0.05
KEEP_RIGHT_S = 0.22
TRIM_GRID = 240  # trimmed lengths are multiples of 15 ms at 16 kHz


def resample(waveform: FloatArray, rate_from: int, rate_to: int) -> FloatArray:
    """Change the sampling rate with a Hann-windowed sinc (width 6, roll-off 0.99).

    Any pair of rates works, up as well as down; equal rates return the input.

    Args:
        waveform: [samples]
        rate_from: rate of ``waveform`` in hertz
        rate_to: wanted rate in hertz

    Returns:
        [ceil(samples * rate_to / rate_from)]

    Raises:
        AudioError: a rate is not positive.
    """
    if rate_from <= 0 or rate_to <= 0:
        raise AudioError(f"cannot resample {rate_from} Hz to {rate_to} Hz: rates must be positive")
    if rate_from == rate_to:
        return waveform
    common = gcd(rate_from, rate_to)
    old, new = rate_from // common, rate_to // common
    first, taps = _sinc_taps(old, new)
    n_out = -(-waveform.size * new // old)
    margin = taps.shape[1] + int(np.abs(first).max()) + 1
    padded = np.pad(waveform, margin)
    resampled = np.empty(n_out, np.float32)
    for begin in range(0, n_out, RESAMPLE_BLOCK):
        index = np.arange(begin, min(begin + RESAMPLE_BLOCK, n_out))
        phase = index % new
        start = margin + (index // new) * old + first[phase]
        picked = padded[start[:, None] + np.arange(taps.shape[1])]
        resampled[index] = np.einsum("ij,ij->i", picked, taps[phase])
    return resampled


@lru_cache(maxsize=8)
def _sinc_taps(old: int, new: int) -> tuple[IndexArray, FloatArray]:
    """Filter of each output phase: first input sample [new] and weights [new, taps]."""
    cutoff = min(old, new) * ROLLOFF
    half = LOWPASS_ZEROS * old / cutoff  # reach in input samples
    centre = np.arange(new) * old / new
    first = np.ceil(centre - half).astype(np.intp)
    offset = first[:, None] + np.arange(ceil(2 * half) + 1) - centre[:, None]
    time = np.clip(offset * cutoff / old, -LOWPASS_ZEROS, LOWPASS_ZEROS)
    hann = np.cos(time * np.pi / LOWPASS_ZEROS / 2) ** 2
    return first, (np.sinc(time) * hann * (cutoff / old)).astype(np.float32)


def normalise_peak(waveform: FloatArray) -> FloatArray:
    """Bring the peak to 0.999; a clip with a peak under 0.01 is treated as if it were 0.01."""
    peak = float(np.max(np.abs(waveform), initial=0.0))
    return np.asarray(waveform / np.float32(max(peak, QUIETEST_PEAK)) * np.float32(PEAK))


@dataclass(frozen=True, slots=True)
class Span:
    """Part of a recording, in samples at ``sample_rate``; may reach over both ends.

    Attributes:
        start: first sample; negative where silence is to be added on the left.
        length: number of samples, added silence included.
        sample_rate: hertz.
    """

    start: int
    length: int
    sample_rate: int

    def at(self, sample_rate: int) -> Span:
        """The same stretch of time at another rate."""
        scale = sample_rate / self.sample_rate
        return Span(round(self.start * scale), round(self.length * scale), sample_rate)

    def cut(self, waveform: FloatArray) -> FloatArray:
        """Samples of the span [length], zeros where the recording has none."""
        clip = np.zeros(self.length, np.float32)
        begin, end = max(self.start, 0), min(self.start + self.length, waveform.size)
        if end > begin:
            clip[begin - self.start : end - self.start] = waveform[begin:end]
        return clip


def speech_bounds(waveform: FloatArray) -> tuple[int, int]:
    """First and one past the last sample that is less than 20 dB below the loudest frame.

    Frames are 512 samples every 128, centred, zeros beyond the ends.
    """
    padded = np.pad(waveform.astype(np.float64), TRIM_FRAME // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, TRIM_FRAME)[::TRIM_HOP]
    power = np.maximum(np.mean(frames**2, axis=1), 1e-10)
    loud = np.flatnonzero(10 * np.log10(power / power.max()) > -TRIM_DB)
    return int(loud[0]) * TRIM_HOP, min(waveform.size, (int(loud[-1]) + 1) * TRIM_HOP)


def speech_span(waveform: FloatArray, sample_rate: int = 16_000) -> Span:
    """The part to keep: speech with 0.05 s before and at least 0.22 s after it.

    Args:
        waveform: [samples] at 16 kHz, peak-normalised.
        sample_rate: rate of ``waveform``; the frame sizes are meant for 16 kHz.

    Returns:
        the span; its length is a multiple of 240 samples plus 0.27 s.

    Raises:
        AudioError: the recording is empty or nothing but silence.
    """
    if waveform.size == 0 or not np.any(waveform):
        raise AudioError("the recording holds no sound: nothing to trim; give one with speech")
    start, end = speech_bounds(waveform)
    kept = ceil((end - start) / TRIM_GRID) * TRIM_GRID
    length = int(kept + (KEEP_LEFT_S + KEEP_RIGHT_S) * sample_rate)
    return Span(start - int(KEEP_LEFT_S * sample_rate), length, sample_rate)


def trim_silence(waveform: FloatArray) -> FloatArray:
    """Cut a 16 kHz, peak-normalised recording to its speech span; see ``speech_span``."""
    return speech_span(waveform).cut(waveform)
