"""A recording of any rate and level is brought to the same clip as in the reference."""

import numpy as np
import numpy.typing as npt
import pytest
from safetensors.numpy import load_file

from steptts import clip
from steptts.errors import AudioError
from tests.closeness import assert_close
from tests.recorded import golden, golden_json

Cases = dict[str, npt.NDArray[np.float32]]


@pytest.fixture(scope="module")
def cases() -> Cases:
    return load_file(golden("features") / "cases.safetensors")


@pytest.mark.parametrize(
    ("source", "rate_from", "rate_to", "result"),
    [
        ("wave_44100", 44_100, 22_050, "wave_22050"),
        ("wave_44100", 44_100, 16_000, "wave_16000"),
        ("wave_22050", 22_050, 16_000, "wave_22050_to_16000"),
        ("wave_48000_first_half_second", 48_000, 16_000, "wave_48000_to_16000"),
    ],
)
def test_resampling_equals_the_recorded_sinc(
    cases: Cases, source: str, rate_from: int, rate_to: int, result: str
) -> None:
    got = clip.resample(cases[source][0], rate_from, rate_to)
    assert got.dtype == np.float32
    assert_close(f"resample {rate_from} to {rate_to}", got, cases[result][0], 1e-5)


@pytest.mark.parametrize("rate_from", [8_000, 11_025, 12_345, 96_000])
def test_a_tone_survives_a_change_of_any_rate(rate_from: int) -> None:
    def tone(rate: int) -> npt.NDArray[np.float32]:
        return np.sin(2 * np.pi * 440 * np.arange(rate // 4) / rate).astype(np.float32)

    got = clip.resample(tone(rate_from), rate_from, 16_000)[200:-200]
    np.testing.assert_allclose(got, tone(16_000)[200 : 200 + got.size], atol=0.01)


def test_a_long_recording_is_resampled_in_blocks_without_a_seam(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wave = np.random.default_rng(1).standard_normal(5_000).astype(np.float32)
    whole = clip.resample(wave, 44_100, 16_000)
    monkeypatch.setattr(clip, "RESAMPLE_BLOCK", 333)
    np.testing.assert_array_equal(clip.resample(wave, 44_100, 16_000), whole)


def test_a_rate_that_is_not_positive_is_refused() -> None:
    with pytest.raises(AudioError, match="0 Hz"):
        clip.resample(np.zeros(10, np.float32), 0, 16_000)


def test_the_peak_is_brought_up_but_near_silence_is_not_blown_up(cases: Cases) -> None:
    wave = clip.normalise_peak(cases["wave_16000"])
    assert_close("peak normalisation", wave, cases["normalised_16000"], 1e-6)
    quiet = clip.normalise_peak(cases["quiet_input"])
    assert_close("peak normalisation, quiet", quiet, cases["quiet_normalised"], 1e-6)


@pytest.mark.parametrize(
    ("source", "result", "key"),
    [
        ("normalised_16000", "trimmed_16000", "trim"),
        ("trim2_input_16000", "trim2_output_16000", "trim2"),
    ],
)
def test_trimming_finds_the_recorded_bounds(
    cases: Cases, source: str, result: str, key: str
) -> None:
    recorded = golden_json("features", "meta.json")[key]
    wave = cases[source][0]
    assert clip.speech_bounds(wave) == (recorded["start"], recorded["end"])
    assert clip.speech_span(wave).length == recorded["out_len"]
    assert_close(f"{key}: trimmed samples", clip.trim_silence(wave), cases[result][0], 1e-6)


def test_a_span_covers_the_same_time_at_another_rate() -> None:
    span = clip.Span(start=-800, length=16_000, sample_rate=16_000).at(22_050)
    assert (span.start, span.length) == (-1_102, 22_050)
    cut = span.cut(np.ones(10_000, np.float32))
    assert cut[:1_102].sum() == 0
    assert cut[1_102:11_102].sum() == 10_000
    assert cut[11_102:].sum() == 0


@pytest.mark.parametrize("wave", [np.zeros(0, np.float32), np.zeros(16_000, np.float32)])
def test_silence_is_refused(wave: npt.NDArray[np.float32]) -> None:
    with pytest.raises(AudioError, match="no sound"):
        clip.speech_span(wave)
