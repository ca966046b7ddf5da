"""The front ends agree with recorded numbers, each fed with the recorded input of its stage."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from safetensors.numpy import load_file

from steptts import features
from steptts.errors import AudioError, WeightsError
from tests.closeness import assert_close
from tests.recorded import golden, golden_json

Cases = dict[str, npt.NDArray[np.float32]]


@pytest.fixture(scope="module")
def cases() -> Cases:
    return load_file(golden("features") / "cases.safetensors")


@pytest.fixture(scope="module")
def cmvn() -> features.Cmvn:
    return features.read_cmvn(golden("features") / "am.mvn")


def test_the_filter_banks_are_those_of_slaney(cases: Cases) -> None:
    prompt = features.slaney_filters(22_050, 1024, 80, 0.0, 8_000.0)
    whisper = features.slaney_filters(16_000, 400, 128, 0.0, 8_000.0)
    assert_close("prompt mel filters", prompt, cases["mel_filters_22050_80"], 1e-7)
    assert_close("whisper filters", whisper, cases["whisper_mel_filters_128"], 1e-7)


def test_the_prompt_mel_equals_the_recorded_one(cases: Cases) -> None:
    mel = features.prompt_mel(cases["wave_22050"][0])
    assert mel.dtype == np.float32
    assert_close("prompt mel", mel, cases["prompt_mel"][0].T, 1e-3)


def test_the_whisper_log_mel_equals_the_recorded_one(cases: Cases) -> None:
    mel = features.whisper_log_mel(cases["wave_16000"][0])
    assert mel.dtype == np.float32
    assert_close("whisper log-mel", mel, cases["whisper_log_mel_128"][0], 2e-4)


def test_the_speaker_features_are_the_filter_bank_less_its_mean(cases: Cases) -> None:
    wave = cases["wave_16000"][0]
    raw = features.kaldi_fbank(wave, "povey")
    assert_close("speaker fbank", raw, cases["campplus_fbank_raw"], 5e-3)
    assert_close(
        "speaker fbank, centred", features.speaker_features(wave), cases["campplus_fbank"], 5e-3
    )


@pytest.mark.parametrize(("wave", "name"), [("wave_16000", "wave"), ("trimmed_16000", "trimmed")])
def test_the_linguistic_features_equal_the_recorded_ones(
    cases: Cases, cmvn: features.Cmvn, wave: str, name: str
) -> None:
    samples = cases[wave].reshape(-1)
    fbank = features.kaldi_fbank(samples * np.float32(32_768), "hamming")
    assert_close(f"{name} hamming fbank", fbank, cases[f"{name}_hamming_fbank"], 5e-3)
    stacked = features.stack_frames(fbank)
    assert_close(f"{name} lfr", stacked, cases[f"{name}_lfr"], 5e-3)
    assert_close(f"{name} lfr + cmvn", cmvn(stacked), cases[f"{name}_lfr_cmvn"], 2e-3)
    whole = features.linguistic_features(samples, cmvn)
    assert len(whole) == features.n_streamed_frames(samples.size)
    np.testing.assert_array_equal(whole, cmvn(stacked)[: len(whole)])


def test_the_statistics_are_read_as_written(cases: Cases, cmvn: features.Cmvn) -> None:
    np.testing.assert_array_equal(cmvn.shift, cases["cmvn_shift"].reshape(-1))
    np.testing.assert_array_equal(cmvn.rescale, cases["cmvn_rescale"].reshape(-1))


def test_the_frame_count_follows_the_streaming_front_end() -> None:
    for row in golden_json("features", "lfr_lengths.json")["rows"]:
        if row["streaming"] < 0:  # the reference raises an error
            continue
        assert features.n_streamed_frames(row["samples"]) == row["streaming"], row
        n_frames = max(0, (row["samples"] - 400) // 160 + 1)
        stacked = features.stack_frames(np.zeros((n_frames, 80), np.float32))
        assert len(stacked) == row["offline"], row


def test_a_clip_without_a_frame_gives_empty_features(cmvn: features.Cmvn) -> None:
    assert features.linguistic_features(np.ones(399, np.float32), cmvn).shape == (0, 560)
    assert features.speaker_features(np.ones(399, np.float32)).shape == (0, 80)


def test_a_clip_shorter_than_the_margin_is_refused_with_the_length_it_needs() -> None:
    with pytest.raises(AudioError, match="385"):
        features.prompt_mel(np.ones(384, np.float32))
    with pytest.raises(AudioError, match="201"):
        features.whisper_log_mel(np.ones(200, np.float32))
    assert features.prompt_mel(np.ones(385, np.float32)).shape == (80, 1)


def test_statistics_without_a_vector_are_refused_by_name(tmp_path: Path) -> None:
    broken = tmp_path / "am.mvn"
    broken.write_text("<Nnet> <AddShift> 2 2 <LearnRateCoef> 0 [ 1 2 ]")
    with pytest.raises(WeightsError, match="Rescale"):
        features.read_cmvn(broken)
    broken.write_text("<AddShift> 2 2 [ 1 2 ] <Rescale> 1 1 [ 1 ]")
    with pytest.raises(WeightsError, match="2 values, rescale 1"):
        features.read_cmvn(broken)
