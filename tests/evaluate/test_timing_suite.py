"""Pauses, speed and word times of a system that keeps its word, and of ones that do not."""

import numpy as np
import numpy.typing as npt
import pytest

from steptts.errors import AudioError
from steptts.evaluate.judging_texts import JudgingText
from steptts.evaluate.recognizer import HeardWord, Transcript
from steptts.evaluate.spoken import Spoken
from steptts.evaluate.systems import Ours
from steptts.evaluate.timing_suite import pause_figures, speed_figures, word_figures
from steptts.score import TimedWord
from steptts.tts import TTS

RATE = 8_000
TEXTS = [JudgingText(text, "en") for text in ("One.", "Two.", "Three.", "Four.")]


class Clockwork:
    """A buzz of half a second each side of a pause; `slip` seconds are added to each pause."""

    def __init__(self, slip: float = 0.0, drift: float = 1.0) -> None:
        self.slip, self.drift = slip, drift

    def speak(self, text: JudgingText, *, voice: str, seed: int, speed: float = 1.0) -> Spoken:
        sound = np.full(round(RATE * 0.5 / speed**self.drift), 0.1, np.float32)
        before, _, rest = text.text.partition("[pause ")
        pause = float(rest.partition("s]")[0]) + self.slip if rest else 0.0
        gap = np.zeros(round(RATE * pause), np.float32)
        return Spoken(before, "en", voice, np.concatenate([sound, gap, sound]), RATE)


class Clock:
    """Hears "one" after half a second."""

    def transcribe(
        self,
        waveform: npt.NDArray[np.float32],
        sample_rate: int,
        language: str,
        *,
        timed: bool = False,
    ) -> Transcript:
        return Transcript("one", (HeardWord("one", 0.5, 0.7),) if timed else ())


def test_exact_pauses_have_no_excess_and_short_ones_are_seen() -> None:
    exact = {f.name: f.value for f in pause_figures(Clockwork(), TEXTS, [""])}
    assert exact["shortest silence less exact pause"] == pytest.approx(0, abs=0.2)
    short = {f.name: f.value for f in pause_figures(Clockwork(slip=-0.1), TEXTS, [""])}
    assert short["shortest silence less exact pause"] == pytest.approx(-100, abs=0.2)


def test_speed_is_exact_or_its_error_is_told() -> None:
    assert all(f.value < 1e-3 for f in speed_figures(Clockwork(), TEXTS, [""]))
    lazy = {f.name: f.value for f in speed_figures(Clockwork(drift=0.0), TEXTS, [""])}
    assert lazy["duration error at speed 1.25"] == pytest.approx(0.25)


def test_word_onsets_are_compared_with_the_plan() -> None:
    wave = np.full(RATE, 0.1, np.float32)
    planned = Spoken("One.", "en", "", wave, RATE, words=(TimedWord("One", 0.42, 0.7),))
    figures = {f.name: f.value for f in word_figures([planned], Clock())}
    assert figures["word onset error, median"] == pytest.approx(80)
    assert figures["word onset bias"] == pytest.approx(80)
    with pytest.raises(AudioError, match="no planned word"):
        word_figures([Spoken("One.", "en", "", wave, RATE)], Clock())


def test_our_own_speech_carries_the_pitch_and_the_words_of_its_score(tts: TTS) -> None:
    ours = Ours()
    ours._tts = tts
    spoken = ours.speak(JudgingText("Hello there.", "en"), voice="", seed=0)
    assert spoken.duration > 0
    assert [word.text for word in spoken.words] == ["Hello", "there"]
    n_phones = len(tts.score("Hello there.").phones)
    assert len(spoken.pitch) == 3 * n_phones
