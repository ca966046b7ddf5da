"""Where the syllables of a score are: the vowel that carries each, and its consonants.

A vowel is a syllable of its own, except in the Mandarin finals that are two vowels (ai, ei, au,
ou). Which syllable a consonant belongs to is decided by pauses, then by words, then by what may
begin a syllable. Knows no notes.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from steptts.text.phones import is_pause, is_vowel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steptts.score import ScorePhone

TONE_1 = 3  # marks from here on are tones: the syllable is Mandarin
NEUTRAL_TONE = 7
_STRESS = (0.0, 1.0, 0.4)  # by mark: none, primary, secondary
_LATER_TONE = 0.2
_FINALS = frozenset({("a", "i"), ("e", "i"), ("a", "u"), ("o", "u")})
_LIQUIDS = frozenset("lɹjwɥ")
_BEFORE_LIQUID = frozenset({*"bdfgkpstθʃvhmn", "tʰ", "kʰ", "pʰ"})


class Syllable(NamedTuple):
    """Phones of a part by index: consonants, vowel, consonants.

    Attributes:
        start: first phone.
        nucleus: first phone of the vowel.
        coda: first phone after the vowel.
        end: first phone that is not of the syllable.
    """

    start: int
    nucleus: int
    coda: int
    end: int


def syllables(phones: Sequence[ScorePhone]) -> list[Syllable]:
    """The syllables of one part, with all its speech sounds; none where it has no vowel."""
    nuclei = _nuclei(phones)
    if not nuclei:
        return []
    spoken = [i for i, phone in enumerate(phones) if phone.is_speech]
    bounds = [spoken[0]]
    ends: list[int] = []
    for (_, coda), (nucleus, _) in pairwise(nuclei):
        end, start = _division(phones, coda, nucleus)
        ends.append(end)
        bounds.append(start)
    ends.append(spoken[-1] + 1)
    return [
        Syllable(start, nucleus, coda, end)
        for start, (nucleus, coda), end in zip(bounds, nuclei, ends, strict=True)
    ]


def stress(phones: Sequence[ScorePhone], syllable: Syllable) -> float:
    """How heavy a syllable is: 1 with primary stress or first in a Mandarin word, else less.

    Secondary stress and the other syllables of a Mandarin word are 0.4 and 0.2; an unstressed
    English syllable and the neutral tone are 0.
    """
    phone = phones[syllable.nucleus]
    if phone.mark < TONE_1:
        return _STRESS[phone.mark]
    if phone.mark == NEUTRAL_TONE:
        return 0.0
    first = syllable.start == 0 or phones[syllable.start - 1].word != phone.word
    return 1.0 if first else _LATER_TONE


def _nuclei(phones: Sequence[ScorePhone]) -> list[tuple[int, int]]:
    """Start and end of each run of vowels that is one syllable."""
    found: list[tuple[int, int]] = []
    for i, phone in enumerate(phones):
        if not is_vowel(phone.symbol):
            continue
        if found and found[-1] == (i - 1, i) and _is_final(phones[i - 1], phone):
            found[-1] = (i - 1, i + 1)
        else:
            found.append((i, i + 1))
    return found


def _is_final(first: ScorePhone, second: ScorePhone) -> bool:
    return (
        first.mark >= TONE_1
        and first.mark == second.mark
        and first.word == second.word
        and (first.symbol, second.symbol) in _FINALS
    )


def _division(phones: Sequence[ScorePhone], coda: int, nucleus: int) -> tuple[int, int]:
    """Where one syllable ends and the next begins, between two vowels."""
    between = range(coda, nucleus)
    pauses = [i for i in between if is_pause(phones[i].symbol)]
    if pauses:
        return pauses[0], pauses[-1] + 1
    words = [i for i in range(coda, nucleus + 1) if phones[i].word != phones[i - 1].word]
    cut = words[0] if words else nucleus - _n_onset([phones[i].symbol for i in between])
    return cut, cut


def _n_onset(consonants: list[str]) -> int:
    """How many of the consonants between two vowels of a word begin the second syllable."""
    if not consonants or consonants == ["ŋ"]:
        return 0
    n = 1
    if len(consonants) > 1 and consonants[-1] in _LIQUIDS and consonants[-2] in _BEFORE_LIQUID:
        n = 2
    return n
