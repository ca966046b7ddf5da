"""Copies are compared with their clips, with strangers, and with themselves under tags."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from steptts import TTS, Audio
from steptts.errors import AudioError
from steptts.evaluate import clone_suite
from steptts.evaluate.clone_cli import UNDERSTOOD
from steptts.evaluate.error_rate import Errors
from steptts.evaluate.judging_texts import JudgingText
from steptts.evaluate.spoken import Spoken
from steptts.evaluate.suites import Verdict, verdict_figures
from steptts.stages import FloatArray
from steptts.voice import Voice
from tests import fakes
from tests.cloning.speech import RATE, speech

TEXTS = [[JudgingText("Hello.", "en")]] * 2


class Ears:
    """Hears the strongest frequency: an arrow that turns with its logarithm."""

    def embed(self, waveform: FloatArray, sample_rate: int) -> FloatArray:
        strongest = np.abs(np.fft.rfft(waveform)).argmax() * sample_rate / len(waveform)
        angle = 2 * np.log(max(strongest, 20.0) / 100)
        return np.array([np.cos(angle), np.sin(angle)], np.float32)


class Mimic(fakes.FakeEngine):
    """Copies pitch and nothing else: a voice's first number is what it adds to 200 Hz."""

    def clone(self, recording: FloatArray, sample_rate: int, **told: str) -> Voice:  # type: ignore[override]
        strongest = np.abs(np.fft.rfft(recording)).argmax() * sample_rate / len(recording)
        made = super().clone(recording, sample_rate, **told)
        return replace(made, embedding=np.full(256, strongest - 200, np.float32))


@pytest.fixture
def clips(tmp_path: Path, packs: Path, monkeypatch: pytest.MonkeyPatch) -> list[Spoken]:
    """Two tones; the built-in voices' samples are a third."""
    monkeypatch.setattr("steptts.evaluate.clone_suite.packs_folder", lambda: packs)
    monkeypatch.setattr("steptts.voice.packs_folder", lambda: packs)
    for name in ("ava", "leo", "mei"):
        Audio(speech(1.0, hertz=500.0), RATE).save(packs / name / "sample.ogg")
    tones = []
    for name, hertz in (("low", 150.0), ("high", 300.0)):
        wave = np.sin(2 * np.pi * hertz * np.arange(RATE) / RATE).astype(np.float32)
        tones.append(Spoken("", "en", name, 0.5 * wave, RATE))
    return tones


def test_perfect_copies_are_alike_and_found(packs: Path, clips: list[Spoken]) -> None:
    tts = TTS(fakes.model(Mimic()), voices=packs)
    made = clone_suite.copies(tts, clips, TEXTS, Ears())
    figures = {f.name: f.value for f in clone_suite.likeness_figures(made, Ears())}
    assert figures["copy's cosine to its clip"] == pytest.approx(1.0, abs=0.01)
    assert figures["found among 2 clips"] == 1.0
    assert figures["copies' cosine to other clips"] < 0.5
    assert figures["pitch off, median semitones"] < 0.2


def test_copies_that_are_all_the_same_are_not_found(packs: Path, clips: list[Spoken]) -> None:
    tts = TTS(fakes.model(), voices=packs)
    made = clone_suite.copies(tts, clips, TEXTS, Ears())
    figures = {f.name: f.value for f in clone_suite.likeness_figures(made, Ears())}
    assert figures["found among 2 clips"] == 0.5


def test_one_clip_tells_nothing(packs: Path, clips: list[Spoken]) -> None:
    made = clone_suite.copies(TTS(fakes.model(), voices=packs), clips[:1], TEXTS[:1], Ears())
    with pytest.raises(AudioError, match="at least two"):
        clone_suite.likeness_figures(made, Ears())


def test_the_grid_has_a_drop_for_each_of_sixteen_cells(packs: Path, clips: list[Spoken]) -> None:
    tts = TTS(fakes.model(Mimic()), voices=packs)
    made = clone_suite.copies(tts, clips, TEXTS, Ears())
    figures = clone_suite.grid_figures(tts, made, Ears())
    assert len(figures) == 2 + 16
    assert figures[0].value == pytest.approx(0.0, abs=0.02)  # the fake hears no tag


def test_the_figures_of_what_is_understood_are_there_for_both_languages() -> None:
    verdicts = [
        Verdict("a", "en", "ava", 1.0, "a", Errors(10, 1, 1, 0)),
        Verdict("b", "zh", "ava", 1.0, "b", Errors(30, 0, 0, 3), Errors(30, 0, 0, 3)),
    ]
    assert set(UNDERSTOOD) < {figure.name for figure in verdict_figures(verdicts)}
