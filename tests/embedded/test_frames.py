"""Phones laid out in time, as both training and run time see them."""

import numpy as np
import pytest

from steptts.frames import FRAME_SECONDS, frames, point_times

DURATIONS = np.array([0.1, 0.05, 0.2, 0.07], np.float32)


def laid_out(pitch: list[tuple[float, ...] | None]) -> object:
    return frames(
        [3, 20, 30, 0],
        [0, 0, 1, 0],
        [False, True, False, False],
        DURATIONS,
        pitch,
        np.array([-70, -30, -20, -60], np.float32),
    )


def test_length_is_the_next_whole_super_frame() -> None:
    laid = laid_out([None, None, (100.0,) * 3, None])
    assert len(laid.symbols) == 24  # 0.42 s are 3.5 super-frames of 120 ms; 4 x 6 patches
    assert len(laid.f0) == 48


def test_each_patch_reads_the_phone_at_its_centre() -> None:
    laid = laid_out([None, None, (100.0,) * 3, None])
    centres = (np.arange(17) + 0.5) * 0.02
    expected = np.array([3, 20, 30, 0])[np.searchsorted(np.cumsum(DURATIONS), centres)]
    np.testing.assert_array_equal(laid.symbols[:17], expected)


def test_pitch_is_straight_in_log_frequency_between_points() -> None:
    laid = laid_out([None, None, (100.0, 200.0), None])
    at = round((0.15 + 0.1) / FRAME_SECONDS)  # half way between the points at 0.20 and 0.30 s
    np.testing.assert_allclose(laid.f0[at - 1 : at + 1].mean(), 100 * 2**0.5, rtol=0.01)


def test_pitch_runs_on_through_unvoiced_phones() -> None:
    laid = laid_out([None, (150.0,) * 3, None, (150.0,) * 3])
    np.testing.assert_allclose(laid.f0, 150.0, rtol=1e-5)
    assert not laid.voiced[:10].any()


def test_an_utterance_without_voice_gets_a_default_pitch() -> None:
    assert set(laid_out([None] * 4).f0.tolist()) == {150.0}


@pytest.mark.parametrize(("seconds", "points"), [(0.05, 3), (0.18, 3), (0.3, 5), (1.2, 20)])
def test_long_phones_get_a_pitch_point_every_60_ms(seconds: float, points: int) -> None:
    phones, times = point_times(np.array([0.1, seconds], np.float32))
    assert (phones == 1).sum() == points
    assert times[-1] < 0.1 + seconds
