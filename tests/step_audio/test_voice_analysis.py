"""A recording of any rate is trimmed once, and every part of the analysis sees that clip."""

import numpy as np
import numpy.typing as npt
import pytest
from safetensors.numpy import load_file

from steptts.clip import resample, trim_silence
from steptts.errors import AudioError
from steptts.features import prompt_mel
from steptts.stages import FloatArray
from steptts.step_audio.voice_analysis import VoiceAnalysis
from tests.closeness import assert_close
from tests.recorded import golden, golden_json

Cases = dict[str, npt.NDArray[np.float32]]


class CountingTokenizer:
    """As many codes as the rate says; remembers what it heard."""

    codebook_size = 1_024

    def __init__(self, tokens_per_second: float) -> None:
        self.tokens_per_second = tokens_per_second
        self.heard: list[FloatArray] = []

    def encode(self, waveform: FloatArray) -> tuple[int, ...]:
        self.heard.append(waveform)
        return tuple(range(int(waveform.size / 16_000 * self.tokens_per_second + 1e-6)))


class LevelSpeaker:
    """The peak of what it heard."""

    def __init__(self) -> None:
        self.heard: list[FloatArray] = []

    def embed(self, waveform: FloatArray) -> FloatArray:
        self.heard.append(waveform)
        return np.full(192, np.abs(waveform).max(), np.float32)


Ears = tuple[CountingTokenizer, CountingTokenizer, LevelSpeaker]


@pytest.fixture
def ears() -> Ears:
    return CountingTokenizer(50 / 3), CountingTokenizer(25), LevelSpeaker()


@pytest.fixture
def analysis(ears: Ears) -> VoiceAnalysis:
    return VoiceAnalysis(*ears)


@pytest.fixture(scope="module")
def cases() -> Cases:
    return load_file(golden("features") / "cases.safetensors")


def bursts(seconds: float, rate: int) -> FloatArray:
    """A tone with half a second of silence before and after it."""
    n = int(seconds * rate)
    tone = 0.5 * np.sin(2 * np.pi * 300 * np.arange(n) / rate)
    return np.pad(tone, rate // 2).astype(np.float32)


def test_the_tokenizers_hear_the_recorded_trimmed_clip(
    analysis: VoiceAnalysis, ears: Ears, cases: Cases
) -> None:
    analysis(cases["wave_44100"][0], 44_100)
    linguistic, semantic, _ = ears
    assert_close("clip for the ids", linguistic.heard[0], cases["trimmed_16000"][0], 1e-5)
    np.testing.assert_array_equal(linguistic.heard[0], semantic.heard[0])


def test_mel_and_embedding_are_of_the_same_stretch_at_the_recordings_own_level(
    analysis: VoiceAnalysis, ears: Ears, cases: Cases
) -> None:
    reference = analysis(cases["wave_44100"][0], 44_100, "hello")
    seconds = cases["trimmed_16000"].size / 16_000
    n_groups = int(seconds / 0.12 + 1e-6)
    assert len(reference.audio_ids) == n_groups * 5
    assert reference.mel.shape == (80, round(n_groups * 0.12 * 22_050 / 256))
    whole = resample(cases["wave_44100"][0], 44_100, 22_050)
    trim_start = golden_json("features", "meta.json")["trim"]["start"]
    start = round((trim_start - 800) * 22_050 / 16_000)  # 50 ms are kept before it
    clip = whole[start : start + round(seconds * 22_050)]
    np.testing.assert_array_equal(reference.mel, prompt_mel(clip)[:, : reference.mel.shape[1]])
    raw = resample(cases["wave_44100"][0], 44_100, 16_000)
    assert ears[2].heard[0].size == cases["trimmed_16000"].size
    assert reference.speaker_embedding[0] == pytest.approx(np.abs(raw).max(), rel=1e-3)
    assert reference.transcript == "hello"


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 96_000])
def test_any_rate_gives_the_same_lengths(analysis: VoiceAnalysis, rate: int) -> None:
    reference = analysis(bursts(2.0, rate), rate)
    seconds = 0.27 + 2.0
    assert len(reference.audio_ids) == pytest.approx(seconds / 0.12 * 5, abs=5)
    assert reference.mel.shape[1] == round(len(reference.audio_ids) / 41.6667 * 86.13)


def test_channels_are_averaged(analysis: VoiceAnalysis) -> None:
    one = bursts(1.5, 16_000)
    reference = analysis(np.stack([one, np.zeros_like(one)]), 16_000)
    assert reference.speaker_embedding[0] == pytest.approx(0.25, rel=1e-2)


def test_a_trimmed_recording_stays_as_it_is_trimmed(analysis: VoiceAnalysis, ears: Ears) -> None:
    analysis(bursts(1.5, 16_000), 16_000)
    heard = ears[0].heard[0]
    assert abs(trim_silence(heard).size - heard.size) <= 240


@pytest.mark.parametrize(
    ("recording", "error"),
    [
        (np.zeros(32_000, np.float32), "no sound"),
        (np.full(32_000, np.nan, np.float32), "not finite"),
        (bursts(0.4, 16_000), "at least 1.0 s"),
        (bursts(31.0, 16_000), "at most 30.0 s"),
        (np.zeros((1, 2, 3), np.float32), r"shape \[1, 2, 3\]"),
    ],
)
def test_recordings_that_cannot_be_copied_are_refused(
    analysis: VoiceAnalysis, recording: FloatArray, error: str
) -> None:
    with pytest.raises(AudioError, match=error):
        analysis(recording, 16_000)
