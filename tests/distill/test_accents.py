"""Dialects inside the teacher: other sounds, and its pitch curve on the dialect's contours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from steptts.dialects import DIALECTS
from steptts.distill.accents import PITCH_SECONDS, accented_f0, pitch_points
from steptts.distill.recipes import Mixture, Recipe, make_recipe, read_recipes, write_recipes
from steptts.distill.speakers import main_speakers
from steptts.distill.teacher_phones import own_durations
from steptts.text.frontend import to_utterances

TEXT = "妈妈说麻绳比马车慢，是不是？"
SECOND_TONE = 4  # its mark
ALL = Mixture(shaped=0, sung=0, rapped=0, paced=0, accented=1 / len(DIALECTS))


def recipe(dialect: str) -> Recipe:
    [utterance] = to_utterances(TEXT, language="zh")
    for seed in range(100):
        made = make_recipe("t", "zh", list(utterance.words), main_speakers(), 12, ALL, seed)
        assert made is not None
        if made.edit.kind == dialect:
            return made
    raise AssertionError(dialect)


def standard_curve(spoken: Recipe) -> tuple[np.ndarray, np.ndarray]:
    """Units of 25 ms a phone, and a curve in Hz on the standard contours; consonants unvoiced."""
    from steptts.dialects.contours import standard_contour
    from steptts.text.phones import SYMBOLS, is_vowel

    units = np.array([6 if is_vowel(SYMBOLS[s]) else 3 for s in spoken.symbols])
    levels = {1: 110.0, 2: 125.0, 3: 140.0, 4: 160.0, 5: 180.0}
    curve = []
    for symbol, mark, n in zip(spoken.symbols, spoken.marks, units, strict=True):
        if is_vowel(SYMBOLS[symbol]) and mark >= 3:
            letters = standard_contour(int(mark) - 2, 1)
            at = np.interp(np.linspace(0, 1, 2 * n), np.linspace(0, 1, len(letters)), letters)
            curve += list(np.interp(at, list(levels), list(levels.values())))
        else:
            curve += [5.0] * (2 * n)
    return units, np.array(curve, np.float32)


def test_the_sounds_are_the_dialects() -> None:
    [utterance] = to_utterances(TEXT, language="zh")
    plain = make_recipe("t", "zh", list(utterance.words), main_speakers(), 12, Mixture(0, 0), 1)
    assert plain is not None
    spoken = recipe("sichuanese")
    assert spoken.tokens.tolist() != plain.tokens.tolist()  # 说, 绳, 车 and 是 lose the retroflex
    durations = np.ones(len(spoken.tokens), np.int64)
    assert len(own_durations(durations, spoken.owners.tolist())) == len(spoken.symbols)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_curve_moves_where_it_is_voiced_and_nowhere_else(dialect: str) -> None:
    spoken = recipe(dialect)
    units, curve = standard_curve(spoken)
    accented = accented_f0(spoken, curve, units)
    assert accented.shape == curve.shape
    np.testing.assert_array_equal(accented[curve < 50], curve[curve < 50])
    assert 90 < accented[curve > 50].min() < accented[curve > 50].max() < 220


def test_sichuanese_second_tone_falls_where_the_standard_one_rises() -> None:
    spoken = recipe("sichuanese")
    units, curve = standard_curve(spoken)
    accented = accented_f0(spoken, curve, units)
    rises = []
    pairs = zip(pitch_points(units, curve), pitch_points(units, accented), strict=True)
    for mark, (was, now) in zip(spoken.marks, pairs, strict=True):
        if mark == SECOND_TONE and was is not None and now is not None:
            rises.append((was[-1] - was[0], now[-1] - now[0]))
    assert rises
    assert all(standard > 0 > own for standard, own in rises)


def test_a_curve_without_voice_stays() -> None:
    spoken = recipe("taiwan")
    units, curve = standard_curve(spoken)
    silent = np.full_like(curve, 5.0)
    np.testing.assert_array_equal(accented_f0(spoken, silent, units), silent)


def test_recipes_of_dialects_come_back_as_written(tmp_path: Path) -> None:
    drawn = [recipe(dialect) for dialect in DIALECTS]
    write_recipes(drawn, main_speakers(), tmp_path)
    assert [r.edit.kind for r in read_recipes(tmp_path)[0]] == list(DIALECTS)


def test_points_lie_where_the_curve_has_them() -> None:
    units = np.array([4, 4])
    curve = np.concatenate([np.full(8, 5.0), np.linspace(100, 170, 8)]).astype(np.float32)
    unvoiced, points = pitch_points(units, curve)
    assert unvoiced is None
    assert points is not None
    middle = 100 + 10 * (0.15 / PITCH_SECONDS - 8)  # the curve's value at 150 ms
    assert points[1] == pytest.approx(middle, rel=1e-3)
