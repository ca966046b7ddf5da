"""A clip becomes a voice with its pitch and its facts; consent is asked for; tags still act."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from steptts.cloning.cloner import Wish, clone, least_likeness
from steptts.cloning.pitch import moved, of_score
from steptts.errors import AudioError, VoiceError
from steptts.score import Score, ScorePhone
from steptts.stages import FloatArray
from steptts.voice import Voice
from tests.cloning.speech import RATE, speech

WISH = Wish("me", "my own voice")


class Ears:
    """An encoder that hears where the strongest band lies: speakers of other formants differ."""

    def embed(self, features: FloatArray, pitch: FloatArray) -> FloatArray:
        embedding = np.full(256, 0.01, np.float32)
        embedding[features.mean(axis=0).argmax() // 10] = 1
        return embedding


def plan(text: str, language: str, voice: Voice) -> Score:
    """Two phones at 200 Hz, give or take a semitone, whoever speaks."""
    phones = tuple(ScorePhone("AA", 0, 0, 0.2, (hz, hz, hz), -20.0) for hz in (188.8, 200.0, 211.9))
    return Score(phones, (), voice.name, language, text)


def made(recording: FloatArray, wish: Wish = WISH) -> Voice:
    return clone(Ears(), plan, "of-the-tests", recording, RATE, wish)


def test_the_planned_pitch_is_moved_to_the_clips() -> None:
    voice = made(speech(5.0, hertz=100.0))
    clip = voice.facts.clip
    assert clip is not None
    assert clip.pitch_hz == pytest.approx(100, rel=0.03)
    assert voice.facts.pitch_shift == pytest.approx(-12, abs=0.5)
    spoken = moved(plan("", "en", voice), voice.facts.pitch_shift, voice.facts.pitch_scale)
    assert of_score(spoken).hertz == pytest.approx(clip.pitch_hz, rel=0.02)


def test_the_planned_movements_are_scaled_to_the_clips() -> None:
    voice = made(speech(5.0))
    assert voice.facts.clip is not None
    wanted = voice.facts.clip.pitch_range
    planned = of_score(plan("", "en", voice)).spread * 12 / np.log(2)
    assert voice.facts.pitch_scale == pytest.approx(np.clip(wanted / planned, 0.6, 1.6), rel=0.02)


def test_facts_say_where_the_voice_comes_from(tmp_path: Path) -> None:
    voice = made(speech(5.0), replace(WISH, source="me.wav", transcript="你好"))
    again = Voice.load(voice.save(tmp_path / "me.voice"))
    assert again.facts == voice.facts
    assert again.facts.consent == "my own voice"
    assert again.facts.language == "zh"
    assert again.facts.clip is not None
    assert len(again.facts.clip.sha256) == 64
    assert again.facts.source == "me.wav"


def test_other_samples_have_another_hash() -> None:
    one, two = (made(speech(5.0, seed=seed)).facts.clip for seed in (0, 1))
    assert one is not None
    assert two is not None
    assert one.sha256 != two.sha256


@pytest.mark.parametrize("consent", ["", "  "])
def test_no_consent_no_copy(consent: str) -> None:
    with pytest.raises(VoiceError, match="consent"):
        made(speech(5.0), Wish("me", consent))


def test_a_name_that_is_a_path_is_refused() -> None:
    with pytest.raises(VoiceError, match="name"):
        made(speech(5.0), Wish("../me", "yes"))


def test_a_clip_without_pitch_is_refused() -> None:
    hiss = np.random.default_rng(0).standard_normal(5 * RATE).astype(np.float32)
    steps = np.repeat(np.tile([1.0, 0.02], 20), 2000)[: 5 * RATE]
    with pytest.raises(AudioError, match="pitch"):
        made((0.2 * hiss * steps).astype(np.float32))


def test_two_voices_in_one_clip_are_refused() -> None:
    first = speech(6.0, hertz=110.0, formant=500.0)
    second = speech(6.0, hertz=220.0, formant=2_400.0, seed=1)
    with pytest.raises(AudioError, match="more than one voice"):
        made(np.concatenate([first, second]))


def test_a_change_of_voice_is_found_wherever_it_is() -> None:
    rng = np.random.default_rng(0)
    one = rng.standard_normal(128)
    alike = np.stack([one + 0.1 * rng.standard_normal(128) for _ in range(6)])
    assert least_likeness(alike) > 0.9
    for place in (2, 3, 4):
        assert least_likeness(np.concatenate([alike[:place], -alike[place:]])) < 0
    assert least_likeness(np.stack([one, -one, one])) == 1.0  # too few to tell


def test_a_voice_without_corrections_is_left_alone() -> None:
    score = plan("", "en", made(speech(5.0)))
    assert moved(score, 0.0, 1.0) is score
