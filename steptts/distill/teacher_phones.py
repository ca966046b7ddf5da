"""From the project's phones to the teacher's tokens, and back from its durations.

The teacher writes stress, aspiration, length, tone and word gaps as tokens of their own, each
with a duration. Every token here belongs to one phone of ours, which gets the sum: stress marks
to the sound after them, everything else to the sound before. The teacher's tone arrow stands
before a final n or ŋ, ours at the end of the syllable.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from steptts.text.phones import STRESS, TONES, is_pause, is_vowel, read_word
from steptts.text.words import Word

# Token ids of Kokoro-82M v1.0 (its config.json); only what our inventory can produce.
TOKEN_IDS = {
    ";": 1, ":": 2, ",": 3, ".": 4, "!": 5, "?": 6, "—": 9, "…": 10, " ": 16, "ʦ": 20, "ʨ": 21,
    "ꭧ": 23, "A": 24, "I": 25, "O": 31, "Q": 33, "W": 39, "Y": 41, "ᵊ": 42, "a": 43, "b": 44,
    "d": 46, "e": 47, "f": 48, "h": 50, "i": 51, "j": 52, "k": 53, "l": 54, "m": 55, "n": 56,
    "o": 57, "p": 58, "s": 61, "t": 62, "u": 63, "v": 64, "w": 65, "x": 66, "y": 67, "z": 68,
    "ɑ": 69, "ɐ": 70, "ɒ": 71, "æ": 72, "ɔ": 76, "ɕ": 77, "ð": 81, "ʤ": 82, "ə": 83, "ɚ": 85,
    "ɛ": 86, "ɜ": 87, "ɡ": 92, "ɥ": 99, "ɨ": 101, "ɪ": 102, "ŋ": 112, "θ": 119, "ɹ": 123,
    "ɾ": 125, "ɻ": 126, "ʂ": 130, "ʃ": 131, "ʧ": 133, "ʊ": 135, "ʌ": 138, "ɤ": 140, "ʒ": 147,
    "ʔ": 148, "ˈ": 156, "ˌ": 157, "ː": 158, "ʰ": 162, "↓": 169, "→": 171, "↗": 172, "↘": 173,
    "ᵻ": 177,
}  # fmt: skip
MAX_TOKENS = 510
_TONE_SIGNS = {mark: sign for sign, mark in TONES.items() if sign in TOKEN_IDS}
_STRESS_SIGNS = {mark: sign for sign, mark in STRESS.items()}
_FIRST_TONE = 3
_DIPHTHONGS = frozenset(("ai", "ei", "au", "ou"))


def teacher_tokens(words: Sequence[Word]) -> tuple[list[int], list[int]]:
    """Teacher token ids of an utterance and, for each, the index of our phone that owns it.

    Both begin and end with the teacher's padding token 0, which our silences own.
    """
    text: list[tuple[str, int]] = []
    phone = 1  # 0 is the leading silence
    for index, word in enumerate(words):
        sounds = read_word(word.phones)
        if not sounds:
            continue
        if index and not is_pause(sounds[0][0]) and text:
            text.append((" ", phone - 1))
        text += _word_signs(sounds, phone)
        phone += len(sounds)
    signs = [(TOKEN_IDS[sign], owner) for sign, owner in text]
    tokens = [0, *(token for token, _ in signs), 0]
    return tokens, [0, *(owner for _, owner in signs), phone]


def _word_signs(sounds: list[tuple[str, int]], first: int) -> list[tuple[str, int]]:
    out: list[tuple[str, int]] = []
    for i, (symbol, mark) in enumerate(sounds):
        if mark in _STRESS_SIGNS:
            out.append((_STRESS_SIGNS[mark], first + i))
        out += [(sign, first + i) for sign in symbol]
        if mark >= _FIRST_TONE and mark in _TONE_SIGNS and _carries_tone(sounds, i):
            out.append((_TONE_SIGNS[mark], first + i))
    return out


def _carries_tone(sounds: list[tuple[str, int]], i: int) -> bool:
    """Whether sound i is its syllable's last vowel.

    Inside a Mandarin syllable only ai, ei, au and ou join two vowels: medials are j, w, ɥ.
    """
    symbol, mark = sounds[i]
    if not is_vowel(symbol):
        return False
    if i + 1 == len(sounds) or sounds[i + 1][1] != mark:
        return True
    return symbol + sounds[i + 1][0] not in _DIPHTHONGS


def own_durations(frames: NDArray[np.int64], owners: Sequence[int]) -> NDArray[np.int64]:
    """Sum the teacher's durations [tokens] over the tokens of each of our phones [phones]."""
    return np.bincount(np.asarray(owners), weights=frames, minlength=owners[-1] + 1).astype(
        np.int64
    )
