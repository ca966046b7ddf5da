"""Cropping keeps ids and mel together and prefers speech to silence."""

import numpy as np
import pytest

from steptts.errors import VoiceError
from steptts.reference import Reference, crop, n_mel_frames

RATE = 41.667


def spoken_between(start_s: float, end_s: float, seconds: float = 6.0) -> Reference:
    n_ids = int(seconds * RATE / 5) * 5
    frames = n_mel_frames(n_ids, RATE)
    mel = np.full((80, frames), -11.5, np.float32)
    mel[:, int(start_s * 86.13) : int(end_s * 86.13)] = -3.0
    return Reference(tuple(range(n_ids)), mel, np.ones(192, np.float32), "words")


def test_the_stretch_with_speech_is_kept() -> None:
    cut = crop(spoken_between(3.0, 5.0), 1.5, RATE)
    assert cut.mel.min() == -3.0
    assert 3.0 * RATE - 1 <= cut.audio_ids[0] <= 3.5 * RATE + 1
    assert cut.transcript == ""


def test_ids_and_mel_stay_as_long_as_each_other_and_in_groups() -> None:
    for seconds in (0.36, 1.0, 2.9, 3.0):
        cut = crop(spoken_between(0.0, 6.0), seconds, RATE)
        assert cut.audio_ids[0] % 5 == 0
        assert len(cut.audio_ids) % 15 == 0
        assert cut.mel.shape[1] == len(cut.audio_ids) // 15 * 31
        assert cut.mel.shape[1] / 86.13 <= seconds + 0.01


def test_a_reference_that_is_short_enough_is_left_alone() -> None:
    whole = spoken_between(0.0, 1.0, seconds=2.0)
    assert crop(whole, 3.0, RATE) is whole


def test_cropping_to_less_than_one_stretch_is_refused() -> None:
    with pytest.raises(VoiceError, match=r"0\.2 s"):
        crop(spoken_between(0.0, 6.0), 0.2, RATE)


def test_target_lengths_are_rounded_down() -> None:
    assert [n_mel_frames(n, RATE) for n in (0, 1, 15, 30, 45, 585)] == [0, 2, 31, 62, 93, 1209]
