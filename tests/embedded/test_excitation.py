"""The vocoder's arithmetic in NumPy against its torch twin, and against itself."""

import numpy as np
import pytest

from steptts.embedded.excitation import N_BINS, istft, pulse_train, stft, synthesize

torch = pytest.importorskip("torch")


@pytest.fixture
def f0() -> np.ndarray:
    return (180 + 60 * np.sin(np.arange(120) / 9)).astype(np.float32)


def test_inverse_transform_gives_the_samples_back() -> None:
    samples = np.random.default_rng(0).standard_normal(240 * 40).astype(np.float32)
    np.testing.assert_allclose(istft(stft(samples))[400:-400], samples[400:-400], atol=2e-5)


def test_pulses_equal_the_torch_twin(f0: np.ndarray) -> None:
    from steptts.nets.source_filter import pulse_train as twin

    voiced = (np.arange(120) > 20).astype(np.float32)
    ours = pulse_train(f0, voiced)
    theirs = twin(torch.from_numpy(f0)[None], torch.from_numpy(voiced)[None])[0].numpy()
    assert np.abs(ours - theirs).mean() < 2e-3 * np.abs(theirs).mean()


def test_whole_vocoder_equals_the_torch_twin(f0: np.ndarray) -> None:
    from steptts.nets.source_filter import SourceFilter, SourceFilterConfig

    torch.manual_seed(0)
    net = SourceFilter(SourceFilterConfig(width=16, ff_width=32, n_blocks=1)).eval()
    torch.nn.init.normal_(
        net.trunk.head.weight[3 * N_BINS :], std=0.5
    )  # envelopes that do something
    mel = torch.randn(1, 120, 100)
    voiced = np.ones(120, np.float32)
    noise = np.random.default_rng(7).standard_normal(120 * 240, dtype=np.float32)
    with torch.no_grad():
        whole = net(
            mel, torch.from_numpy(f0)[None], torch.ones(1, 120), torch.from_numpy(noise)[None]
        )
        log_f0 = torch.log(torch.from_numpy(f0) / 200.0)[None]
        raw = net.trunk(mel, log_f0, torch.ones(1, 120))[0].numpy()
    ours = synthesize(raw, f0, voiced, np.random.default_rng(7))
    error = np.abs(ours - whole[0].numpy())[500:-500].max()
    assert error < 2e-3 * np.abs(ours).max()


def test_a_burst_begins_within_one_step_of_its_envelope() -> None:
    """The window of 1024 samples alone would smear it over 43 ms."""
    raw = np.zeros((60, 3 * N_BINS + 8), np.float32)
    raw[:, :N_BINS] = -20.0  # noise only
    steps = np.full(240, -6.0, np.float32)
    steps[122:126] = 0.0  # 10 ms from sample 7320 on
    raw[:, 3 * N_BINS + 4 :] = steps.reshape(60, 4)
    silent = np.zeros(60, np.float32)
    wave = synthesize(raw, np.full(60, 150.0, np.float32), silent, np.random.default_rng(0))
    loudness = np.sqrt((wave.reshape(-1, 60) ** 2).mean(1))  # of 2.5 ms each
    within = loudness[122:126].mean()
    assert within > 0.7
    assert loudness[:121].max() < 0.05 * within
    assert loudness[127:].max() < 0.05 * within


def test_pulses_have_the_asked_pitch() -> None:
    pulses = pulse_train(np.full(100, 200.0, np.float32), np.ones(100, np.float32))
    spectrum = np.abs(np.fft.rfft(pulses[:24_000]))
    loud = np.flatnonzero(spectrum > spectrum.max() * 0.5)
    assert set(loud % 200) <= {0, 1, 199}  # bins of 1 Hz: harmonics of 200 Hz alone


def test_the_fundamental_of_a_real_sound_is_found_and_followed() -> None:
    from steptts.nets.source_filter import phase_of_fundamental, running_phase
    from steptts.nets.source_filter import pulse_train as twin

    f0 = torch.linspace(180, 260, 60)[None]
    phase = running_phase(f0) + 1.3
    sound = 0.5 * torch.cos(phase) + 0.3 * torch.cos(2 * phase + 0.7) + 0.2 * torch.cos(5 * phase)
    ahead = phase_of_fundamental(sound, f0)[:, 2400:-2400]
    assert (ahead - 1.3).abs().max() < 0.1
    pulses = twin(f0, torch.ones(1, 60), phase_of_fundamental(sound, f0))
    turned = twin(f0, torch.ones(1, 60))
    middle = slice(2400, -2400)
    peak = torch.cos(phase)[:, middle][pulses[:, middle] > 0.9 * pulses.max()]
    assert peak.min() > 0.9
    assert torch.cos(phase)[:, middle][turned[:, middle] > 0.9 * turned.max()].max() < 0.6
