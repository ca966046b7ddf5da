"""A click on every beat, to hear a rhythm by: a short, soft tone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from steptts.singing.melody import check_bpm

if TYPE_CHECKING:
    from steptts.stages import FloatArray

CLICK_SECONDS, DECAY_SECONDS = 0.03, 0.006
CLICK_HZ = 1_500.0
LEVEL = 0.25  # of full scale: below speech


def click_track(seconds: float, sample_rate: int, *, bpm: float) -> FloatArray:
    """Clicks on the beats, the first at time 0: waveform [samples] of ``seconds`` in [-1, 1].

    Args:
        seconds: length.
        sample_rate: in hertz.
        bpm: beats a minute, 20 to 400.

    Raises:
        ScoreError: bpm is out of range.
    """
    check_bpm(bpm)
    out = np.zeros(round(seconds * sample_rate), np.float32)
    time = np.arange(round(CLICK_SECONDS * sample_rate)) / sample_rate
    click = LEVEL * np.sin(2 * np.pi * CLICK_HZ * time) * np.exp(-time / DECAY_SECONDS)
    for beat in range(int(np.ceil(seconds * bpm / 60.0))):
        start = round(beat * 60.0 / bpm * sample_rate)
        room = out[start : start + len(click)]
        room += click[: len(room)].astype(np.float32)
    return out
