"""Rap: stressed syllables on beats, everything on the grid, lines that begin together."""

from itertools import accumulate

import numpy as np
import pytest

from steptts import Score, ScoreError
from steptts.score import joined
from steptts.score_edits import silence
from steptts.singing import click_track, rap
from steptts.singing.grid import Beat, n_bars, places
from tests.singing.made import spoken

LINE = ("ɡɪv", "mˌi", "ðə", "bˈit", "ɪn", "ðə", "stɹˈit", ".")


def heard(score: Score) -> list[float]:
    starts = list(accumulate((phone.duration for phone in score.phones), initial=0.0))
    return [starts[note.start] for note in score.notes]


@pytest.mark.parametrize("bpm", [70.0, 90.0, 120.0])
def test_every_syllable_is_on_the_grid_and_stressed_ones_on_a_beat(bpm: float) -> None:
    rapped = rap(spoken(*LINE), bpm=bpm)
    beats = [time * bpm / 60 for time in heard(rapped)]
    assert [beat * 4 for beat in beats] == pytest.approx(
        [round(beat * 4) for beat in beats], abs=1e-5
    )
    assert sorted(set(beats)) == beats
    for stressed in (3, 6):
        assert beats[stressed] == pytest.approx(round(beats[stressed]), abs=1e-5)
    assert all(note.pitch is None for note in rapped.notes)


def test_line_breaks_of_the_text_begin_lines() -> None:
    first = spoken(*LINE, texts=("give", "me", "the", "beat", "in", "the", "street", ""))
    line = "give me the beat in the street"
    for text, gap in ((f"{line}\n{line}", 4), ("", 4)):
        score = joined([first, first], text or None)
        times = heard(rap(score, bpm=90.0))
        beat = (times[len(times) // 2 + 3] - times[3]) * 90 / 60
        assert beat == pytest.approx(gap, abs=1e-5)


def test_two_sentences_on_one_line_stay_on_it() -> None:
    one = spoken("hˈA", ".", texts=("hey", "."), text="hey.")
    together = heard(rap(joined([one, one, one], "hey. hey.\nhey."), bpm=90.0))
    assert (together[1] - together[0]) * 1.5 < 4
    assert (together[2] - together[0]) * 1.5 == pytest.approx(4, abs=1e-5)


def test_an_exact_pause_delays_by_whole_lines() -> None:
    one = spoken("hˈA", ".")
    plain = heard(rap(joined([one, one]), bpm=120.0))
    paused = rap(joined([one, silence(0.5, one), one]), bpm=120.0)
    late = heard(paused)
    assert (late[1] - late[0]) - (plain[1] - plain[0]) == pytest.approx(2.0, abs=1e-5)
    assert any(part.is_silence and part.duration == 0.5 for part in paused.split())


def test_a_line_with_too_many_syllables_takes_more_bars() -> None:
    syllable = Beat(0.0, 0.2, 0.0, 0)
    assert n_bars([syllable] * 8, beat=60 / 90, beats_per_line=4) == 1
    assert n_bars([syllable] * 20, beat=60 / 90, beats_per_line=4) == 2
    assert n_bars([syllable] * 8, beat=60 / 400, beats_per_line=4) == 3


def test_light_syllables_before_the_first_stress_come_before_the_beat() -> None:
    line = [Beat(0.2 * i, 0.2 * i + 0.2, weight, 0) for i, weight in enumerate((0, 1, 0, 1))]
    found = places(line, beat=60 / 90, n_steps=16)
    assert found[:2] == [-1, 0]
    assert found[3] % 4 == 0


def test_pitch_is_narrow_and_falls_at_the_end_of_a_line() -> None:
    rapped = rap(spoken(*LINE))
    last = rapped.phones[rapped.notes[-1].start].pitch
    first = rapped.phones[rapped.notes[0].start].pitch
    assert first == pytest.approx((200.0,) * 3)
    assert last is not None
    assert list(last) == sorted(last, reverse=True)
    assert last[-1] < 190


def test_rap_keeps_words_and_is_saved() -> None:
    rapped = rap(spoken(*LINE))
    assert Score.from_json(rapped.to_json()) == rapped
    assert [word.text for word in rapped.words] == list(LINE)
    assert len(rapped.words_timed) == 7


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"bpm": 5.0}, "bpm 5.0"),
        ({"beats_per_line": 0}, "beats_per_line 0"),
        ({"beats_per_line": 17}, "17"),
    ],
)
def test_numbers_out_of_range_are_refused(options: dict[str, float], message: str) -> None:
    with pytest.raises(ScoreError, match=message):
        rap(spoken(*LINE), **options)  # type: ignore[arg-type]


def test_clicks_are_on_the_beats() -> None:
    clicks = click_track(2.0, 24_000, bpm=120.0)
    assert clicks.shape == (48_000,)
    loud = np.flatnonzero(np.abs(clicks) > 0.01)
    begins = loud[np.flatnonzero(np.diff(loud, prepend=-10_000) > 5_000)]
    assert begins / 24_000 == pytest.approx([0.0, 0.5, 1.0, 1.5], abs=0.001)
    assert np.abs(clicks).max() <= 0.25
