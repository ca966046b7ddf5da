"""Pauses that the score wants silent are silent, whatever the networks murmur there."""

import numpy as np
import pytest

from steptts import TTS
from steptts.embedded.hushing import hushed
from steptts.embedded.planner import silent_end
from steptts.score import Score, ScorePhone

RATE = 24_000


def phone(symbol: str, seconds: float, energy: float) -> ScorePhone:
    return ScorePhone(symbol, mark=0, word=-1, duration=seconds, pitch=None, energy=energy)


def score(*phones: ScorePhone) -> Score:
    return Score(phones, words=(), voice="ava", language="en", text="")


def part(samples: np.ndarray, start: float, end: float) -> np.ndarray:
    return samples[round(start * RATE) : round(end * RATE)]


def test_noise_in_silent_pauses_is_removed_and_sound_is_left() -> None:
    said = score(
        phone("_", 0.2, -80), phone("a", 0.3, -20), phone(",", 0.3, -75), phone("a", 0.2, -20),
        phone(".", 0.2, -70), phone("_", 0.1, -80),
    )  # fmt: skip
    noise = np.ones(round(said.duration * RATE), np.float32)
    out = hushed(noise, said)
    for start, end in ((0, 0.13), (0.6, 0.73), (1.1, 1.3)):
        assert not part(out, start, end).any(), (start, end)
    for start, end in ((0.18, 0.55), (0.78, 1.05)):
        np.testing.assert_array_equal(part(out, start, end), 1.0)
    assert np.abs(np.diff(out)).max() < 2e-3  # no click


@pytest.mark.parametrize(("seconds", "energy"), [(0.4, -46.0), (0.12, -80.0)])
def test_loud_or_short_pauses_are_left_alone(seconds: float, energy: float) -> None:
    said = score(phone("a", 0.2, -20), phone(",", seconds, energy), phone("a", 0.2, -20))
    noise = np.ones(round(said.duration * RATE), np.float32)
    np.testing.assert_array_equal(hushed(noise, said), noise)


def test_only_the_pauses_after_the_last_sound_are_planned_silent() -> None:
    planned = [phone("a", 0.1, -20), phone(",", 0.1, -40), phone("a", 0.1, -20)]
    ended = silent_end([*planned, phone(".", 0.2, -46), phone("_", 0.1, -60)])
    assert [p.energy for p in ended] == [-20, -40, -20, -80, -80]


def test_sentences_of_the_shipped_model_end_in_silence() -> None:
    tts = TTS()
    text = "The harbor was full of small boats painted in bright colors."
    for voice in ("ava", "george"):
        audio = tts.speak(text, voice=voice)
        assert np.abs(audio.samples[-2400:]).max() < 1e-3  # -60 dB; ava reached -35 dB once
