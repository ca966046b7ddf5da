"""A dialect's contours take the place of the planned ones; phrase, range and the rest stay."""

from dataclasses import replace

import numpy as np
import pytest

from steptts.dialects import toned
from steptts.dialects.contours import planned_levels, retoned, tone_spans
from steptts.dialects.dialect import Dialect
from steptts.dialects.levels import Levels, Line, fit_levels
from steptts.dialects.northeastern import NORTHEASTERN
from steptts.dialects.sichuanese import SICHUANESE
from steptts.dialects.taiwan import TAIWAN
from steptts.evaluate.tone_contours import asked_semitones
from tests.dialects.scores import SPEAKER, planned, spoken


def test_a_speaker_is_found_again_in_what_was_planned() -> None:
    found = planned_levels(spoken())
    assert found is not None
    assert found.range == pytest.approx(SPEAKER.range, abs=0.15)
    for time in (0.3, 1.5, 2.6, 3.4):
        assert float(found.semitones(time, 3.0)) == pytest.approx(
            float(SPEAKER.semitones(time, 3.0)), abs=0.6
        )


def test_tones_that_rest_lie_as_far_apart_as_the_planned_ones_and_not_as_far_as_those_move() -> (
    None
):
    plain = spoken()
    wobble = 2 ** (np.array([3.0, 0.0, -3.0]) / 12)
    phones = (replace(p, pitch=tuple(np.array(p.pitch) * wobble)) for p in plain.phones)
    moving = replace(plain, phones=tuple(phones))
    resting, spread = planned_levels(moving, rests=True), planned_levels(moving)
    assert resting is not None
    assert spread is not None
    assert resting.range == pytest.approx(SPEAKER.range, abs=0.25)
    assert spread.range > resting.range + 0.3

    def reach(dialect: Dialect) -> float:
        hertz = [pitch for p in retoned(moving, dialect).phones for pitch in p.pitch or ()]
        return float(np.log2(max(hertz) / min(hertz)))

    assert reach(SICHUANESE) < 0.95 * reach(replace(SICHUANESE, rests=False))


def test_one_syllable_says_where_its_speaker_lies() -> None:
    """A high tone alone must not be taken for the middle of the range."""
    high, low = (planned_levels(planned(syllable, seconds=0.2)) for syllable in ("ma1", "ma3"))
    assert high is not None
    assert low is not None
    middle = 12 * np.log2(200.0)
    assert float(high.semitones(0.3, 3.0)) < middle - 2
    assert float(low.semitones(0.3, 3.0)) > middle + 2


@pytest.mark.parametrize("dialect", [SICHUANESE, TAIWAN, NORTHEASTERN], ids=lambda d: d.name)
def test_rhymes_get_the_contours_of_the_dialect(dialect: Dialect) -> None:
    score = toned(spoken(), dialect.name)
    levels = planned_levels(spoken())
    assert levels is not None
    for span in tone_spans(score, dialect.contour):
        times = np.linspace(span.begin + 0.12, span.end - 0.02, 5)
        asked = levels.semitones(times, span.letters(times))
        assert asked_semitones(score, times) == pytest.approx(asked, abs=0.4)


def test_a_contour_sounds_with_its_rhyme_and_not_later() -> None:
    """The lowest place of a dipping tone alone is where its letters put it, in the sound."""
    score = toned(planned("ma4", seconds=0.2), "sichuanese")
    [span] = tone_spans(score, SICHUANESE.contour)
    times = np.linspace(span.rhyme, span.end, 41)
    lowest = times[int(np.argmin(asked_semitones(score, times)))]
    assert lowest == pytest.approx((span.rhyme + span.end) / 2, abs=0.015)


def test_a_contour_is_glided_into_from_the_one_before_and_begins_freely_after_a_pause() -> None:
    score, levels = toned(spoken(), "sichuanese"), planned_levels(spoken())
    assert levels is not None
    spans = tone_spans(score, SICHUANESE.contour)

    def leap(index: int, after: float) -> float:
        """Semitones, that long after a syllable begins, from the pitch to the contour's start."""
        time = np.array([spans[index].begin + after])
        wanted = levels.semitones(time, spans[index].contour[0])
        return float(asked_semitones(score, time)[0] - wanted[0])

    assert leap(1, 0.01) > 1.0  # 55 before 21: from above
    assert leap(5, 0.06) == pytest.approx(0.0, abs=0.1)  # the first of the second phrase


def test_only_the_pitch_of_toned_phones_changes() -> None:
    before = spoken()
    after = toned(before, "taiwan")
    assert after.words == before.words
    assert after.duration == before.duration
    for old, new in zip(before.phones, after.phones, strict=True):
        assert replace(new, pitch=old.pitch) == old
        assert (new.pitch is None) == (old.pitch is None)
        assert old.mark or new == old
    assert after != before


def test_unvoiced_phones_stay_so_and_a_score_without_tones_comes_back() -> None:
    whispered = planned("ni3 hao3", hertz=None)
    assert toned(whispered, "sichuanese") == whispered
    english = replace(spoken(), phones=tuple(replace(p, mark=0) for p in spoken().phones))
    assert toned(english, "sichuanese") == english


def test_wild_plans_stay_within_what_a_voice_can_do() -> None:
    wild = spoken(Levels((Line(0.0, 108.0, -9.0),), 6.0))
    for phone in toned(wild, "sichuanese").phones:
        assert all(50.0 <= hertz <= 650.0 for hertz in phone.pitch or ())


def test_a_phrase_of_one_point_leans_on_its_neighbour() -> None:
    times, letters = np.array([0.1, 0.2, 0.3, 0.4, 2.1]), np.array([5.0, 5.0, 1.0, 1.0, 5.0])
    pitch = np.array([96.0, 96.0, 88.0, 88.0, 80.0])
    levels = fit_levels(times, letters, pitch, np.array([0.0, 2.0, 9.0]))
    first, second = (float(levels.semitones(t, 3.0)) for t in (0.2, 2.1))
    assert 76.0 < second < first < 93.0
