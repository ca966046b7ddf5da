"""Measures whether words sound when the score says, and pauses last as long as was asked for."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steptts.evaluate.recognizer import HeardWord
    from steptts.score import TimedWord
    from steptts.stages import FloatArray

SILENCE_DB = -60.0  # relative to full scale; below it a listener hears nothing


def onset_errors(planned: Sequence[TimedWord], heard: Sequence[HeardWord]) -> list[float]:
    """Returns how much later each word was heard than planned, in seconds.

    Only words that were heard as written are compared, in order.
    """
    wanted = [_key(word.text) for word in planned]
    found = [_key(word.text) for word in heard]
    matcher = SequenceMatcher(a=wanted, b=found, autojunk=False)
    return [
        heard[block.b + offset].start - planned[block.a + offset].start
        for block in matcher.get_matching_blocks()
        for offset in range(block.size)
        if wanted[block.a + offset]
    ]


def _key(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())


def longest_silence(waveform: FloatArray, sample_rate: int) -> float:
    """Returns the length in seconds of the longest silence between sounds; 0 where there is none.

    Silence is any stretch whose samples all stay below -60 dBFS; the ends do not count.
    """
    sounding = np.flatnonzero(np.abs(waveform) >= 10 ** (SILENCE_DB / 20))
    if len(sounding) < 2:
        return 0.0
    return float(np.max(np.diff(sounding)) - 1) / sample_rate
