"""The vocoder agrees with the recorded reference and gives one waveform however it is fed."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from safetensors.torch import load_file  # noqa: E402
from torch import Tensor  # noqa: E402

from steptts.errors import AudioError, WeightsError  # noqa: E402
from steptts.nets.harmonic_source import frame_phases  # noqa: E402
from steptts.nets.hift import HiftConfig, fold_weight_norm, inverse_transform, transform  # noqa: E402
from steptts.stages import FloatArray  # noqa: E402
from steptts.torch_stages import vocoder as stage  # noqa: E402
from steptts.torch_stages.vocoder import HiftVocoder, load_vocoder  # noqa: E402
from tests.closeness import assert_close  # noqa: E402
from tests.recorded import golden, golden_json  # noqa: E402
from tests.recorded_cases import case_names, of_case  # noqa: E402

Case = dict[str, Tensor]
RATE = 22_050
FILE = golden("hift") / "cases.safetensors"
NOISY = case_names(FILE, "random_noise")


def config() -> HiftConfig:
    recorded = golden_json("hift", "config.json")
    channels = recorded["f0_predictor"]["cond_channels"]
    return HiftConfig(recorded["in_channels"], recorded["base_channels"], channels, RATE)


def tensors() -> Case:
    return load_file(golden("hift") / "model.safetensors")


@pytest.fixture(scope="module")
def vocoder() -> HiftVocoder:
    return load_vocoder(tensors(), config())


@pytest.fixture(scope="module")
def cases() -> Case:
    return load_file(FILE)


@pytest.fixture(scope="module", params=case_names(FILE, "mel"))
def case(request: pytest.FixtureRequest, cases: Case) -> Case:
    return of_case(cases, request.param)


def a_mel(frames: int) -> FloatArray:
    rng = np.random.default_rng(11)
    smooth = np.cumsum(rng.standard_normal((80, frames), dtype=np.float32) * 0.3, axis=1)
    return (np.tanh(smooth) * 2 - 4).astype(np.float32)


def test_the_transforms_equal_the_recorded_ones(cases: Case) -> None:
    spectrum = transform(cases["stft.waveform"][:, None])
    assert_close("hift stft", spectrum, cases["stft.real_imag"], 1e-5)
    wave = inverse_transform(cases["istft.magnitude"], cases["istft.phase"])
    assert_close("hift istft", wave, cases["istft.waveform"], 1e-4)


def test_the_pitch_equals_the_recorded_one(vocoder: HiftVocoder, case: Case) -> None:
    assert_close("hift f0, Hz", vocoder.network.f0_predictor(case["mel"]), case["f0"], 1e-3)


@pytest.mark.parametrize("kind", ["f0", "f0_hand"])
def test_the_source_equals_the_recorded_one(vocoder: HiftVocoder, case: Case, kind: str) -> None:
    start, _ = frame_phases(case[kind], RATE)
    source = vocoder.network.m_source(case[kind], start, None, None)
    assert_close(f"hift source of {kind}", source, case[f"source_from_{kind}"], 5e-4)


@pytest.mark.parametrize("name", NOISY)
def test_given_phases_and_noise_give_the_recorded_source(
    vocoder: HiftVocoder, cases: Case, name: str
) -> None:
    case = of_case(cases, name)
    phases = case["random_phase"][:, :, 0].clone()
    phases[:, 0] = 0
    start, _ = frame_phases(case["f0_hand"], RATE)
    source = vocoder.network.m_source(case["f0_hand"], start, phases, case["random_noise"])
    assert_close("hift source with noise", source, case["source_from_f0_hand_with_noise"], 5e-4)


def test_the_filter_equals_the_recorded_one_from_the_recorded_source(
    vocoder: HiftVocoder, case: Case
) -> None:
    source = case["source_from_f0_hand"]
    assert_close("hift source stft", transform(source), case["source_stft_hand"], 1e-5)
    magnitude, phase = vocoder.network.spectrum(case["mel"], source)
    assert_close("hift magnitude", magnitude, case["magnitude_hand"], 2e-4)
    assert_close("hift phase", phase, case["phase_hand"], 1e-4)
    unclamped = inverse_transform(magnitude, phase)
    assert_close("hift unclamped", unclamped, case["unclamped_from_source_hand"], 1e-4)
    wave = vocoder.network.filter(case["mel"], source)
    assert_close("hift waveform", wave, case["waveform_from_source_hand"], 1e-4)


def test_the_whole_path_equals_the_recorded_one(vocoder: HiftVocoder, case: Case) -> None:
    f0 = vocoder.network.f0_predictor(case["mel"])
    source = vocoder.network.m_source(f0, frame_phases(f0, RATE)[0], None, None)
    wave = vocoder.network.filter(case["mel"], source)
    assert wave.shape == (1, 256 * case["mel"].shape[2])
    assert_close("hift whole path", wave, case["waveform_inference"], 2e-3)


def test_equal_seeds_give_equal_waveforms_and_other_seeds_others(vocoder: HiftVocoder) -> None:
    mel = a_mel(12)
    wave = vocoder.synthesize(mel, seed=4)
    assert wave.shape == (12 * 256,)
    assert wave.dtype == np.float32
    assert np.abs(wave).max() <= 0.99
    np.testing.assert_array_equal(wave, vocoder.synthesize(mel, seed=4))
    assert np.abs(wave - vocoder.synthesize(mel, seed=5)).max() > 1e-3


def test_a_long_mel_in_blocks_is_the_mel_in_one_piece(
    vocoder: HiftVocoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    mel = a_mel(150)
    whole = vocoder.synthesize(mel, seed=1)
    monkeypatch.setattr(stage, "BLOCK", 37)
    assert_close("hift in blocks", vocoder.synthesize(mel, seed=1), whole, 1e-4)


def test_a_stream_looking_far_ahead_gives_the_same_samples(vocoder: HiftVocoder) -> None:
    mel = a_mel(90)
    whole = vocoder.synthesize(mel, seed=1)
    stream = vocoder.stream(seed=1, look_ahead=20)
    pieces = [stream.push(mel[:, at : at + 31], last=at + 31 >= 90) for at in range(0, 90, 31)]
    assert [piece.size // 256 for piece in pieces] == [11, 31, 48]
    assert_close("hift streamed", np.concatenate(pieces), whole, 1e-4)


def test_a_stream_looking_less_far_ahead_gives_all_samples_earlier(vocoder: HiftVocoder) -> None:
    mel = a_mel(90)
    stream = vocoder.stream(seed=1, look_ahead=8)
    pieces = [stream.push(mel[:, at : at + 30]) for at in range(0, 90, 30)]
    pieces.append(stream.push(mel[:, :0], last=True))
    assert [piece.size // 256 for piece in pieces] == [22, 30, 30, 8]
    assert np.isfinite(np.concatenate(pieces)).all()


def test_a_given_pitch_is_spoken_in_blocks_as_in_one_piece(
    vocoder: HiftVocoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    mel = a_mel(60)
    pitch = np.linspace(100, 300, 60, dtype=np.float32)
    whole = vocoder.synthesize(mel, seed=1, f0=pitch)
    assert np.abs(whole - vocoder.synthesize(mel, seed=1)).max() > 1e-3
    monkeypatch.setattr(stage, "BLOCK", 25)
    assert_close("hift f0 in blocks", vocoder.synthesize(mel, seed=1, f0=pitch), whole, 1e-4)


def test_the_phase_stays_exact_for_an_hour() -> None:
    frames = 310_000  # 3 599 s
    f0 = torch.full((1, frames), 441.0)  # 441 * 256 / 22050 = 5.12 cycles a frame
    start, end = frame_phases(f0, RATE)
    wanted = (np.arange(frames) * 512 % 100) / 100
    off = np.abs(start[0].numpy() - wanted)
    assert np.minimum(off, 1 - off).max() < 1e-6
    assert end == pytest.approx(frames * 512 % 100 / 100, abs=1e-6)


def test_one_noise_for_the_mix_is_as_strong_as_nine(vocoder: HiftVocoder) -> None:
    f0 = torch.zeros(1, 200)
    start, _ = frame_phases(f0, RATE)
    torch.manual_seed(0)
    nine = vocoder.network.m_source(f0, start, None, torch.randn(1, 9, 51_200))
    one = vocoder.network.m_source(f0, start, None, torch.randn(1, 1, 51_200))
    assert float(one.std() / nine.std()) == pytest.approx(1, abs=0.02)
    assert float(one.mean() - nine.mean()) == pytest.approx(0, abs=1e-3)


def test_half_precision_changes_the_waveform_little(vocoder: HiftVocoder) -> None:
    mel = a_mel(20)
    halved = load_vocoder(tensors(), config(), dtype=torch.bfloat16)
    off = halved.synthesize(mel, seed=1) - vocoder.synthesize(mel, seed=1)
    assert 0 < np.sqrt(np.mean(off**2)) < 0.05


def test_folding_gives_rows_of_the_recorded_length() -> None:
    recorded = tensors()
    folded = fold_weight_norm(recorded)
    length = folded["ups.0.weight"].flatten(1).norm(dim=1)
    assert torch.allclose(length, recorded["ups.0.weight_g"].flatten(), rtol=1e-5)
    assert not [name for name in folded if name.endswith(("_g", "_v"))]
    again = fold_weight_norm(folded)
    assert all(torch.equal(again[name], value) for name, value in folded.items())


@pytest.mark.parametrize("shape", [(80, 0), (79, 5), (80,)])
def test_a_mel_of_another_shape_is_refused(vocoder: HiftVocoder, shape: tuple[int, ...]) -> None:
    with pytest.raises(AudioError, match="expected \\[80, frames > 0\\]"):
        vocoder.synthesize(np.zeros(shape, np.float32), seed=0)


def test_a_pitch_of_another_length_is_refused(vocoder: HiftVocoder) -> None:
    with pytest.raises(AudioError, match="for 5 mel frames"):
        vocoder.synthesize(a_mel(5), seed=0, f0=np.zeros(4, np.float32))


def test_a_checkpoint_without_one_direction_is_refused_by_name() -> None:
    broken = tensors()
    del broken["conv_pre.weight_v"]
    with pytest.raises(WeightsError, match=r"conv_pre\.weight"):
        load_vocoder(broken, config())
