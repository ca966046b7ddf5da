"""Whatever is sung to whatever melody: each vowel on its note, no sound lost, a valid score."""

from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steptts import Score
from steptts.score import joined
from steptts.score_edits import silence
from steptts.singing import Melody, Note, rap, sing
from steptts.singing.melody import BPM_RANGE
from steptts.singing.underlay import underlay
from steptts.text.phones import FIRST_VOWELS, is_pause, is_vowel
from tests.singing.made import spoken

WORDS = (
    "lˈɑ",
    "ðə",
    "stɹˈɛŋkθs",
    "ɡˈOɪŋ",
    "ˈI",
    "fˈIəɹ",
    "xau↓",
    "ɕi→an→",
    "mwo↘li↘xwa→",
    ",",
    "hm",
)
PARTS = st.lists(
    st.one_of(st.floats(0.05, 2.0), st.lists(st.sampled_from(WORDS), min_size=1, max_size=8)),
    min_size=1,
    max_size=4,
)
NOTES = st.builds(
    Note,
    st.one_of(st.none(), st.integers(57, 69)),
    st.sampled_from([0.25, 0.5, 1.0, 1.5, 3.0]),
    st.booleans(),
    st.booleans(),
)


def made(parts: list[float | list[str]]) -> Score:
    """Words are utterances that begin with a vowel at hand; numbers are exact pauses."""
    like = spoken("lˈɑ", ".")
    spoken_parts = [
        silence(part, like) if isinstance(part, float) else spoken("lˈɑ", *part, ".")
        for part in parts
    ]
    return joined([like, *spoken_parts])


def sounds(score: Score) -> list[str]:
    """Speech sounds in order; a vowel on several notes counts once, as its last symbol."""
    firsts = {last: first for last, first in FIRST_VOWELS.items()}
    out: list[str] = []
    for phone in score.phones:
        if is_pause(phone.symbol):
            continue
        if out and is_vowel(phone.symbol) and firsts.get(phone.symbol) == out[-1]:
            out[-1] = phone.symbol
            if out[-2:-1] == out[-1:]:  # equal vowels in a row count once, glided or not
                out.pop()
        elif not (out and out[-1] == phone.symbol and is_vowel(phone.symbol)):
            out.append(phone.symbol)
    return out


def paused(score: Score) -> float:
    return sum(part.duration for part in score.split() if part.is_silence)


@settings(max_examples=25, deadline=None)
@given(PARTS, st.lists(NOTES, min_size=1, max_size=9), st.floats(60, 120))
def test_a_song(parts: list[float | list[str]], notes: list[Note], bpm: float) -> None:
    score, melody = made(parts), Melody((Note(60, 1.0), *notes), bpm)
    sung = sing(score, melody, key=0)
    n_syllables = len(sing(score, Melody((Note(60, 1.0),)), key=0).notes)
    wanted = [one.onsets[0] * 60 / bpm for one in underlay(melody, n_syllables)]
    starts = list(accumulate((phone.duration for phone in sung.phones), initial=0.0))
    heard = [starts[note.start] for note in sung.notes]
    due = {round(time - wanted[0], 5) for time in wanted}
    if paused(score) == 0:
        assert due <= {round(time - heard[0], 5) for time in heard}
    assert sounds(sung) == sounds(score)
    assert Score.from_json(sung.to_json()) == sung
    assert [word.text for word in sung.words if word.text] == [w.text for w in score.words]
    assert all(phone.pitch for phone in sung.phones if is_vowel(phone.symbol))


@settings(max_examples=25, deadline=None)
@given(PARTS, st.floats(*BPM_RANGE), st.integers(1, 16))
def test_a_rap(parts: list[float | list[str]], bpm: float, beats: int) -> None:
    score = made(parts)
    rapped = rap(score, bpm=bpm, beats_per_line=beats)
    starts = list(accumulate((phone.duration for phone in rapped.phones), initial=0.0))
    steps = [starts[note.start] * bpm / 60 * 4 for note in rapped.notes]
    assert steps == pytest.approx([round(step) for step in steps], abs=1e-3)
    assert sorted(set(steps)) == steps
    assert [p.symbol for p in rapped.phones if p.is_speech] == [
        p.symbol for p in score.phones if p.is_speech
    ]
    assert Score.from_json(rapped.to_json()) == rapped
