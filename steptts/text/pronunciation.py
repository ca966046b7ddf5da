"""Pronunciations that the user gives: inline "{...}" and lexicon files.

Three spellings are read: our phone notation (`steptts.text.phones`), CMU (ARPABET) with stress
digits, and pinyin with tone digits or marks. Knows nothing about normal G2P.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from steptts.errors import TextError
from steptts.text import phones
from steptts.text.arpabet import from_arpabet
from steptts.text.pinyin_phones import split_tone, syllable_phones

MAX_LEXICON_BYTES = 16 * 2**20
_CMU = re.compile(r"(?:[A-Z]{1,2}[012]?[ |]+){0,80}[A-Z]{1,2}[012]?")
_CMU_VOWEL = re.compile(r"\b(?:A[AEHOWY]|E[HRY]|I[HY]|O[WY]|U[HW])[012]?\b")
_PINYIN_TOKEN = re.compile(r"[a-zêü:]{1,7}[1-5]", re.IGNORECASE)
_MARKED_PINYIN = re.compile(r"[a-zü]*[āáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜ][a-zü]*", re.IGNORECASE)
_HAN = re.compile("[\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af]+")
HELP = "write phones {həlˈO}, CMU {HH AH0 L OW1} or pinyin {ni3 hao3}"


def read_pronunciation(value: str) -> list[str]:
    """Words of a pronunciation, each in phone notation.

    Args:
        value: "həlˈO wˈɜɹld" (words apart), "HH AH0 L OW1" (one word; "|" parts words), or
            "ni3 hao3" (one word).

    Raises:
        TextError: the value is empty or in none of the three spellings.
    """
    tokens = value.split()
    if not tokens:
        raise TextError(f"empty pronunciation {{{value}}}; {HELP}")
    if all(_PINYIN_TOKEN.fullmatch(token) or _MARKED_PINYIN.fullmatch(token) for token in tokens):
        return ["".join(syllable_phones(*split_tone(token)) for token in tokens)]
    if _is_cmu(value):
        return [from_arpabet(word.split()) for word in value.split("|") if word.strip()]
    try:
        for token in tokens:
            symbols = [symbol for symbol, _mark in phones.read_word(token)]
            if not symbols or any(phones.is_pause(symbol) for symbol in symbols):
                raise TextError(f"{token!r} is not made of sounds only")
    except TextError as error:
        raise TextError(
            f"cannot read the pronunciation {{{value[:60]}}}: {error}; {HELP}"
        ) from error
    return tokens


def pinyin_syllables(value: str) -> tuple[str, ...] | None:
    """Split a pronunciation in pinyin into syllables; None if it is no pinyin."""
    tokens = value.split()
    if tokens and all(
        _PINYIN_TOKEN.fullmatch(token) or _MARKED_PINYIN.fullmatch(token) for token in tokens
    ):
        return tuple("{}{}".format(*split_tone(token)) for token in tokens)
    return None


def _is_cmu(value: str) -> bool:
    """Whether a value is CMU: capital symbols in a row, one of them a vowel with two letters."""
    return _CMU.fullmatch(value.strip()) is not None and _CMU_VOWEL.search(value) is not None


@dataclass(frozen=True)
class UserLexicon:
    """The user's own pronunciations.

    Attributes:
        words: spelling to words in phone notation; looked up as written, then in lower case.
        mandarin: Han spelling to pinyin syllables; tone sandhi still applies to these.
    """

    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    mandarin: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def find(self, spelling: str) -> tuple[str, ...] | None:
        """Pronunciation of a spelling, or None."""
        found = self.words.get(spelling)
        return found if found is not None else self.words.get(spelling.lower())


def read_lexicon(path: str | Path) -> UserLexicon:
    """Read a lexicon file: UTF-8 lines "word<TAB>pronunciation", "#" starts a comment line.

    The word may also be parted by spaces, if it has none itself. A later line wins.

    Raises:
        TextError: the file cannot be read, or a line cannot; the message names line and value.
    """
    path = Path(path)
    try:
        if path.stat().st_size > MAX_LEXICON_BYTES:
            raise TextError(f"lexicon {path.name} is over {MAX_LEXICON_BYTES >> 20} MiB; split it")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise TextError(f"cannot read the lexicon {str(path)!r} as UTF-8 text: {error}") from error
    return parse_lexicon(text, path.name)


def parse_lexicon(text: str, name: str = "lexicon") -> UserLexicon:
    """Read the text of a lexicon file; see `read_lexicon`."""
    words: dict[str, tuple[str, ...]] = {}
    mandarin: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        entry = line.strip()
        if not entry or entry.startswith("#"):
            continue
        word, _, value = entry.partition("\t") if "\t" in entry else entry.partition(" ")
        word, value = word.strip(), value.strip()
        where = f"{name}, line {number}"
        if not value:
            raise TextError(
                f"{where}: {entry!r} has no pronunciation; write word<TAB>pronunciation"
            )
        syllables = pinyin_syllables(value)
        try:
            if syllables is not None and _HAN.fullmatch(word):
                if len(syllables) != len(word):
                    raise TextError(f"{len(word)} characters, but {len(syllables)} syllables")
                read_pronunciation(value)
                mandarin[word] = syllables
            else:
                words[word] = tuple(read_pronunciation(value))
        except TextError as error:
            raise TextError(f"{where}: {word!r} {value!r}: {error}") from error
    return UserLexicon(words, mandarin)
