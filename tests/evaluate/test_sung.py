"""Singing is judged by ear: tones of known pitch and onset are measured, wrong ones are found."""

from itertools import accumulate

import numpy as np
import pytest

from steptts import TTS
from steptts.audio import Audio
from steptts.evaluate.onsets import onset_errors
from steptts.evaluate.sung import (
    Heard,
    Lyrics,
    Performance,
    listened,
    lyrics,
    performed,
    rapped_figures,
    sung_figures,
    voices_by_language,
)
from steptts.score import Score
from steptts.singing import read_melody, sing
from steptts.stages import FloatArray
from steptts.text.phones import is_vowel
from tests.singing.made import spoken

RATE = 16_000
SONG = Lyrics("en", "la la la", "C4 E4 G4:2")


def buzz(seconds: float, hertz: float) -> FloatArray:
    """Ten harmonics of a pitch."""
    time = np.arange(round(seconds * RATE)) / RATE
    tones = (np.sin(2 * np.pi * k * hertz * time) / k for k in range(1, 11))
    return (0.1 * sum(tones)).astype(np.float32)  # type: ignore[union-attr]


def performance(late: float = 0.0, cents: float = 0.0) -> Performance:
    """Vowels as buzzes and soft consonants, as a perfect singer would, or one who errs."""
    score = sing(spoken("lˈɑ", "lˈɑ", "lˈɑ", "."), read_melody(SONG.melody), key=0)
    samples = np.zeros(round((score.duration + 1) * RATE), np.float32)
    starts = list(accumulate((phone.duration for phone in score.phones), initial=0.0))
    for phone, start in zip(score.phones, starts, strict=False):
        if phone.pitch is not None:
            hertz = float(np.median(phone.pitch)) * 2 ** (cents / 1200)
            sound = buzz(phone.duration, hertz) * (1.0 if is_vowel(phone.symbol) else 0.05)
            first = max(0, round((start + late) * RATE))
            samples[first : first + len(sound)] += sound
    return Performance(SONG, "ava", score, Audio(samples, RATE, (), score))


def figures(one: Performance) -> dict[str, float]:
    return {figure.name: figure.value for figure in sung_figures(*listened(iter([one])))}


def test_a_perfect_singer_makes_no_error() -> None:
    found = figures(performance())
    assert found["pitch error, median"] < 3
    assert found["pitch error, 90 %"] < 10
    assert found["note onset error, median"] <= 10
    assert found["onsets judged"] == 1.0
    assert found["sung vowels without pitch"] < 0.1


@pytest.mark.parametrize("late", [-0.08, 0.06])
def test_late_and_early_singers_are_found(late: float) -> None:
    assert figures(performance(late=late))["note onset bias"] == pytest.approx(late * 1e3, abs=12)


@pytest.mark.parametrize("cents", [-50.0, 40.0, 1200.0])
def test_singers_out_of_tune_are_found(cents: float) -> None:
    found = figures(performance(cents=cents))
    assert found["pitch error, median"] == pytest.approx(abs(cents), abs=5)


def test_a_whisperer_is_found() -> None:
    one = performance()
    noise = np.random.default_rng(0).standard_normal(len(one.audio.samples))
    hiss = Audio((0.05 * noise).astype(np.float32), RATE, (), one.score)
    heard, _ = listened(iter([one._replace(audio=hiss)]))
    assert heard.n_unvoiced > len(heard.cents)


def test_only_onsets_that_can_be_heard_are_judged() -> None:
    wave = np.concatenate([np.zeros(RATE // 2, np.float32), buzz(0.5, 200.0)])
    assert onset_errors(wave, RATE, [0.5, 0.75], [True, False]) == pytest.approx([0.0], abs=0.011)


def test_guessing_fails_the_measure() -> None:
    noise = np.random.default_rng(1).standard_normal(20 * RATE).astype(np.float32)
    due = np.arange(0.5, 19.5, 0.5).tolist()
    late = np.abs(onset_errors(noise, RATE, due, [True] * len(due)))
    assert np.median(late) > 0.04


def test_rap_is_judged_by_its_onsets_alone() -> None:
    heard = Heard(late=[0.01, -0.03, 0.02], n_hidden=1)
    found = {figure.name: figure.value for figure in rapped_figures(heard, {"ava": heard})}
    assert found["syllable onset error, median"] == pytest.approx(20)
    assert found["onsets judged"] == 0.75
    assert found["ava: onset error, median"] == pytest.approx(20)


@pytest.mark.parametrize("name", ["songs", "raps"])
def test_texts_of_both_splits_are_different_and_in_both_languages(name: str) -> None:
    test, dev = lyrics(name), lyrics(name, "dev")
    assert {own.language for own in test} == {own.language for own in dev} == {"en", "zh"}
    assert not {own.text for own in test} & {own.text for own in dev}
    assert len(lyrics(name, n=2)) == 4
    if name == "songs":
        assert all(read_melody(own.melody) for own in test + dev if own.melody)


def test_voices_take_turns_in_their_language() -> None:
    assert voices_by_language(["ava", "xiaoxiao", "emma"]) == {
        "en": ["ava", "emma"],
        "zh": ["xiaoxiao"],
    }
    assert len(voices_by_language([])["zh"]) >= 4


def test_a_text_is_sung_and_performed_from_the_score_that_is_judged(tts: TTS) -> None:
    [sung] = performed(tts, [SONG], {"en": ["ava"]}, rapped=False)
    [rapped] = performed(tts, [SONG], {"en": ["ava"]}, rapped=True)
    assert [note.pitch is None for note in sung.score.notes] == [False] * 3
    assert [note.pitch is None for note in rapped.score.notes] == [True] * 3
    assert isinstance(sung.audio.score, Score)
    assert sung.audio.duration == pytest.approx(sung.score.duration, abs=0.01)
