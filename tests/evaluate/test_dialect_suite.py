"""Dialects are judged by the tones that sound and the words that are heard."""

from dataclasses import replace

import numpy as np
import pytest

from steptts.audio import Audio
from steptts.dialects import dialect_of, toned
from steptts.errors import AudioError, TagError
from steptts.evaluate.dialect_suite import (
    dialect_figures,
    tone_figures,
    toneless_errors,
    word_figures,
)
from steptts.evaluate.folding_dialects import RULES, folded
from steptts.evaluate.recognizer import Transcript
from steptts.evaluate.tone_contours import asked_semitones
from steptts.score import Score, joined
from steptts.stages import FloatArray
from tests.dialects.scores import spoken

RATE = 16_000


def sounding(score: Score, *, mirrored: bool = False) -> Audio:
    """A buzz that follows a score's pitch, or its mirror image; silent in the pauses."""
    times = np.arange(round(score.duration * RATE)) / RATE
    semitones = asked_semitones(score, times)
    if mirrored:
        semitones = 2 * semitones.mean() - semitones
    phase = 2 * np.pi * np.cumsum(2 ** (semitones / 12)) / RATE
    buzz = sum(np.sin(k * phase) / k for k in range(1, 6))
    ends = np.cumsum([phone.duration for phone in score.phones])
    owner = np.minimum(np.searchsorted(ends, times, side="right"), len(ends) - 1)
    loud = np.array([phone.is_speech for phone in score.phones])[owner]
    return Audio((0.2 * buzz * loud).astype(np.float32), RATE, (), score)


@pytest.fixture(scope="module")
def score() -> Score:
    return joined([spoken()] * 5)


def by_name(figures: list) -> dict[str, float]:  # type: ignore[type-arg]
    return {figure.name: figure.value for figure in figures}


@pytest.mark.parametrize("name", sorted(RULES))
def test_tones_that_sound_as_specified_are_found_to_do_so(name: str, score: Score) -> None:
    speech = [sounding(toned(score, name))]
    figures = by_name(tone_figures(dialect_of(name), speech))
    for tone in (1, 2, 3, 4):
        assert figures[f"{name}, tone {tone}: correlation with the pitch asked for"] > 0.95
    assert figures[f"{name}: correlation of levels heard with the letters"] > 0.9
    assert max(v for k, v in figures.items() if "levels away" in k) < 0.5
    assert figures[f"{name}: places of 5 a rhyme without pitch"] < 0.1


def test_pitch_that_moves_the_other_way_does_not_pass(score: Score) -> None:
    speech = [sounding(toned(score, "sichuanese"), mirrored=True)]
    figures = by_name(tone_figures(dialect_of("sichuanese"), speech))
    assert figures["sichuanese, tone 4: correlation with the pitch asked for"] < 0.5
    assert figures["sichuanese: correlation of levels heard with the letters"] < 0.5


def test_standard_tones_do_not_pass_for_those_of_a_dialect(score: Score) -> None:
    figures = by_name(tone_figures(dialect_of("sichuanese"), [sounding(score)]))
    assert figures["sichuanese: correlation of levels heard with the letters"] < 0.8


def test_a_tone_heard_too_rarely_is_an_error() -> None:
    with pytest.raises(AudioError, match="give more texts"):
        tone_figures(dialect_of("taiwan"), [sounding(toned(spoken(), "taiwan"))])


@pytest.mark.parametrize(
    ("dialect", "syllables", "merged"),
    [
        ("sichuanese", "zhi chi shi ri ren", "zi ci si zi zen"),
        ("sichuanese", "lan nan li ni lv lue", "nan nan li ni lv nue"),
        ("sichuanese", "sheng xing deng dang feng hu hua", "sen xin den dang fong fu hua"),
        ("taiwan", "zhang shi feng bing lan hu", "zang si fong bin lan hu"),
        ("northeastern", "ri ren re rang rong ru bo po zhe", "yi yin ye yang yong yu be pe ze"),
    ],
)
def test_what_a_dialect_merges_is_folded(dialect: str, syllables: str, merged: str) -> None:
    assert " ".join(folded(syllables.split(), dialect)) == merged


def test_mergers_are_no_errors_but_other_sounds_are() -> None:
    assert toneless_errors("老师", "脑丝", "sichuanese").total == 0
    assert toneless_errors("老师", "脑丝", "taiwan").total == 1
    assert toneless_errors("老师", "脑袋", "sichuanese").total == 1


def test_a_dialect_stands_beside_the_standard_folded_alike() -> None:
    figures = by_name(word_figures("sichuanese", ["老师好"], ["老斯搞"], ["脑斯搞了"]))
    assert figures["sichuanese: toneless errors of standard speech"] == pytest.approx(1 / 3)
    assert figures["sichuanese: toneless errors"] == pytest.approx(2 / 3)
    assert figures["sichuanese: above standard, in points"] == pytest.approx(1 / 3)


class Parrot:
    """Hears the same words in everything."""

    def transcribe(
        self, waveform: FloatArray, sample_rate: int, language: str, *, timed: bool = False
    ) -> Transcript:
        assert language == "zh"
        return Transcript("妈妈")


def test_each_voice_speaks_its_texts_plain_and_with_the_tag(score: Score) -> None:
    asked: list[tuple[str, str]] = []

    def speak(text: str, voice: str) -> Audio:
        asked.append((text, voice))
        return sounding(toned(replace(score, text=text), "taiwan"))

    heard: list[str] = []
    figures = dialect_figures(
        speak,
        ["妈妈", "马"],
        ["a", "b"],
        ["taiwan"],
        Parrot(),
        lambda text, said: heard.append(said),
    )
    assert asked == [("妈妈", "a"), ("马", "b"), ("(taiwan)妈妈", "a"), ("(taiwan)马", "b")]
    assert heard == ["妈妈", "妈妈"]
    assert by_name(figures)["taiwan: toneless errors"] == pytest.approx(1 / 3)


def test_an_unknown_dialect_is_refused() -> None:
    with pytest.raises(TagError, match="no dialect"):
        dialect_figures(lambda text, voice: sounding(spoken()), ["好"], ["a"], ["elvish"])
