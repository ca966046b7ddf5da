"""Tone contours of a dialect in place of the planner's: the phrase and the speaker stay.

What the planner wrote is read as the levels of the standard tones; the dialect's contours then lie
on the same falling line in the same range. A syllable glides into its contour from where the last
one ended, as in Y. Xu & Q. E. Wang, "Pitch targets and their realization" (2001), first order.

Times here are those of the sound: phones sound on time, their pitch points `LABEL_DELAY` later, so
that a syllable's contour begins on points of the phones before it and ends before its own do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from steptts.dialects.dialect import STANDARD, STANDARD_NEUTRAL, Contour, Dialect
from steptts.dialects.levels import DoubleArray, Levels, fit_levels
from steptts.dialects.syllables import NEUTRAL, ScoreSyllable, score_syllables
from steptts.frames import points_heard

if TYPE_CHECKING:
    from steptts.score import Score

ContourOf = Callable[[int, int], Contour]  # of a tone (1 to 5) after another (5: after none)

# How far planned tones run behind letters spread over the rhyme, as people's do (Xu & Wang): on 40
# planned sentences the levels fit within 2.44 semitones so, 2.71 at 0, 2.49 at 0.1 s.
PLANNED_LAG = 0.06
# Time constant of the glide into a contour. Of 0.005 to 0.1 s it brings the standard tones of 80
# planned sentences nearest to their letters (2.469 semitones; 2.481 at 0.04, 2.538 at 0.06).
GLIDE_SECONDS = 0.03
BREAK_SECONDS = 0.08  # after a pause this long a contour starts where it wants to
POINT_SECONDS = 0.025  # from one pitch point to the next
MIN_HZ, MAX_HZ = 50.0, 650.0  # as the planner
_PHRASE_PAUSE = 0.1  # seconds of pause that begin a phrase of its own


@dataclass(frozen=True, slots=True)
class ToneSpan:
    """A syllable of a score in seconds, and the contour that its rhyme is to have."""

    syllable: ScoreSyllable
    begin: float
    rhyme: float
    end: float
    contour: Contour

    def letters(self, times: DoubleArray) -> DoubleArray:
        """Chao levels at some times; the contour's letters are evenly spaced over the rhyme."""
        share = (times - self.rhyme) / (self.end - self.rhyme)
        return np.interp(share, np.linspace(0, 1, len(self.contour)), self.contour)


def tone_spans(score: Score, contour_of: ContourOf) -> list[ToneSpan]:
    """The toned syllables of a score, in order, with their contours."""
    starts = phone_starts(score)
    spans: list[ToneSpan] = []
    for syllable in score_syllables(score):
        begin, rhyme, end = (starts[i] for i in (syllable.start, syllable.rhyme, syllable.end))
        near = bool(spans) and begin - spans[-1].end < BREAK_SECONDS
        before = spans[-1].syllable.tone if near else NEUTRAL
        contour = contour_of(syllable.tone, before)
        spans.append(ToneSpan(syllable, float(begin), float(rhyme), float(end), contour))
    return spans


def standard_contour(tone: int, before: int) -> Contour:
    """Contour of a Putonghua tone (1 to 5) after another."""
    return STANDARD_NEUTRAL[before] if tone == NEUTRAL else STANDARD[tone]


def phone_starts(score: Score) -> DoubleArray:
    """When each phone begins, and the end of the last, in seconds [N + 1]."""
    return np.cumsum([0.0, *(phone.duration for phone in score.phones)])


def phrase_starts(score: Score) -> DoubleArray:
    """When each phrase begins: 0, and the end of every pause of 0.1 s or more inside the score."""
    starts, found = phone_starts(score), [0.0]
    for i, phone in enumerate(score.phones[1:-1], 1):
        if not phone.is_speech and phone.duration >= _PHRASE_PAUSE:
            found.append(float(starts[i + 1]))
    return np.array(found)


def planned_levels(score: Score, *, rests: bool = False) -> Levels | None:
    """The levels of a score as planned; None where nothing has both tone and pitch.

    Args:
        score: with standard tones.
        rests: whether the levels are for a dialect whose tones rest at 5 and at 1, see `Dialect`.
    """
    starts = phone_starts(score)
    rows: list[DoubleArray] = []
    for span in tone_spans(score, standard_contour):
        for i in range(span.syllable.rhyme, span.syllable.end):
            hertz = score.phones[i].pitch
            if hertz is not None:
                times = points_heard(starts[i], score.phones[i].duration, len(hertz))
                letters = span.letters(times - PLANNED_LAG)
                rows.append(np.stack([times, letters, 12 * np.log2(hertz)]))
    if not rows:
        return None
    times, letters, semitones = np.concatenate(rows, axis=1)
    levels = fit_levels(times, letters, semitones, phrase_starts(score))
    return levels if rests else levels.spread(times, letters, semitones)


def retoned(score: Score, dialect: Dialect) -> Score:
    """The score with the dialect's contours in its toned syllables; all else as it was."""
    levels = planned_levels(score, rests=dialect.rests)
    if levels is None:
        return score
    line = _Line(levels, tone_spans(score, dialect.contour))
    phones, starts = list(score.phones), phone_starts(score)
    for span in line.spans:
        for i in range(span.syllable.start, span.syllable.end):
            if phones[i].pitch is not None:
                n = max(3, int(np.ceil(phones[i].duration / POINT_SECONDS)))
                pitch = line.semitones(points_heard(starts[i], phones[i].duration, n))
                phones[i] = replace(phones[i], pitch=_hertz(pitch))
    return replace(score, phones=tuple(phones))


@dataclass(frozen=True, slots=True)
class _Line:
    """The pitch of all toned syllables, one after another, on a speaker's levels."""

    levels: Levels
    spans: list[ToneSpan]

    def semitones(self, times: DoubleArray) -> DoubleArray:
        """Semitones above 1 Hz at some times; after a syllable its last level holds."""
        begins = np.array([span.begin for span in self.spans])
        owners = np.maximum(np.searchsorted(begins, times, side="right") - 1, 0)
        pitch = np.empty(len(times))
        for k in np.unique(owners):
            own = owners == k
            pitch[own] = self._of_syllable(int(k), times[own])
        return pitch

    def _of_syllable(self, k: int, times: DoubleArray) -> DoubleArray:
        span = self.spans[k]
        contour = self.levels.semitones(times, span.letters(times))
        if k == 0 or span.begin - self.spans[k - 1].end >= BREAK_SECONDS:
            return contour
        before = self.levels.semitones(self.spans[k - 1].end, self.spans[k - 1].contour[-1])
        offset = before - self.levels.semitones(span.begin, span.contour[0])
        return contour + offset * np.exp((span.begin - times) / GLIDE_SECONDS)


def _hertz(semitones: DoubleArray) -> tuple[float, ...]:
    return tuple(float(x) for x in np.clip(2 ** (semitones / 12), MIN_HZ, MAX_HZ))
