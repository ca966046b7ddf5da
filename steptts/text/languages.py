"""Who reads which stretch of a sentence: languages by script, digits by their surroundings.

Han goes to the Mandarin G2P, Latin and Greek letters to the English one, digits and symbols to
the language of the sentence or the one that the caller names. Knows nothing about length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Protocol

from steptts.errors import TextError
from steptts.text.g2p_en import EnglishG2P
from steptts.text.g2p_zh import HAN, MandarinG2P, Spoken
from steptts.text.inline import MARKS, Marks
from steptts.text.normalize_zh import normalize_spans
from steptts.text.pronunciation import UserLexicon
from steptts.text.words import Word

_ALIASES = {
    "en": "en", "en-us": "en", "en-gb": "en", "english": "en", "zh": "zh", "zh-cn": "zh",
    "zh-hans": "zh", "cmn": "zh", "chinese": "zh", "mandarin": "zh",
}  # fmt: skip
_HAN = re.compile(f"[{HAN}]")
_LATIN = (
    "A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af"  # Latin, IPA
    "\u0370-\u03ff\u1e00-\u1fff\uff21-\uff3a\uff41-\uff5a"  # Greek, more Latin, full-width
)
_LATIN_WORD = re.compile(f"[{_LATIN}]+")
# Letters with the marks that join them to one stretch: "state-of-the-art", "it works, right".
_STRETCH = re.compile(rf"[{_LATIN}]+(?:[ ,'’&./@_:-]{{1,3}}[{_LATIN}]+)*['’]?")
# English that keeps its digits inside a Chinese sentence: addresses, C++, 20th ...
_ADDRESSES = (
    r"(?:https?://|www\.)[!-~]{1,2000}(?<![.,;:!?)\"'])"
    r"|[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}"
    r"|(?<![A-Za-z])(?:C\+\+|[CF]#|[A-Z]&[A-Z])(?![A-Za-z])"
    r"|(?<![A-Za-z])No\. ?\d{1,6}|(?<![\dA-Za-z])\d{1,6}(?:st|nd|rd|th)(?![A-Za-z])"
)
# ... and phrases with a number between words, "works in 3 ways".
_SHIELDED = re.compile(
    _ADDRESSES
    + r"|(?<![A-Za-z])[A-Za-z]{2,40},? (?:[A-Za-z']{1,40},? )*(?<=[a-z] )\d{1,12}(?:[.,]\d{1,9})? "
    r"[a-z]{2,40}(?:,? [A-Za-z']{1,40}){0,200}(?![A-Za-z])"
)
_SHIELDED_IF_FORCED = re.compile(_ADDRESSES)
_SPACELESS = re.compile("[\u3040-\u30ff\u3100-\u312f\uac00-\ud7af\u1100-\u11ff]")
_SAMPLE = 2000  # characters that decide the language of text without letters


class G2P(Protocol):
    """Text to words; punctuation included."""

    def words(self, text: str) -> list[Word]:
        """Words of a stretch of one language."""
        ...


class Reader:
    """Reads sentences of mixed languages.

    Attributes:
        forced: the language that the caller named, or "".
        ambient: the language of sentences without letters.
    """

    def __init__(
        self, forced: str, ambient: str, accent: str, lexicon: UserLexicon | None, marks: Marks
    ) -> None:
        """Only store; G2Ps are loaded when their script first occurs."""
        self.forced = forced
        self.ambient = ambient
        self._accent = accent
        self._mandarin = MandarinG2P(dict(lexicon.mandarin) if lexicon else None)
        self._marks = marks

    def language_of(self, sentence: str) -> str:
        """Main language: Mandarin if it has at least as many Han characters as Latin words."""
        n_han, n_latin = _counts(sentence)
        if self.forced not in ("", "en", "zh"):
            return self.forced
        if not n_han and not n_latin:
            return self.forced or self.ambient
        return "zh" if n_han >= n_latin else "en"

    def source(self, text: str) -> str:
        """The text as the user wrote it."""
        return self._marks.restore(text)

    def words(self, sentence: str) -> list[Word]:
        """Words and pause marks of a sentence with marks.

        Raises:
            TextError: a character has no reader.
            BackendError: the named language needs espeak, which is not installed.
        """
        words: list[Word] = []
        numbers = self.forced or ("zh" if _HAN.search(sentence) else "")
        if not numbers:
            numbers = "en" if _LATIN_WORD.search(sentence) else self.ambient
        for piece in MARKS.split(sentence):
            if MARKS.fullmatch(piece):
                words.extend(self._marks.words(piece))
            elif piece:
                words.extend(self._piece(piece, numbers))
        return words

    def _piece(self, piece: str, numbers: str) -> Iterator[Word]:
        if numbers == "zh":
            yield from self._chinese(piece)
        elif numbers == "en":
            yield from self._english(piece)
        else:
            yield from _espeak(numbers).words(piece)

    def _english(self, piece: str) -> Iterator[Word]:
        """Han to Mandarin, everything else to English."""
        for index, part in enumerate(re.split(f"([{HAN}]+)", piece)):
            if index % 2:
                yield from self._mandarin.words(part)
            elif part.strip():
                yield from _english(self._accent).words(_fold(part))

    def _chinese(self, piece: str) -> Iterator[Word]:
        """Letters to English, everything else to Mandarin; shielded English keeps its digits."""
        position = 0
        shielded = _SHIELDED_IF_FORCED if self.forced else _SHIELDED
        for match in shielded.finditer(piece):
            yield from self._unshielded(piece[position : match.start()])
            yield from _english(self._accent).words(match.group())
            position = match.end()
        yield from self._unshielded(piece[position:])

    def _unshielded(self, piece: str) -> Iterator[Word]:
        spoken = Spoken()
        for span in normalize_spans(piece):
            spoken.add(span)
        position = 0
        for match in _STRETCH.finditer(spoken.text):
            yield from self._mandarin.spoken_words(spoken.part(position, match.start()))
            yield from _english(self._accent).words(_fold(match.group()))
            position = match.end()
        yield from self._mandarin.spoken_words(spoken.part(position, len(spoken.text)))


def reader_for(
    language: str | None, accent: str, lexicon: UserLexicon | None, marks: Marks, text: str
) -> Reader:
    """Make the reader for a marked text.

    Args:
        language: what the caller named, or None.
        accent: of English, "us" or "gb".
        lexicon: the user's own words.
        marks: the inline pronunciations of the text.
        text: the marked text; its letters are checked and tell the ambient language.

    Raises:
        TextError: the text holds words of a script that nobody here reads.
    """
    name = (language or "").strip().lower().replace("_", "-")
    forced = _ALIASES.get(name, name)
    if forced in ("", "en", "zh"):
        check_scripts(text)
    n_han, n_latin = _counts(text[:_SAMPLE])
    ambient = "zh" if n_han and n_han >= n_latin else "en"
    return Reader(forced, ambient, accent, lexicon, marks)


def check_scripts(text: str) -> None:
    """Refuse words in scripts without a reader; single letters pass and are read by name.

    Raises:
        TextError: names the word, its script and the way out.
    """
    foreign = "".join(re.escape(c) for c in sorted(set(text)) if c.isalpha() and not _is_read(c))
    if not foreign:
        return
    for match in re.finditer(f"[{foreign}]+", text):
        word = match.group()
        if len(word) > 1 or _SPACELESS.match(word):
            script = unicodedata.name(word[0], "UNKNOWN").split()[0].lower()
            raise TextError(
                f"{word[:20]!r} is written in {script}; English and Mandarin are built in, other "
                'languages need language="..." and pip install "steptts[espeak]"'
            )


def _is_read(character: str) -> bool:
    if _LATIN_WORD.match(character) or _HAN.match(character) or MARKS.match(character):
        return True
    folded = unicodedata.normalize("NFKC", character)
    return (
        folded != character
        and all(_LATIN_WORD.match(c) or _HAN.match(c) or not c.isalpha() for c in folded)
    ) or unicodedata.category(character) == "Lm"


def _fold(text: str) -> str:
    """Full-width, mathematical and ligature letters and digits as plain ones."""
    table = {
        ord(c): unicodedata.normalize("NFKC", c)
        for c in set(text)
        if "\uff10" <= c <= "\uff5a"
        or "\u2080" <= c <= "\u2089"
        or "\ufb00" <= c <= "\ufb06"
        or "\U0001d400" <= c <= "\U0001d7ff"
    }
    return text.translate(table) if table else text


def _counts(text: str) -> tuple[int, int]:
    """Number of Han characters and of Latin words."""
    return len(_HAN.findall(text)), len(_LATIN_WORD.findall(text))


@lru_cache(maxsize=4)
def _english(accent: str) -> EnglishG2P:
    return EnglishG2P(accent)


@lru_cache(maxsize=8)
def _espeak(language: str) -> G2P:
    from steptts.text.espeak import EspeakG2P

    return EspeakG2P(language)
