"""Prosody is measured, emotions are told apart, times are compared; on sounds made by formula."""

import numpy as np
import numpy.typing as npt
import pytest

from steptts.audio import Audio
from steptts.errors import AudioError, WeightsError
from steptts.evaluate.emotions import fit_judge, read_judge
from steptts.evaluate.judging_texts import JudgingText
from steptts.evaluate.prosody import FEATURES, prosody
from steptts.evaluate.tags_suite import (
    PAUSES_S,
    Coloured,
    coloured,
    emotion_figures,
    syllable_count,
    time_figures,
    word_figures,
)
from steptts.styles import EMOTIONS

RATE = 16_000
Samples = npt.NDArray[np.float32]


def buzz(hertz: npt.NDArray[np.float64], level: float = 0.2) -> Samples:
    """Ten harmonics; hertz per sample, 0 is silence."""
    phase = 2 * np.pi * np.cumsum(hertz) / RATE
    tone = sum(np.sin(k * phase) / k for k in range(1, 11))
    return (level * tone * (hertz > 0) / 2).astype(np.float32)


def glide(start: float, end: float, seconds: float) -> npt.NDArray[np.float64]:
    return np.geomspace(start, end, round(seconds * RATE))


def figure(samples: Samples, name: str, n_syllables: int = 4) -> float:
    return float(prosody(samples, RATE, n_syllables)[FEATURES.index(name)])


def test_pitch_its_slope_and_its_spread_are_measured() -> None:
    level, rising = buzz(glide(200, 200, 1.0)), buzz(glide(150, 300, 1.0))
    assert figure(level, "pitch") == pytest.approx(12 * np.log2(200), abs=0.1)
    assert figure(level, "pitch spread") < 0.1
    assert figure(rising, "pitch slope") == pytest.approx(12, abs=0.5)
    assert figure(rising, "final rise") > 2 > -2 > figure(buzz(glide(300, 150, 1.0)), "final rise")
    hook = np.concatenate([glide(150, 150, 0.7), glide(150, 300, 0.2), glide(300, 200, 0.1)])
    assert figure(buzz(hook), "final fall") > 3


def test_rate_pauses_and_loudness_are_measured() -> None:
    spoken, silent = glide(200, 200, 0.5), np.zeros(RATE // 4)
    samples = buzz(np.concatenate([silent, spoken, silent, spoken, silent]))
    assert figure(samples, "pauses") == pytest.approx(0.25 / 1.25, abs=0.04)
    assert figure(samples, "rate") == pytest.approx(np.log(4.0), abs=0.06)
    assert figure(2 * samples, "loudness") - figure(samples, "loudness") == pytest.approx(
        6, abs=0.1
    )


def test_a_tremor_is_more_than_a_level_pitch() -> None:
    times = np.arange(RATE) / RATE
    trembling = 200 * 2 ** (0.7 * np.sin(2 * np.pi * 7 * times) / 12)
    assert figure(buzz(trembling), "tremor") > 0.5
    assert figure(buzz(glide(200, 200, 1.0)), "tremor") < 0.05


def test_figures_of_a_click_are_finite() -> None:
    samples = np.zeros(RATE // 10, np.float32)
    samples[800] = 0.5
    assert np.isfinite(prosody(samples, RATE, 1)).all()


def judged() -> tuple[npt.NDArray[np.float64], list[str]]:
    generator = np.random.default_rng(0)
    centres = 3 * generator.standard_normal((2, len(FEATURES)))
    rows = np.concatenate([c + generator.standard_normal((40, len(FEATURES))) for c in centres])
    return rows, ["glad"] * 40 + ["sorry"] * 40


def test_classes_that_lie_apart_are_told_apart_also_from_json() -> None:
    rows, names = judged()
    judge = fit_judge(rows[::2], names[::2])
    assert [judge.recognise(row) for row in rows[1::2]] == names[1::2]
    again = read_judge(judge.to_json())
    assert [again.recognise(row) for row in rows] == names
    with pytest.raises(WeightsError, match="knows"):
        read_judge(judge.to_json().replace('"rate"', '"speed"'))


def test_the_shipped_judge_knows_every_emotion() -> None:
    assert set(read_judge().emotions) == set(EMOTIONS)


class Instrument:
    """Says everything as a buzz; higher the later the emotion stands in the list."""

    def __init__(self, drift: float = 0.0) -> None:
        self.drift = drift

    def speak(
        self,
        text: str,
        *,
        voice: str | None = None,
        speed: float = 1.0,
        duration: float | None = None,
    ) -> Audio:
        name = text[1:].partition(")")[0].partition(":")[0]
        height = EMOTIONS.index(name) + 1 if name in EMOTIONS else 0
        seconds = (duration or 1.0 / speed) * (1 + self.drift)
        tone = glide(120 * 2 ** (height / 6), 120 * 2 ** (height / 6), seconds)
        if "[pause " in text:
            pause = float(text.partition("[pause ")[2].partition("s]")[0])
            tone = np.concatenate([tone, np.zeros(round((pause + self.drift) * RATE)), tone])
        return Audio(buzz(tone), RATE)


TEXTS = [JudgingText("Hello there.", "en"), JudgingText("你好。", "zh")]


def test_what_is_said_in_turn_is_judged_against_its_own_neutral() -> None:
    said = list(coloured(Instrument(), TEXTS, ["a"]))
    assert [one.emotion for one in said[:10]] == ["neutral", *EMOTIONS]
    spread = np.random.default_rng(1).standard_normal((9 * 20, 12)) * 0.1
    rows = np.concatenate([np.eye(12)[:1] * 2 * (k + 1) for k in range(9) for _ in range(20)])
    judge = fit_judge(rows + spread, [name for name in EMOTIONS for _ in range(20)])
    figures = {f.name: f.value for f in emotion_figures(said, judge)}
    assert figures["emotions recognised, of 9"] == 1.0
    with pytest.raises(AudioError, match="nothing neutral"):
        emotion_figures([one for one in said if one.emotion == "sad"], judge)


def test_errors_of_emotions_are_compared_with_neutral_ones() -> None:
    from steptts.evaluate.recognizer import Transcript

    class Hears:
        def transcribe(
            self, waveform: Samples, sample_rate: int, language: str, *, timed: bool = False
        ) -> Transcript:
            return Transcript("hello" if waveform[0] else "hello there")

    quiet = np.zeros(100, np.float32)
    said: list[Coloured] = []
    for emotion, wave in (("neutral", quiet), ("sad", quiet), ("happy", quiet + 1)):
        from steptts.evaluate.spoken import Spoken

        spoken = Spoken("Hello there.", "en", "a", wave, RATE)
        said.append(Coloured(emotion, spoken, np.zeros(12)))
    figures = {f.name: f.value for f in word_figures(said, Hears())}
    assert figures["en: errors that emotions add"] == pytest.approx(0.25)
    assert figures["en: errors, happy (most)"] == pytest.approx(0.5)


def test_times_are_compared_with_what_was_asked_for() -> None:
    exact = {f.name: f.value for f in time_figures(Instrument(), TEXTS, ["a"])}
    assert max(exact.values()) < 2.0
    late = {f.name: f.value for f in time_figures(Instrument(0.1), TEXTS, ["a"])}
    assert late["window error, most"] == pytest.approx(0.1, abs=0.01)
    assert late["pause error, median"] == pytest.approx(100, abs=3)
    assert len(PAUSES_S) > 1


def test_syllables_are_counted_as_they_are_read() -> None:
    assert syllable_count(JudgingText("Seven tomatoes.", "en")) == 5
    assert syllable_count(JudgingText("你好吗？", "zh")) >= 3
