"""The vocoder's arithmetic in NumPy against its torch twin, and against itself."""

import numpy as np
import pytest

from steptts.embedded.excitation import istft, pulse_train, stft, synthesize

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


def test_pulses_have_the_asked_pitch() -> None:
    pulses = pulse_train(np.full(100, 200.0, np.float32), np.ones(100, np.float32))
    spectrum = np.abs(np.fft.rfft(pulses[:24_000]))
    loud = np.flatnonzero(spectrum > spectrum.max() * 0.5)
    assert set(loud % 200) <= {0, 1, 199}  # bins of 1 Hz: harmonics of 200 Hz alone
