"""The suites put speech and judges together; fakes stand in for both."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from steptts.errors import AudioError
from steptts.evaluate.error_rate import Errors
from steptts.evaluate.judging_texts import JudgingText
from steptts.evaluate.pitch import PitchPoint
from steptts.evaluate.recognizer import HeardWord, Transcript
from steptts.evaluate.similarity import normalised, shorten_silence, windows
from steptts.evaluate.spoken import Spoken, read_folder, write_folder
from steptts.evaluate.suites import (
    Verdict,
    judge,
    pitch_figures,
    similarity_figures,
    verdict_figures,
)
from steptts.evaluate.systems import render
from steptts.evaluate.timing import longest_silence, onset_errors
from steptts.score import TimedWord

RATE = 16_000
Wave = npt.NDArray[np.float32]


def spoken(text: str, voice: str = "", level: float = 0.1) -> Spoken:
    language = "zh" if text > "\u4e00" else "en"
    return Spoken(text, language, voice, np.full(RATE, level, np.float32), RATE)


class Parrot:
    """Hears everything as it is told."""

    def __init__(self, *heard: str) -> None:
        self.heard = iter(heard)

    def transcribe(
        self, waveform: Wave, sample_rate: int, language: str, *, timed: bool = False
    ) -> Transcript:
        return Transcript(next(self.heard))


class Loudness:
    """Likes loud speech; tells voices by their level."""

    def score(self, waveform: Wave, sample_rate: int) -> float:
        return float(waveform[0]) * 10

    def embed(self, waveform: Wave, sample_rate: int) -> Wave:
        angle = float(waveform[0])
        return np.array([np.cos(angle), np.sin(angle)], np.float32)


def figures_of(*named: object) -> dict[str, float]:
    return {figure.name: figure.value for figure in named}  # type: ignore[attr-defined]


def test_words_and_naturalness_are_reported_by_language_and_voice() -> None:
    speech = [spoken("one two", "a"), spoken("three four", "b"), spoken("你好", "a", 0.4)]
    verdicts = judge(speech, recognizer=Parrot("one", "three four", "你号"), naturalness=Loudness())
    figures = figures_of(*verdict_figures(verdicts))
    assert figures["word errors"] == pytest.approx(1 / 4)
    assert figures["toned syllable errors"] == pytest.approx(1 / 2)
    assert figures["toneless syllable errors"] == 0
    assert figures["naturalness (DistillMOS)"] == pytest.approx(2.0)
    assert figures["a: naturalness"] == pytest.approx(2.5)
    assert figures["b: errors"] == 0


def test_no_speech_is_an_error_and_not_a_perfect_score() -> None:
    with pytest.raises(AudioError, match="no speech"):
        judge([], naturalness=Loudness())


def test_voices_that_stay_themselves_are_found() -> None:
    speech = [spoken("x", "low", 0.1), spoken("y", "low", 0.2)]
    speech += [spoken("x", "high", 1.0), spoken("y", "high", 1.1)]
    figures = figures_of(*similarity_figures(speech, Loudness(), reference=speech))
    assert figures["cosine to own voice"] == pytest.approx(np.cos(0.1))
    assert figures["found among 2 voices"] == 1
    assert figures["found among 2 references"] == 1
    assert figures["cosine to other voices"] < 0.8


def test_one_voice_alone_cannot_be_compared() -> None:
    with pytest.raises(AudioError, match="2 voices"):
        similarity_figures([spoken("x", "low"), spoken("y", "low")], Loudness())


def test_pitch_needs_a_pitch_that_was_asked_for() -> None:
    with pytest.raises(AudioError, match="asked for"):
        pitch_figures([spoken("x")])


def test_likeness_is_zero_for_strangers_and_one_for_the_same_voice() -> None:
    assert normalised(0.57) == pytest.approx(0)
    assert normalised(0.91) == pytest.approx(1)


def test_voices_take_turns_change_with_the_seed_and_speak_only_what_they_can() -> None:
    class Teller:
        languages = ("en",)

        def speak(self, text: JudgingText, *, voice: str, seed: int) -> Spoken:
            return spoken(f"{text.text} {voice} {seed}")

    texts = [JudgingText("x", "en"), JudgingText("你", "zh"), JudgingText("y", "en")]
    told = [s.text for s in render(Teller(), texts, voices=["a", "b"], seeds=2)]
    assert told == ["x a 0", "y b 0", "x b 1", "y a 1"]


def test_a_folder_gives_back_what_was_written(tmp_path: Path) -> None:
    words = (TimedWord("hello", 0.1, 0.4),)
    one = Spoken(
        "hello", "en", "ava", np.full(800, 0.25, np.float32), 8_000, (PitchPoint(0.1, 99.5),), words
    )
    list(write_folder(tmp_path / "new", iter([one, spoken("你好")])))
    [read] = read_folder(tmp_path / "new", language="en")
    assert (read.text, read.voice, read.sample_rate) == ("hello", "ava", 8_000)
    assert (read.pitch, read.words) == (one.pitch, words)
    np.testing.assert_allclose(read.waveform, one.waveform, atol=1e-4)


def test_a_folder_is_never_overwritten(tmp_path: Path) -> None:
    list(write_folder(tmp_path, iter([spoken("x")])))
    with pytest.raises(AudioError, match="already"):
        list(write_folder(tmp_path, iter([spoken("y")])))


@pytest.mark.parametrize(
    ("line", "message"),
    [("{", "not JSON"), ('{"file": "a.wav"}', '"text"'), ('{"text": "x", "id": "gone"}', "'gone'")],
)
def test_a_bad_index_names_its_fault(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "texts.jsonl").write_text(line, encoding="utf-8")
    with pytest.raises(AudioError, match=message):
        list(read_folder(tmp_path))


def test_a_folder_without_an_index_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="exactly one"):
        list(read_folder(tmp_path))


def test_onsets_of_words_heard_as_written_are_compared() -> None:
    planned = [TimedWord("Good", 0.1, 0.3), TimedWord("day", 0.4, 0.6), TimedWord("all", 0.7, 0.9)]
    heard = [HeardWord("good", 0.15, 0.3), HeardWord("old", 0.4, 0.6), HeardWord("all.", 0.6, 0.9)]
    assert onset_errors(planned, heard) == pytest.approx([0.05, -0.1])


def test_the_longest_inner_silence_is_measured() -> None:
    sound, gap = np.full(1_600, 0.1, np.float32), np.zeros(4_800, np.float32)
    ends = np.zeros(9_000, np.float32)
    wave: Wave = np.concatenate([ends, sound, gap, sound, gap[:100], sound, ends])
    assert longest_silence(wave, RATE) == pytest.approx(0.3)
    assert longest_silence(ends, RATE) == 0


def test_long_silences_are_shortened_before_voices_are_compared() -> None:
    rng = np.random.default_rng(0)
    speech = rng.normal(0, 0.1, RATE).astype(np.float32)
    wave: Wave = np.concatenate([speech, np.zeros(RATE, np.float32), speech])
    assert len(shorten_silence(wave)) == pytest.approx(2.2 * RATE, abs=320)


def test_a_silent_voice_is_refused() -> None:
    with pytest.raises(AudioError, match="silent"):
        shorten_silence(np.zeros(RATE, np.float32))


@pytest.mark.parametrize(("n_frames", "n_windows"), [(50, 1), (160, 1), (237, 2), (400, 4)])
def test_windows_cover_the_frames(n_frames: int, n_windows: int) -> None:
    cut = windows(np.ones((n_frames, 40), np.float32))
    assert cut.shape == (n_windows, 160, 40)


def test_rendering_is_lazy_so_that_figures_come_early() -> None:
    class Once:
        languages = ("en",)
        n_spoken = 0

        def speak(self, text: JudgingText, *, voice: str, seed: int) -> Spoken:
            self.n_spoken += 1
            return spoken(text.text)

    system = Once()
    speech: Iterator[Spoken] = render(system, [JudgingText("x", "en")] * 5, voices=[""], seeds=1)
    next(speech)
    assert system.n_spoken == 1


def test_two_languages_keep_their_figures_and_share_what_was_put_in_or_left_out() -> None:
    verdicts = [
        Verdict("a", "en", "ava", 1.0, "a", Errors(10, 1, 1, 0)),
        Verdict("b", "zh", "ava", 1.0, "b", Errors(30, 0, 0, 3), Errors(30, 0, 0, 3)),
    ]
    figures = figures_of(*verdict_figures(verdicts))
    assert figures["en: insertions + deletions"] == pytest.approx(0.1)
    assert figures["zh: insertions + deletions"] == pytest.approx(0.1)
    assert figures["zh: - deletions"] == pytest.approx(0.1)
    assert figures["en: - deletions"] == 0
    assert figures["insertions + deletions"] == pytest.approx(4 / 40)
    names = [figure.name for figure in verdict_figures(verdicts)]
    assert len(set(names)) == len(names)
