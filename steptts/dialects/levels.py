"""Chao levels and hertz: where a speaker's five levels lie while a phrase goes down.

A phrase is a line of pitch, in semitones, that falls with time; a level above or below the middle
is a fixed number of semitones away from it. Both are found by least squares, with a typical speaker
as a few imagined points, so that a single syllable suffices. Knows no dialect and no score.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

MIDDLE = 3.0  # Chao level on the phrase's line
TYPICAL_RANGE = 2.0  # semitones a level; the shipped voices' planned tones give 1.6 to 2.4
MIN_RANGE, MAX_RANGE = 1.4, 2.6
TYPICAL_SLOPE = -1.0  # semitones a second
IMAGINED = 9.0  # points of pitch that the typical range and slope weigh: about a syllable
DoubleArray = NDArray[np.float64]


class Line(NamedTuple):
    """A phrase: semitones (above 1 Hz) of the middle level at its start, and how they change."""

    start: float
    height: float
    slope: float


@dataclass(frozen=True, slots=True)
class Levels:
    """How a speaker puts levels into pitch in one utterance.

    Attributes:
        lines: of the phrases, in order.
        range: semitones from one Chao level to the next.
    """

    lines: tuple[Line, ...]
    range: float

    def semitones(self, time: float | DoubleArray, level: float | DoubleArray) -> DoubleArray:
        """Semitones above 1 Hz of Chao levels at some times, in seconds from the score's start."""
        starts = np.array([line.start for line in self.lines])
        own = np.maximum(np.searchsorted(starts, time, side="right") - 1, 0)
        height = np.array([line.height for line in self.lines])[own]
        slope = np.array([line.slope for line in self.lines])[own]
        return np.asarray(height + slope * (time - starts[own]) + self.range * (level - MIDDLE))

    def spread(self, times: DoubleArray, levels: DoubleArray, semitones: DoubleArray) -> Levels:
        """The same lines with the range that the spread of the pitches about them tells.

        Planned tones lag and fall short of their letters, so that the fitted range (mean of 40
        sentences 1.6 semitones) is less than this one (2.2). Fitted is how far apart tones lie that
        rest at their levels, this is how far a voice goes that moves all the time.
        """
        middle = self.semitones(times, np.full(len(times), MIDDLE))
        own = float(np.sum((semitones - middle) ** 2)) + IMAGINED * TYPICAL_RANGE**2
        of_letters = float(np.sum((levels - MIDDLE) ** 2)) + IMAGINED
        return replace(self, range=float(np.clip((own / of_letters) ** 0.5, MIN_RANGE, MAX_RANGE)))


def fit_levels(
    times: DoubleArray, levels: DoubleArray, semitones: DoubleArray, phrases: DoubleArray
) -> Levels:
    """Find the lines and the range that put levels at some pitches.

    Args:
        times: seconds [n], n at least 1.
        levels: Chao levels, 1 to 5 [n].
        semitones: pitch above 1 Hz [n].
        phrases: when each phrase starts, in seconds, the first at 0.
    """
    levels = levels - MIDDLE
    phrase = np.maximum(np.searchsorted(phrases, times, side="right") - 1, 0)
    heights, slope, per_level = _least_squares(phrase, times - phrases[phrase], levels, semitones)
    pairs = zip(phrases[: len(heights)], heights, strict=True)
    lines = tuple(Line(float(start), float(height), slope) for start, height in pairs)
    return Levels(lines, float(np.clip(per_level, MIN_RANGE, MAX_RANGE)))


def _least_squares(
    phrase: NDArray[np.intp], times: DoubleArray, levels: DoubleArray, semitones: DoubleArray
) -> tuple[DoubleArray, float, float]:
    """Heights of the phrases, slope, and semitones a level, with the imagined points added.

    Args:
        phrase: of each point [n], from 0.
        times: since the phrase began, in seconds [n].
        levels: Chao levels above the middle [n].
        semitones: planned pitch [n].
    """
    n, n_phrases = len(times), int(phrase.max()) + 1
    design, wanted = np.zeros((n + n_phrases + 1, n_phrases + 2)), np.zeros(n + n_phrases + 1)
    design[np.arange(n), phrase] = 1.0
    design[:n, -2], design[:n, -1], wanted[:n] = times, levels, semitones
    weight = IMAGINED**0.5
    design[n, -2] = design[n + 1, -1] = weight
    wanted[n], wanted[n + 1] = weight * TYPICAL_SLOPE, weight * TYPICAL_RANGE
    for i in range(n_phrases - 1):  # a phrase of few tones stays near its neighbour
        design[n + 2 + i, i : i + 2] = (1.0, -1.0)
    found = np.linalg.lstsq(design, wanted, rcond=None)[0]
    return np.asarray(found[:-2], np.float64), float(found[-2]), float(found[-1])
