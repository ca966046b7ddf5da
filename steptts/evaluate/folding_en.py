"""Folds English texts, so that two spellings of the same spoken words become equal.

Both the text that was to be spoken and the transcript pass through here: numbers become words,
contractions are opened, US and GB spellings meet, and marks that cannot be heard vanish.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib.resources import files
from itertools import groupby

from steptts.text.normalize_en import normalize

_NUMBER_WORDS = frozenset({"hundred", "thousand", "million", "billion", "trillion"})
_CONTRACTIONS = (
    (re.compile(r"\bwon't\b"), "will not"),
    (re.compile(r"\b(?:can't|cannot)\b"), "can not"),
    (re.compile(r"\bshan't\b"), "shall not"),
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"'m\b"), " am"),
    (re.compile(r"'re\b"), " are"),
    (re.compile(r"'ve\b"), " have"),
    (re.compile(r"'ll\b"), " will"),
    (re.compile(r"'"), ""),  # it's = its: they sound the same
)
_SPELLING_RULES = (
    (re.compile(r"(?<=\w{3})our(?=s?$|ed$|ing$|ite|able|ful$|less$|ly$|hood|er$|ers$)"), "or"),
    (re.compile(r"(?<=\w{3})is(?=e$|ed$|es$|ing$|er$|ers$|ation$|ations$)"), "iz"),
    (re.compile(r"(?<=\w{3})yse(?=$|d$|s$)"), "yze"),
    (re.compile(r"(?<=\w)(t|b)re(s?)$"), r"\1er\2"),
    (re.compile(r"(?<=\w{3})ence$"), "ense"),
    (re.compile(r"(?<=\w{2})ogue(s?)$"), r"og\1"),
)
_TOKEN = re.compile(r"[a-z0-9']+")
_DIGIT_GAP = re.compile(r"(?<=\d)[ ,-]?(?=\d)")


def fold(text: str) -> list[str]:
    """Returns the words of a text in lower case, as they sound; "F B I" is one word."""
    spoken = (piece for token in normalize(_plain(text)) for piece in token.spoken)
    line = " ".join(piece.rstrip(".") for piece in spoken).lower()
    for pattern, replacement in _CONTRACTIONS:
        line = pattern.sub(replacement, line)
    words = [part for word in _TOKEN.findall(line) for part in _respelled(word)]
    return _letters_joined(_without_joiners(["zero" if word == "oh" else word for word in words]))


def readings(text: str) -> list[list[str]]:
    """Returns the ways to read a text: digits hide whether "911" is said as one number.

    The first reading takes numbers as amounts, the second digit by digit; of a text and its
    transcript the two nearest readings are compared.
    """
    spelled = _DIGIT_GAP.sub(" ", text)
    return [fold(text)] if spelled == text else [fold(text), fold(spelled)]


def _plain(text: str) -> str:
    """Returns the text without accents and with straight quotes and spaces for hyphens."""
    straight = text.replace("’", "'").replace("‘", "'").replace("—", ", ").replace("…", ", ")
    decomposed = unicodedata.normalize("NFKD", straight)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return re.sub(r"(?<=[A-Za-z])-(?=[A-Za-z])", " ", bare)


def _respelled(word: str) -> list[str]:
    for pattern, replacement in _SPELLING_RULES:
        word = pattern.sub(replacement, word)
    return _spellings().get(word, word).split("-")


@lru_cache(maxsize=1)
def _spellings() -> dict[str, str]:
    """Returns the irregular spellings: each other one to the first of its line."""
    text = (files("steptts.evaluate") / "data" / "spellings.txt").read_text(encoding="utf-8")
    lines = [line.split() for line in text.splitlines() if not line.startswith("#")]
    return {other: first for first, *others in lines for other in others}


def _without_joiners(words: list[str]) -> list[str]:
    """Drops "and" behind hundred and its like: British English has it, American has not."""
    return [
        word
        for before, word in zip(["", *words], words, strict=False)
        if word != "and" or before not in _NUMBER_WORDS
    ]


def _letters_joined(words: list[str]) -> list[str]:
    """Joins letters in a row ("f", "b", "i"); the words "a" and "I" alone stay apart."""
    joined: list[str] = []
    for is_letters, run in groupby(words, key=lambda word: len(word) == 1 and word.isalpha()):
        letters = list(run)
        spelled = is_letters and any(letter not in "ai" for letter in letters)
        joined += ["".join(letters)] if spelled else letters
    return joined
