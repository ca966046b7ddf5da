"""The phone inventory: one notation for English and Mandarin, and its reading.

A word's phones are written in the teacher's IPA dialect (Kokoro-82M): diphthongs are capitals
(A eɪ, I aɪ, W aʊ, Y ɔɪ, O oʊ, Q əʊ), stress stands before the vowel, a tone mark ends every
Mandarin syllable. ``read`` turns words into phones: aspiration and length belong to the sound
before them, stress to the vowel after it, a tone to all sounds of its syllable. Punctuation is
a phone of its own (a pause) and every utterance begins and ends in silence.

Knows nothing about durations; frozen, because trained weights depend on the numbering.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from steptts.errors import TextError
from steptts.text.words import Word

SILENCE = "_"
PAUSES = (",", ".", "!", "?", ";", ":", "—", "…")
VOWELS = (
    *"AIWYOQᵊæɑɒɔəɚɛɜiɪʊuʌaᵻɐ",
    *("ɑː", "ɜː", "ɔː", "iː", "uː"),
    *"eoɤyɨ",
)
CONSONANTS = (
    *"bdðʤfɡhjklmnŋpɹɾsʃtʧθvwzʒʔx",
    *"ʨꭧʂɻʦɕɥ",
    *("pʰ", "tʰ", "kʰ", "ʨʰ", "ꭧʰ", "ʦʰ"),
)
# Diphthongs of one symbol and the vowel that each begins with.
FIRST_VOWELS = {"A": "e", "I": "a", "W": "a", "Y": "ɔ", "O": "o", "Q": "ə"}
SYMBOLS: tuple[str, ...] = (SILENCE, *PAUSES, *VOWELS, *CONSONANTS)
SYMBOL_IDS = {symbol: i for i, symbol in enumerate(SYMBOLS)}

STRESS = {"ˈ": 1, "ˌ": 2}
TONES = {"→": 3, "↗": 4, "↓": 5, "↘": 6, "˙": 7}
N_MARKS = 8  # none, primary, secondary, tones 1 to 4, neutral
_MODIFIERS = "ʰː"
_VOWEL_SET = frozenset(VOWELS)


@dataclass(frozen=True, slots=True)
class PhoneSequence:
    """Phones of one utterance, all tuples of one length.

    Attributes:
        symbols: index into SYMBOLS.
        marks: 0 none, 1 primary and 2 secondary stress, 3 to 6 tones 1 to 4, 7 neutral tone.
        words: index of the word that the phone belongs to; -1 for the silence at both ends.
        starts: whether the phone begins a word.
    """

    symbols: tuple[int, ...]
    marks: tuple[int, ...]
    words: tuple[int, ...]
    starts: tuple[bool, ...]

    def __len__(self) -> int:
        """Number of phones, both silences included."""
        return len(self.symbols)


def is_vowel(symbol: str) -> bool:
    """Whether ``symbol`` carries a syllable."""
    return symbol in _VOWEL_SET


def is_pause(symbol: str) -> bool:
    """Whether ``symbol`` is punctuation or silence rather than speech."""
    return symbol == SILENCE or symbol in PAUSES


def read_word(phones: str) -> list[tuple[str, int]]:
    """Phones of one word as (symbol, mark).

    Raises:
        TextError: a character is no phone of the inventory; the message names it.
    """
    out: list[tuple[str, int]] = []
    pending, syllable = 0, 0
    for char in phones:
        if char in STRESS:
            pending = STRESS[char]
        elif char in TONES:
            out[syllable:] = [(symbol, TONES[char]) for symbol, _ in out[syllable:]]
            syllable = len(out)
        elif char in _MODIFIERS and out:
            out[-1] = (out[-1][0] + char, out[-1][1])
        else:
            out.append((char, pending))
            pending = 0
    for symbol, _ in out:
        if symbol not in SYMBOL_IDS:
            raise TextError(f"{symbol!r} in {phones!r} is no phone; known: {' '.join(SYMBOLS)}")
    return out


def read(words: Sequence[Word]) -> PhoneSequence:
    """Phones of an utterance, silence added at both ends.

    Raises:
        TextError: a word holds a character outside the inventory.
    """
    rows: list[tuple[int, int, int, bool]] = [(0, 0, -1, False)]
    for index, word in enumerate(words):
        for position, (symbol, mark) in enumerate(read_word(word.phones)):
            rows.append((SYMBOL_IDS[symbol], mark, index, position == 0))
    rows.append((0, 0, -1, False))
    symbols, marks, owners, starts = zip(*rows, strict=True)
    return PhoneSequence(symbols, marks, owners, starts)
