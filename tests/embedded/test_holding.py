"""What is sung is told to the networks in vowels of natural length; what is spoken stays."""

import numpy as np
import pytest

from steptts.embedded.engine import lay_out
from steptts.embedded.holding import PIECE, held
from steptts.singing import rap, read_melody, sing
from tests.singing.made import spoken


def test_speech_and_rap_are_laid_out_as_they_are() -> None:
    score = spoken("lˈɑ", "lˈI", ".", seconds=0.5)
    assert held(score) == list(score.phones)
    rapped = rap(score)
    assert held(rapped) == list(rapped.phones)


def test_a_long_note_is_a_row_of_short_vowels_of_the_same_length_and_pitch() -> None:
    sung = sing(spoken("lˈɑ", "."), read_melody("C4:4"), bpm=60, key=0)
    pieces = held(sung)
    vowels = [phone for phone in pieces if phone.symbol == "ɑ"]
    assert len(vowels) > 30
    assert max(phone.duration for phone in vowels) < 1.5 * PIECE
    assert sum(p.duration for p in pieces) == pytest.approx(sung.duration)
    before, after = lay_out(sung).f0, np.concatenate([p.pitch for p in vowels if p.pitch])
    assert after.max() / after.min() == pytest.approx(2 ** (60 / 1200), abs=0.01)  # the vibrato
    assert before.max() == pytest.approx(after.max(), rel=0.01)


def test_a_diphthong_glides_at_the_end_of_its_note() -> None:
    sung = sing(spoken("lˈI", "."), read_melody("C4:2"), bpm=60, key=0)
    symbols = [phone.symbol for phone in held(sung) if phone.symbol in "aI"]
    assert symbols[:-1] == ["a"] * (len(symbols) - 1)
    assert symbols[-1] == "I"
