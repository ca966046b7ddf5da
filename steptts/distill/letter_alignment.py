"""Which phones each letter of a word stands for: hard EM over a list of spelled words.

Every letter takes 0 to 2 phones in order ("x" takes k s, a silent letter none). A stress mark and a
length mark belong to their vowel, so that a phone here is for example "ˈɑː".
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from steptts.text.suffixes_en import VOWELS

MAX_PHONES_PER_LETTER = 2
_PHONE = re.compile(r"[ˈˌ]?.ː?")
_VOWEL_LETTERS = frozenset("aeiouy")
_START = {
    True: -1.0,
    False: -5.0,
}  # log score of a phone of the same kind (vowel, consonant) or not
_START_SILENT = -2.5
_UNSEEN = -12.0  # log score of a letter and phones never aligned before

Scores = dict[str, dict[tuple[str, ...], float]]


def split_phones(phones: str) -> tuple[str, ...]:
    """Phones with the marks that belong to them."""
    return tuple(_PHONE.findall(phones))


def start_score(letter: str, chunk: tuple[str, ...]) -> float:
    """The score before anything is learned: vowels go with vowel letters."""
    if not chunk:
        return _START_SILENT
    is_vowel = letter in _VOWEL_LETTERS
    same = [(p.strip("ˈˌː") in VOWELS) == is_vowel for p in chunk]
    return sum(_START[s] for s in same) - 1.5 * (len(chunk) - 1)


def align(
    letters: str, phones: Sequence[str], scores: Scores | None
) -> list[tuple[str, ...]] | None:
    """The best split of the phones over the letters, None if there are too many phones.

    Args:
        letters: the spelling, n letters.
        phones: from ``split_phones``.
        scores: letter -> phones -> log score; None for the start scores.
    """
    n_phones = len(phones)
    if n_phones > MAX_PHONES_PER_LETTER * len(letters):
        return None
    best = [0.0] + [-math.inf] * n_phones
    steps: list[list[int]] = []
    for letter in letters:
        known = scores.get(letter, {}) if scores is not None else None
        row, taken = [-math.inf] * (n_phones + 1), [0] * (n_phones + 1)
        for start, base in enumerate(best):
            if base == -math.inf:
                continue
            for size in range(min(MAX_PHONES_PER_LETTER, n_phones - start) + 1):
                chunk = tuple(phones[start : start + size])
                score = start_score(letter, chunk) if known is None else known.get(chunk, _UNSEEN)
                if base + score > row[start + size]:
                    row[start + size], taken[start + size] = base + score, size
        best = row
        steps.append(taken)
    if best[n_phones] == -math.inf:
        return None
    chunks: list[tuple[str, ...]] = []
    end = n_phones
    for taken in reversed(steps):
        chunks.append(tuple(phones[end - taken[end] : end]))
        end -= taken[end]
    return chunks[::-1]


def learn(words: Iterable[tuple[str, tuple[str, ...]]], n_rounds: int = 5) -> Scores:
    """Log scores of letter -> phones after some rounds of hard EM.

    Args:
        words: spelling and phones of each word.
        n_rounds: how often everything is aligned; scores settle after 4 or 5.
    """
    words = list(words)
    scores: Scores | None = None
    for _ in range(n_rounds):
        counts: defaultdict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
        for letters, phones in words:
            for letter, chunk in zip(letters, align(letters, phones, scores) or (), strict=False):
                counts[letter][chunk] += 1
        scores = {
            letter: {chunk: math.log(n / counter.total()) for chunk, n in counter.items()}
            for letter, counter in counts.items()
        }
    return scores or {}
