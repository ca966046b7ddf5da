"""Recipes, teacher tokens and prosody edits: data in, data out."""

from pathlib import Path

import numpy as np

from steptts.distill.edits import Edit, edit_durations, edit_f0
from steptts.distill.recipes import Mixture, make_recipe, read_recipes, write_recipes
from steptts.distill.speakers import main_speakers, mixed_speakers
from steptts.distill.teacher_phones import TOKEN_IDS, own_durations, teacher_tokens
from steptts.text.phones import read
from steptts.text.words import Word

WORDS = [Word("hello", "həlˈO"), Word(",", ","), Word("你好", "ni↗xau↓"), Word("光", "kwaŋ→")]
SIGNS = {number: sign for sign, number in TOKEN_IDS.items()}


def written(words: list[Word]) -> str:
    return "".join(SIGNS[t] for t in teacher_tokens(words)[0][1:-1])


def test_teacher_writes_tone_before_a_final_nasal() -> None:
    assert written(WORDS) == "həlˈO, ni↗xau↓ kwa→ŋ"


def test_teacher_writes_both_tones_of_vowels_that_meet() -> None:
    assert written([Word("西安", "ɕi→an→")]) == "ɕi→a→n"


def test_neutral_tone_is_silent_for_the_teacher() -> None:
    assert written([Word("的", "tɤ˙")]) == "tɤ"


def test_every_token_has_an_owner_and_durations_add_up() -> None:
    tokens, owners = teacher_tokens(WORDS)
    assert len(tokens) == len(owners)
    assert sorted(set(owners)) == list(range(len(read(WORDS))))
    frames = np.arange(1, len(tokens) + 1)
    assert own_durations(frames, owners).sum() == frames.sum()


def test_without_mixed_speakers_the_shipped_ones_say_everything() -> None:
    speakers = main_speakers()
    drawn = [
        make_recipe(f"t{i}", "en", WORDS, speakers, 12, Mixture(main=0.0), 3) for i in range(9)
    ]
    assert all(recipe is not None and recipe.speaker < 12 for recipe in drawn)


def test_recipes_come_back_as_written_and_repeat(tmp_path: Path) -> None:
    speakers = main_speakers()
    speakers += mixed_speakers(
        4,
        ["af_heart", "af_bella", "am_puck", "am_liam", "bf_emma", "bm_george"],
        np.random.default_rng(0),
    )
    drawn = [make_recipe(f"t{i}", "en", WORDS, speakers, 12, Mixture(), 3) for i in range(30)]
    again = [make_recipe(f"t{i}", "en", WORDS, speakers, 12, Mixture(), 3) for i in range(30)]
    recipes = [r for r in drawn if r is not None]
    assert [r.edit for r in recipes] == [r.edit for r in again if r is not None]
    write_recipes(recipes, speakers, tmp_path)
    back, speakers_back = read_recipes(tmp_path)
    assert speakers_back == speakers
    for ours, theirs in zip(recipes, back, strict=True):
        np.testing.assert_array_equal(ours.tokens, theirs.tokens)
        np.testing.assert_array_equal(ours.symbols, theirs.symbols)
        assert ours.edit.kind == theirs.edit.kind
        assert ours.speaker == theirs.speaker


def test_texts_that_are_too_short_make_no_recipe() -> None:
    assert make_recipe("t", "en", [Word("a", "A")], main_speakers(), 12, Mixture(), 0) is None


def test_sung_vowels_last_at_least_120_ms() -> None:
    durations = np.array([4, 2, 3, 2, 2, 5])
    nucleus = np.array([False, False, True, False, True, False])
    sung = edit_durations(Edit("sung", bpm=100, seed=1), durations, nucleus)
    assert (sung[nucleus] >= 5).all()  # units of 25 ms
    np.testing.assert_array_equal(sung[~nucleus], durations[~nucleus])


def test_a_shift_moves_voiced_pitch_only() -> None:
    f0 = np.array([5, 5, 120, 130, 140, 5], np.float32)
    moved = edit_f0(Edit("shaped", shift=12.0), f0, np.array([1, 1, 1]), np.zeros(3, bool))
    np.testing.assert_allclose(moved, [5, 5, 240, 260, 280, 5], rtol=1e-4)


def test_neutral_leaves_everything_as_it_is() -> None:
    f0, durations = np.array([5, 120], np.float32), np.array([1])
    assert edit_f0(Edit(), f0, durations, np.ones(1, bool)) is f0
    assert edit_durations(Edit(), durations, np.ones(1, bool)) is durations
