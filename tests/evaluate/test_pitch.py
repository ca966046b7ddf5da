"""The pitch tracker finds the pitch of synthetic voices, and silence where there is none."""

import numpy as np
import numpy.typing as npt
import pytest

from steptts.evaluate.pitch import PitchPoint, compare_pitch, pitch_error, score_points
from steptts.frames import LABEL_DELAY
from steptts.pitch_tracking import track_pitch
from steptts.score import Score, ScorePhone

RATE = 24_000
Wave = npt.NDArray[np.float32]


def voiced(hertz: npt.NDArray[np.float64]) -> Wave:
    """A buzz with ten falling harmonics that follows a pitch curve, one value a sample."""
    phase = 2 * np.pi * np.cumsum(hertz) / RATE
    return np.float32(0.1) * sum(np.sin(k * phase) / k for k in range(1, 11)).astype(np.float32)


@pytest.mark.parametrize("hertz", [80.0, 123.4, 220.0, 440.0, 700.0])
def test_a_steady_voice_is_tracked_to_five_cents(hertz: float) -> None:
    track = track_pitch(voiced(np.full(RATE // 2, hertz)), RATE)[5:-5]
    assert np.max(np.abs(1200 * np.log2(track / hertz))) < 5


def test_a_glide_is_followed() -> None:
    hertz = np.geomspace(120, 300, RATE)
    track = track_pitch(voiced(hertz), RATE)
    at = hertz[:: RATE // 100]
    assert np.max(np.abs(1200 * np.log2(track[8:-8] / at[8 : len(track) - 8]))) < 30


def test_noise_and_silence_have_no_pitch() -> None:
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 0.1, RATE // 2).astype(np.float32)
    quiet = np.zeros(RATE // 2, np.float32)
    assert np.mean(track_pitch(noise, RATE) > 0) < 0.1
    assert not np.any(track_pitch(quiet, RATE))


def test_a_wrong_pitch_is_measured_in_cents() -> None:
    wave = voiced(np.full(RATE, 200.0))
    targets = [PitchPoint(t, 200.0 * 2 ** (50 / 1200)) for t in np.arange(0.1, 0.9, 0.05)]
    cents, mismatches = compare_pitch(wave, RATE, [*targets, PitchPoint(0.5, 0.0)])
    error = pitch_error(cents, mismatches, len(targets) + 1)
    assert error.median_cents == pytest.approx(50, abs=3)
    assert error.gross_share == 0
    assert error.voicing_share == pytest.approx(1 / 17)


def test_a_score_asks_for_three_pitches_a_phone() -> None:
    phones = (
        ScorePhone("s", 0, 0, 0.06, None, -30.0),
        ScorePhone("a", 0, 0, 0.12, (100.0, 110.0, 120.0), -20.0),
    )
    points = score_points(Score(phones, (), "ava", "en", "sa"))
    assert [round(point.time - LABEL_DELAY, 3) for point in points] == [
        0.01,
        0.03,
        0.05,
        0.08,
        0.12,
        0.16,
    ]
    assert [point.hertz for point in points] == [0, 0, 0, 100.0, 110.0, 120.0]
