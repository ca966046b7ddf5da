"""An exact pause is as long as it is heard, though the last phone holds silence too."""

from pathlib import Path

import numpy as np
import pytest

from steptts import TTS, Score, Voice
from steptts.evaluate.timing import longest_silence
from steptts.stages import FloatArray
from tests import fakes


class Murmuring(fakes.FakeEngine):
    """Falls silent 50 ms before its last phone ends, and begins 20 ms after its first begins."""

    late: float = 0.0

    def perform(self, score: Score, voice: Voice, *, seed: int) -> FloatArray:
        samples = super().perform(score, voice, seed=seed)
        spoken = [i for i, phone in enumerate(score.phones) if phone.is_speech]
        before = sum(phone.duration for phone in score.phones[: spoken[0]])
        after = sum(phone.duration for phone in score.phones[spoken[-1] + 1 :])
        samples[: round((before + 0.02) * self.sample_rate)] = 0
        samples[len(samples) - round((after + 0.05 - self.late) * self.sample_rate) :] = 0
        return samples


@pytest.mark.parametrize("late", [0.0, 0.1])
@pytest.mark.parametrize("pause", [0.3, 0.8])
def test_a_pause_is_heard_as_long_as_it_is_written(packs: Path, pause: float, late: float) -> None:
    engine = Murmuring()
    engine.late = late
    tts = TTS(fakes.model(engine), voices=packs)
    audio = tts.speak(f"One. [pause {pause}s] Two.")
    heard = longest_silence(np.asarray(audio.samples), audio.sample_rate)
    assert heard == pytest.approx(pause, abs=0.01)
    one, two = audio.words
    assert two.start - one.end == pytest.approx(pause, abs=1e-3)
    assert audio.score is not None
    assert audio.duration == pytest.approx(audio.score.duration, abs=1e-3)


def test_what_is_cut_beside_a_pause_comes_back_at_the_end_of_a_window(packs: Path) -> None:
    tts = TTS(fakes.model(Murmuring()), voices=packs)
    audio = tts.speak("One two. [pause 0.4s] Two three.", duration=2.0)
    assert audio.duration == pytest.approx(2.0, abs=1e-3)
    heard = longest_silence(np.asarray(audio.samples), audio.sample_rate)
    assert heard == pytest.approx(0.4, abs=0.01)


def test_without_a_pause_nothing_is_cut(packs: Path) -> None:
    tts = TTS(fakes.model(Murmuring()), voices=packs)
    assert tts.speak("One.").duration == pytest.approx(tts.score("One.").duration, abs=1e-3)
