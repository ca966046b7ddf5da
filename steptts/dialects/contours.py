"""Tone contours of a dialect in place of the planner's: the phrase and the speaker stay.

What the planner wrote is read as: the phrase's line, falling with time, plus the speaker's range
times the Chao level of the standard tone (least squares over the toned rhymes, with a typical
speaker as a few imagined observations, so that one syllable suffices). The dialect's contours then
ride on the same line in the same range. Syllables glide into their contour from where the last one
ended, as in Xu & Wang, "Pitch targets and their realization" (2001), first order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from steptts.dialects.dialect import STANDARD, STANDARD_NEUTRAL, Contour, Dialect
from steptts.dialects.syllables import NEUTRAL, ScoreSyllable, score_syllables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steptts.score import Score, ScorePhone

MIDDLE = 3.0  # Chao level on the phrase's line
TYPICAL_RANGE = 2.0  # semitones a level; the shipped voices' planned tones give 1.6 to 2.4
MIN_RANGE, MAX_RANGE = 1.4, 2.6
TYPICAL_SLOPE = -1.0  # semitones a second
_IMAGINED = 9.0  # points of pitch that the typical range and slope weigh: about a syllable
GLIDE_SECONDS = 0.02  # time constant of the glide into a contour
BREAK_SECONDS = 0.08  # after a pause this long a contour starts where it wants to
POINT_SECONDS = 0.025
MIN_HZ, MAX_HZ = 50.0, 650.0
_PHRASE_PAUSE = 0.1  # seconds of pause that begin a phrase of its own

DoubleArray = NDArray[np.float64]


class Line(NamedTuple):
    """A phrase: semitones (above 1 Hz) of the middle level at its start, and how they change."""

    start: float
    height: float
    slope: float


@dataclass(frozen=True, slots=True)
class Melody:
    """How a speaker puts levels into hertz in one score.

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


def standard_contour(tone: int, before: int) -> Contour:
    """Contour of a Putonghua tone (1 to 5) after another."""
    return STANDARD_NEUTRAL[before] if tone == NEUTRAL else STANDARD[tone]


def level_at(contour: Contour, share: float | DoubleArray) -> DoubleArray:
    """Chao level at a share (0 to 1) of the rhyme; its letters are evenly spaced."""
    return np.asarray(np.interp(share, np.linspace(0, 1, len(contour)), contour))


def phone_starts(score: Score) -> DoubleArray:
    """When each phone begins, and the end of the last, in seconds [N + 1]."""
    return np.cumsum([0.0, *(phone.duration for phone in score.phones)])


def tones_before(score: Score, syllables: Sequence[ScoreSyllable]) -> list[int]:
    """The tone (1 to 5) that each syllable follows; 5 where a pause or nothing is before it."""
    starts = phone_starts(score)
    before = []
    for last, syllable in zip([None, *syllables[:-1]], syllables, strict=True):
        near = last is not None and starts[syllable.start] - starts[last.end] < BREAK_SECONDS
        before.append(last.tone if near and last is not None else NEUTRAL)
    return before


def fit(score: Score) -> Melody | None:
    """Find phrases and range of a planned score; None where nothing has tone and pitch."""
    rows = _points(score, score_syllables(score))
    if not len(rows):
        return None
    times, levels, semitones = rows.T
    levels = levels - MIDDLE
    starts = _phrase_starts(score)
    phrase = np.maximum(np.searchsorted(starts, times, side="right") - 1, 0)
    heights, slope, per_level = _least_squares(phrase, times - starts[phrase], levels, semitones)
    # Planned tones lag and fall short of their letters, so that the slope over letters (1.2 to 2.0
    # on the shipped voices) is less than their spread (1.5 to 2.6), which is what is heard.
    line = heights[phrase] + slope * (times - starts[phrase])
    spread = float(np.sum((semitones - line) ** 2)) + _IMAGINED * TYPICAL_RANGE**2
    per_level = (spread / (float(np.sum(levels**2)) + _IMAGINED)) ** 0.5
    rows_of_lines = zip(starts[: len(heights)], heights, strict=True)
    lines = tuple(Line(float(start), float(height), slope) for start, height in rows_of_lines)
    return Melody(lines, float(np.clip(per_level, MIN_RANGE, MAX_RANGE)))


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
    weight = _IMAGINED**0.5
    design[n, -2] = design[n + 1, -1] = weight
    wanted[n], wanted[n + 1] = weight * TYPICAL_SLOPE, weight * TYPICAL_RANGE
    for i in range(n_phrases - 1):  # a phrase of few tones stays near its neighbour
        design[n + 2 + i, i : i + 2] = (1.0, -1.0)
    found = np.linalg.lstsq(design, wanted, rcond=None)[0]
    return np.asarray(found[:-2], np.float64), float(found[-2]), float(found[-1])


def _points(score: Score, syllables: Sequence[ScoreSyllable]) -> DoubleArray:
    """Time, Chao level and semitones of the planned pitch in the rhymes [points, 3]."""
    starts = phone_starts(score)
    rows = []
    for syllable, before in zip(syllables, tones_before(score, syllables), strict=True):
        contour = standard_contour(syllable.tone, before)
        begin, length = starts[syllable.rhyme], starts[syllable.end] - starts[syllable.rhyme]
        for i in range(syllable.rhyme, syllable.end):
            phone = score.phones[i]
            for time, hertz in zip(_times(starts[i], phone), phone.pitch or (), strict=False):
                level = float(level_at(contour, (time - begin) / length))
                rows.append((time, level, 12 * np.log2(hertz)))
    return np.array(rows)


def _times(start: float, phone: ScorePhone) -> DoubleArray:
    n = len(phone.pitch or ())
    return start + phone.duration * (np.arange(n) + 0.5) / max(n, 1)


def _phrase_starts(score: Score) -> DoubleArray:
    starts, found = phone_starts(score), [0.0]
    for i, phone in enumerate(score.phones):
        inside = 0 < i < len(score.phones) - 1
        if inside and not phone.is_speech and phone.duration >= _PHRASE_PAUSE:
            found.append(float(starts[i + 1]))
    return np.array(found)


def retoned(score: Score, dialect: Dialect) -> Score:
    """The score with the dialect's contours in its toned syllables; all else as it was."""
    melody = fit(score)
    if melody is None:
        return score
    phones = list(score.phones)
    starts = phone_starts(score)
    last_end, last_semitones = -1.0, 0.0
    syllables = score_syllables(score)
    for syllable, before in zip(syllables, tones_before(score, syllables), strict=True):
        contour = dialect.contour(syllable.tone, before)
        begin, rhyme, end = (starts[i] for i in (syllable.start, syllable.rhyme, syllable.end))
        glides = begin - last_end < BREAK_SECONDS
        offset = last_semitones - float(melody.semitones(begin, contour[0])) if glides else 0.0
        for i in range(syllable.start, syllable.end):
            if phones[i].pitch is None:
                continue
            n = max(3, int(np.ceil(phones[i].duration / POINT_SECONDS)))
            times = starts[i] + phones[i].duration * (np.arange(n) + 0.5) / n
            levels = level_at(contour, (times - rhyme) / (end - rhyme))
            target = melody.semitones(times, levels)
            target = target + offset * np.exp((begin - times) / GLIDE_SECONDS)
            hertz = np.clip(2 ** (target / 12), MIN_HZ, MAX_HZ)
            phones[i] = replace(phones[i], pitch=tuple(float(x) for x in hertz))
        last_end, last_semitones = end, float(melody.semitones(end, contour[-1]))
    return replace(score, phones=tuple(phones))
