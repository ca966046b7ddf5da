"""Keeps silent pauses silent: what a network murmurs where the score asks for nothing is faded out.

A pause counts as silent below -60 dB (the teacher's measure -80); louder ones hold the end of the
sound before them, or a breath, and are left alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from steptts.frames import SAMPLE_RATE
from steptts.text.phones import is_pause

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steptts.score import Score
    from steptts.stages import FloatArray

SILENT_DB = -60.0
DECAY_SECONDS = 0.06  # the sound before the pause may ring on for so long
ONSET_SECONDS = 0.03  # the sound after it may begin so early
FADE_SECONDS = 0.03


def hushed(samples: FloatArray, score: Score) -> FloatArray:
    """The waveform [samples] of a score with its silent pauses faded to exact silence.

    Only the inside of a pause is touched: not its first 60 ms nor its last 30 ms where a sound
    borders on it.
    """
    gain = np.ones(len(samples), np.float32)
    for start, end in _silences(score):
        begins = start + DECAY_SECONDS if start > 0 else start - FADE_SECONDS
        ends = end - ONSET_SECONDS if end < score.duration - 1e-6 else end + FADE_SECONDS
        if ends - begins <= 2 * FADE_SECONDS:
            continue
        first, last = max(0, round(start * SAMPLE_RATE)), round(end * SAMPLE_RATE)
        times = np.arange(first, min(last, len(samples))) / SAMPLE_RATE
        corners = [begins, begins + FADE_SECONDS, ends - FADE_SECONDS, ends]
        gain[first : first + len(times)] = np.interp(times, corners, [1.0, 0.0, 0.0, 1.0])
    return samples * gain


def _silences(score: Score) -> Iterator[tuple[float, float]]:
    """Start and end in seconds of every run of pauses of which none is louder than -60 dB."""
    time, begun, loudest = 0.0, 0.0, -np.inf
    for phone in score.phones:
        if is_pause(phone.symbol):
            loudest = max(loudest, phone.energy)
        else:
            if -np.inf < loudest <= SILENT_DB:
                yield begun, time
            begun, loudest = time + phone.duration, -np.inf
        time += phone.duration
    if -np.inf < loudest <= SILENT_DB:
        yield begun, time
