"""Measures the tones of speech against what its score and its dialect ask for.

The pitch is tracked on the sound. Per tone it is correlated with the score's pitch at five places
of each rhyme while it sounds: what is asked for later or earlier is not the tone of that rhyme.
Each sentence is centred, so that high and low voices do not correlate by being far apart. Beside it
stands the contour that was heard, in Chao levels on lines fitted to the sound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from steptts.dialects.contours import ContourOf, phrase_starts, tone_spans
from steptts.dialects.levels import MIDDLE, fit_levels
from steptts.evaluate.pitch import score_points
from steptts.pitch_tracking import HOP_S, track_pitch

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from steptts.score import Score
    from steptts.stages import FloatArray

    DoubleArray = npt.NDArray[np.float64]

SHARES = (0.1, 0.3, 0.5, 0.7, 0.9)  # of the rhyme
MIN_HEARD = 3  # of them voiced, or the syllable does not count
# This far from its own rhyme's median, in semitones, a place is a leap of the tracker: no contour
# of 4 levels of at most 2.6 semitones goes there. What was asked for has no say in it.
LEAP_SEMITONES = 9.0


class HeardTone(NamedTuple):
    """One syllable at the places `SHARES` of its rhyme; NaN where nothing is voiced.

    Attributes:
        tone: 1 to 4, 5 neutral.
        asked: semitones that the score asks for, less the sentence's mean [5].
        heard: semitones heard, less the same mean [5].
        letters: Chao levels of the dialect's contour [5].
        levels: Chao levels heard [5].
    """

    tone: int
    asked: DoubleArray
    heard: DoubleArray
    letters: DoubleArray
    levels: DoubleArray


@dataclass(frozen=True, slots=True)
class ToneFit:
    """How well one tone was performed.

    Attributes:
        correlation: of pitch heard with pitch asked for, all places of all syllables together.
        levels: mean Chao levels heard at the five places of the rhyme.
        distance: root mean square of the levels from the dialect's letters.
    """

    correlation: float
    levels: tuple[float, ...]
    distance: float


def heard_tones(
    waveform: FloatArray, sample_rate: int, score: Score, contour_of: ContourOf
) -> list[HeardTone]:
    """Returns the toned syllables of a sentence that are voiced enough to be heard."""
    spans = tone_spans(score, contour_of)
    times = np.array([[s.rhyme + share * (s.end - s.rhyme) for share in SHARES] for s in spans])
    track = track_pitch(waveform, sample_rate)
    heard_at = np.round(times / HOP_S).astype(int)
    hertz = track[np.minimum(heard_at, len(track) - 1)]
    enough = np.sum(hertz > 0, axis=-1) >= MIN_HEARD
    if not enough.any():
        return []
    spans = [span for span, voiced in zip(spans, enough, strict=True) if voiced]
    times, hertz = times[enough], hertz[enough]
    heard = np.where(hertz > 0, 12 * np.log2(np.maximum(hertz, 1.0)), np.nan)
    heard[np.abs(heard - np.nanmedian(heard, axis=1, keepdims=True)) > LEAP_SEMITONES] = np.nan
    asked = asked_semitones(score, times)
    letters = np.array([s.letters(t) for s, t in zip(spans, times, strict=True)])
    known = ~np.isnan(heard)
    fitted = fit_levels(times[known], letters[known], heard[known], phrase_starts(score))
    middle = fitted.semitones(times.ravel(), np.full(times.size, MIDDLE)).reshape(times.shape)
    levels = (heard - middle) / fitted.range + MIDDLE
    centre = asked.mean()
    rows = zip(spans, asked - centre, heard - centre, letters, levels, strict=True)
    return [HeardTone(span.syllable.tone, *row) for span, *row in rows]


def asked_semitones(score: Score, times: DoubleArray) -> DoubleArray:
    """Returns the pitch that a score asks to be heard, in semitones above 1 Hz, at some times."""
    asked = [point for point in score_points(score) if point.hertz]
    at, semitones = np.array([(point.time, 12 * np.log2(point.hertz)) for point in asked]).T
    return np.asarray(np.interp(times, at, semitones), np.float64)


def tone_fit(tones: Sequence[HeardTone]) -> ToneFit:
    """Returns the summary of one tone's syllables, at least two."""
    asked, heard = (np.array([getattr(t, name) for t in tones]) for name in ("asked", "heard"))
    known = ~np.isnan(heard)
    correlation = float(np.corrcoef(asked[known], heard[known])[0, 1])
    levels = np.nanmean([tone.levels for tone in tones], axis=0)
    letters = np.mean([tone.letters for tone in tones], axis=0)
    distance = float(np.sqrt(np.mean((levels - letters) ** 2)))
    return ToneFit(correlation, tuple(float(level) for level in levels), distance)
