"""A dialect's contours take the place of the planned ones; phrase, range and the rest stay."""

from dataclasses import replace

import numpy as np
import pytest

from steptts.dialects import toned
from steptts.dialects.contours import phone_starts, planned_levels, tone_spans
from steptts.dialects.dialect import Dialect
from steptts.dialects.levels import Levels, Line, fit_levels
from steptts.dialects.northeastern import NORTHEASTERN
from steptts.dialects.sichuanese import SICHUANESE
from steptts.dialects.taiwan import TAIWAN
from tests.dialects.scores import SPEAKER, planned, spoken


def test_a_speaker_is_found_again_in_what_was_planned() -> None:
    found = planned_levels(spoken())
    assert found is not None
    assert found.range == pytest.approx(SPEAKER.range, abs=0.15)
    for time in (0.3, 1.5, 2.6, 3.4):
        assert float(found.semitones(time, 3.0)) == pytest.approx(
            float(SPEAKER.semitones(time, 3.0)), abs=0.6
        )


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
    starts = phone_starts(score)
    for span in tone_spans(score, dialect.contour):
        i = span.syllable.end - 1
        pitch = score.phones[i].pitch
        assert pitch is not None
        times = starts[i] + score.phones[i].duration * (np.arange(len(pitch)) + 0.5) / len(pitch)
        asked = levels.semitones(times, span.letters(times))
        assert 12 * np.log2(pitch)[1:] == pytest.approx(asked[1:], abs=0.15)


def test_a_contour_is_glided_into_from_the_one_before_and_begins_freely_after_a_pause() -> None:
    score, levels = toned(spoken(), "sichuanese"), planned_levels(spoken())
    assert levels is not None
    spans = tone_spans(score, SICHUANESE.contour)

    def leap(index: int) -> float:
        """Semitones from a syllable's first pitch to where its contour begins."""
        span = spans[index]
        first = (score.phones[span.syllable.start].pitch or (0.0,))[0]
        return 12 * np.log2(first) - float(levels.semitones(span.begin, span.contour[0]))

    assert leap(1) > 1.0  # 55 before 21: from above
    assert leap(5) == pytest.approx(0.0, abs=0.1)  # the first of the second phrase


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
