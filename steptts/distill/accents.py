"""Dialects inside the teacher: their sounds before it plans, their contours in its pitch curve.

What the teacher then speaks has the sounds next to each other, and the pitch under them, that the
tags of dialects ask of the small model; no text of the corpus does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from steptts.dialects import dialect_of, toned
from steptts.dialects.words import word_in
from steptts.distill.edits import UNIT_SECONDS, VOICED_HZ
from steptts.evaluate.pitch import score_points
from steptts.frames import LABEL_DELAY, point_times
from steptts.score import Score, ScorePhone
from steptts.text.phones import SYMBOLS, is_pause

if TYPE_CHECKING:
    from steptts.distill.recipes import Recipe
    from steptts.text.words import Word

FloatArray = NDArray[np.float32]
Pitch = list[tuple[float, ...] | None]
# The teacher sums its phase once a value and draws it straight between their middles, so a value
# rules from half a value before its index to half a value after. Read half a value later, the
# real fundamental is 16.9 cents off (median, voiced frames of 28 sentences); read so, 10.8.
PITCH_SECONDS = UNIT_SECONDS / 2
_VOICED_SHARE = 0.4  # of a phone's pitch values, from which on it counts as voiced


def accented_words(words: list[Word], dialect: str) -> list[Word]:
    """Mandarin words with the sounds of one of `steptts.dialects.DIALECTS`."""
    return [word_in(dialect_of(dialect), word) for word in words]


def pitch_points(units: NDArray[np.int64], f0: FloatArray) -> Pitch:
    """Pitch points in Hz of phones of ``units`` x 25 ms under the teacher's curve [2 x units]."""
    owner = np.repeat(np.arange(len(units)), units)
    voiced = f0 > VOICED_HZ
    share = np.bincount(np.repeat(owner, 2), weights=voiced, minlength=len(units)) / (2 * units)
    phones, times = point_times((units * UNIT_SECONDS).astype(np.float32))
    pitch: Pitch = [None] * len(units)
    if voiced.any():
        curve_times = np.arange(len(voiced)) * PITCH_SECONDS
        log_f0 = np.interp(times, curve_times[voiced], np.log(f0[voiced]))
        bounds = np.searchsorted(phones, np.arange(len(units) + 1))
        for i in np.flatnonzero(share >= _VOICED_SHARE):
            pitch[i] = tuple(np.exp(log_f0[bounds[i] : bounds[i + 1]]).tolist())
    return pitch


def accented_f0(recipe: Recipe, f0: FloatArray, units: NDArray[np.int64]) -> FloatArray:
    """The curve [2 x units] with the contours of the recipe's dialect; unvoiced values stay.

    Args:
        recipe: whose edit's kind is the dialect; its marks are the standard tones.
        f0: the teacher's own curve in Hz, 80 values a second.
        units: 25 ms units of each phone, the silence at the end included.
    """
    asked = toned(_score(recipe, f0, units), recipe.edit.kind)
    points = [point for point in score_points(asked) if point.hertz]
    if not points:
        return f0
    heard, hertz = np.array(points).T
    at = np.arange(len(f0)) * PITCH_SECONDS
    voiced = f0 > VOICED_HZ
    curve = np.exp(np.interp(at, heard - LABEL_DELAY, np.log(hertz)))
    return np.where(voiced, curve, f0).astype(np.float32)


def _score(recipe: Recipe, f0: FloatArray, units: NDArray[np.int64]) -> Score:
    """The teacher's plan of an utterance; loudness, which no contour needs, is left at 0 dB."""
    words = np.cumsum(recipe.starts) - 1
    rows = zip(recipe.symbols, recipe.marks, words, units, pitch_points(units, f0), strict=True)
    phones = (
        ScorePhone(
            SYMBOLS[symbol],
            int(mark),
            -1 if is_pause(SYMBOLS[symbol]) else int(word),
            float(n * UNIT_SECONDS),
            points,
            0.0,
        )
        for symbol, mark, word, n, points in rows
    )
    return Score(tuple(phones), (), "", recipe.language, "")
