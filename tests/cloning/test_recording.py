"""Recordings are made ready, or refused with the reason and the way out."""

import numpy as np
import pytest

from steptts.cloning.recording import estimated_snr, made_ready
from steptts.errors import AudioError
from tests.cloning.speech import RATE, speech

SPEECH = speech(5.0)


def with_noise(wave: np.ndarray, snr_db: float) -> np.ndarray:
    noise = np.random.default_rng(1).standard_normal(len(wave)).astype(np.float32)
    level = np.sqrt((wave**2).mean() / 10 ** (snr_db / 10))
    return wave + noise * np.float32(level)


def test_silence_around_speech_is_cut_off_and_the_level_set() -> None:
    quiet = np.zeros(RATE, np.float32)
    ready = made_ready(np.concatenate([quiet, 0.1 * SPEECH, quiet]), RATE)
    assert ready.seconds == pytest.approx(5.2, abs=0.3)
    assert np.abs(ready.waveform).max() == pytest.approx(0.999, abs=0.01)
    assert len(ready.features) % 4 == 0


@pytest.mark.parametrize("rate", [8_000, 22_050, 48_000])
@pytest.mark.parametrize("channels_last", [False, True])
def test_any_rate_and_channels_are_taken(rate: int, channels_last: bool) -> None:
    import soxr

    mono = soxr.resample(SPEECH, RATE, rate)
    stereo = np.stack([mono, 0.5 * mono], axis=1 if channels_last else 0)
    assert made_ready(stereo, rate).seconds == pytest.approx(5.2, abs=0.3)


@pytest.mark.parametrize("snr_db", [10.0, 20.0, 30.0])
def test_noise_is_reported_to_a_few_decibels(snr_db: float) -> None:
    assert estimated_snr(with_noise(SPEECH, snr_db)) == pytest.approx(snr_db, abs=4)


@pytest.mark.parametrize(
    ("recording", "reason"),
    [
        (np.zeros(5 * RATE, np.float32), "silent"),
        (SPEECH[: 2 * RATE], "at least 3 s"),
        (np.tile(SPEECH, 7), "at most 30 s"),
        (np.clip(4 * SPEECH, -0.5, 0.5), "clipped"),
        (with_noise(SPEECH, 0.0), "too noisy"),
        (np.where(np.arange(len(SPEECH)) == 9, np.nan, SPEECH), "not finite"),
        (np.zeros((2, 3, 4), np.float32), "shape"),
        (np.zeros(0, np.float32), "shape"),
        (np.concatenate([SPEECH[:8000], 0 * SPEECH, SPEECH[:8000]]), "s of speech in"),
    ],
)
def test_what_cannot_be_cloned_is_refused(recording: np.ndarray, reason: str) -> None:
    with pytest.raises(AudioError, match=reason):
        made_ready(recording, RATE)
