"""Hears when the vowels of singing and rap begin.

A vowel begins where loudness between 400 and 3,000 Hz rises most steeply: hiss and bursts of
consonants are mostly above, hum and nasals below. That is looked for within 120 ms of where the
vowel is due, or half the way to its neighbours: random guessing errs by 60 ms in the median. A
vowel straight after a vowel does not become louder: it has no onset that can be heard this way.
Held to buzzes of known onset by tests/evaluate/test_sung.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from steptts.stages import FloatArray

    DoubleArray = NDArray[np.float64]

HOP_SECONDS, WINDOW_SECONDS = 0.005, 0.02
LOW_HZ, HIGH_HZ = 400.0, 3_000.0
SMOOTH_SECONDS = 0.015  # of the Gaussian whose derivative finds the rise
REACH_SECONDS = 0.12


def onset_errors(
    waveform: FloatArray, sample_rate: int, due: Sequence[float], judged: Sequence[bool]
) -> list[float]:
    """Returns how much later than due each judged vowel is heard, in seconds.

    Args:
        waveform: [samples].
        sample_rate: in hertz.
        due: when each vowel is to begin, in seconds, rising.
        judged: whether its onset can be heard.
    """
    rises = _rises(waveform, sample_rate)
    errors = []
    for i, (time, is_judged) in enumerate(zip(due, judged, strict=True)):
        if not is_judged:
            continue
        before = (time - due[i - 1]) / 2 if i else REACH_SECONDS
        after = (due[i + 1] - time) / 2 if i + 1 < len(due) else REACH_SECONDS
        first = max(0, round((time - min(before, REACH_SECONDS)) / HOP_SECONDS))
        last = round((time + min(after, REACH_SECONDS)) / HOP_SECONDS)
        found = rises[first : last + 1]
        if len(found):
            errors.append((first + int(np.argmax(found))) * HOP_SECONDS - time)
    return errors


def _rises(waveform: FloatArray, sample_rate: int) -> DoubleArray:
    """Slope of loudness in the band every 5 ms."""
    length, hop = round(WINDOW_SECONDS * sample_rate), round(HOP_SECONDS * sample_rate)
    padded = np.pad(waveform.astype(np.float64), length // 2)
    framed = np.lib.stride_tricks.sliding_window_view(padded, length)[::hop] * np.hanning(length)
    power = np.abs(np.fft.rfft(framed, axis=1)) ** 2
    hertz = np.fft.rfftfreq(length, 1 / sample_rate)
    level = np.sqrt(power[:, (hertz >= LOW_HZ) & (hertz <= HIGH_HZ)].sum(axis=1))
    width = SMOOTH_SECONDS / HOP_SECONDS
    reach = round(3 * width)
    k = np.arange(-reach, reach + 1)
    kernel = -k * np.exp(-0.5 * (k / width) ** 2)
    return np.convolve(np.pad(level, reach, mode="edge"), kernel, mode="valid")
