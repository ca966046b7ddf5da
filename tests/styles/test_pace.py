"""Speed, pitch, energy and windows do to a score what was asked for, exactly."""

import pytest

from steptts.errors import ScoreError
from steptts.score import Score, ScorePhone
from steptts.score_edits import silence
from steptts.styles.pace import (
    check_amounts,
    fit_speed,
    louder,
    paced,
    tag_speed,
    transposed,
)


@pytest.fixture
def score() -> Score:
    rows = (("_", 0.1, None), ("s", 0.012, None), ("O", 0.2, (200.0, 220.0)), (".", 0.3, None))
    phones = tuple(ScorePhone(symbol, 0, -1, s, pitch, -20.0) for symbol, s, pitch in rows)
    return Score(phones, (), "ava", "en", "so.")


@pytest.mark.parametrize("speed", [0.25, 0.5, 0.8, 1.0, 1.25, 2.0])
def test_a_speed_is_met_by_the_whole_score(score: Score, speed: float) -> None:
    assert paced(score, speed).duration == pytest.approx(score.duration / speed, rel=1e-6)


def test_pauses_and_vowels_give_way_before_consonants(score: Score) -> None:
    _, s, vowel, stop = (
        new.duration / old.duration
        for new, old in zip(paced(score, 1.5).phones, score.phones, strict=True)
    )
    assert stop < vowel < s


def test_exact_silence_has_no_speed(score: Score) -> None:
    alone = silence(0.7, score)
    assert paced(alone, 2.0) == alone
    assert louder(alone, 6.0) == alone


def test_semitones_and_decibels_are_added(score: Score) -> None:
    assert transposed(score, 12.0).phones[2].pitch == pytest.approx((400.0, 440.0))
    assert [p.energy for p in louder(score, -3.0).phones] == [-23.0] * 4


def test_levels_of_the_speed_tags_order_the_speeds() -> None:
    speeds = [tag_speed(*tag) for tag in (("slow", 1.5), ("slow", 1), ("fast", 1), ("fast", 1.5))]
    assert speeds == sorted(speeds)
    assert speeds[0] > 0.7
    assert speeds[-1] < 1.35
    assert tag_speed("normal", 1.0) == 1.0


def test_a_window_is_met_between_half_and_twice_the_pace() -> None:
    assert fit_speed(3.0, 1.0, 2.0) == 2.0
    assert fit_speed(3.0, 1.0, 5.0) == 0.5
    for duration in (1.9, 5.1, 0.5):
        with pytest.raises(ScoreError, match=r"2\.00 to 5\.00 s are possible"):
            fit_speed(3.0, 1.0, duration)


@pytest.mark.parametrize(
    ("amounts", "said"), [((9, 0, 0), "speed 9"), ((1, 13, 0), "pitch 13"), ((1, 0, 13), "energy")]
)
def test_amounts_out_of_range_are_named(amounts: tuple[float, float, float], said: str) -> None:
    with pytest.raises(ScoreError, match=said):
        check_amounts(*amounts)
