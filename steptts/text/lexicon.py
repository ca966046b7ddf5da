"""The shipped English pronunciation lexicon: a sorted text searched by bisection.

A packed file is zlib over one line that lists the characters above ASCII (UTF-8), then lines
``word<TAB>phones`` sorted by byte, in which the n-th of those characters is the byte 128 + n. It
stays one bytes object in memory: no dictionary of 180,000 strings is built, so loading takes some
20 ms and 3.5 MB. Entries that suffixes_en gives back exactly were left out when the file was packed
(steptts/distill/lexicon.py), so ask ``phones``, which tries the entry, then other capitals, then
the stem.

An entry is either one string of phones or ``DEFAULT=..|NOUN=..|VERB=..`` by part of speech; an
empty value means that the word is then spelled letter by letter (IT, US).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib.resources import files

from steptts.errors import TextError
from steptts.text.suffixes_en import derive

ACCENTS = ("us", "gb")
Entry = dict[str, str]  # part of speech -> phones; DEFAULT is always there
_MAX_STEMS = 3  # un-help-ful-ness: how many affixes may be taken off


def parse_entry(text: str) -> Entry:
    """An entry as written in the packed file."""
    if "=" not in text:
        return {"DEFAULT": text}
    return dict(part.split("=", 1) for part in text.split("|"))


def choose(entry: Entry, tag: str) -> str:
    """The phones of an entry for a part of speech: the exact tag, its family, or DEFAULT."""
    if tag in entry:
        return entry[tag]
    family = "VERB" if tag.startswith("VB") else tag
    return entry.get(family, entry["DEFAULT"])


def search(exact: Callable[[str], Entry | None], word: str, tag: str, accent: str) -> str | None:
    """Phones of a word: its entry, the same word with other capitals, or its stem.

    Args:
        exact: finds the entry of one spelling.
        word: letters and apostrophes.
        tag: part of speech as homographs gives it, "" if unknown.
        accent: "us" or "gb".

    Returns:
        Phones, "" where the entry says that the word is spelled, None for an unknown word.
    """
    entry = exact(word)
    if entry is not None:
        return choose(entry, tag)
    return search_other(exact, word, tag, accent)


def search_other(
    exact: Callable[[str], Entry | None], word: str, tag: str, accent: str, depth: int = _MAX_STEMS
) -> str | None:
    """As ``search``, without looking at the very spelling: what packing may leave out."""
    lower = word.lower()
    for spelling in (lower, word.capitalize()):
        entry = exact(spelling) if spelling != word else None
        if entry is not None:
            return choose(entry, tag)
    if depth == 0:
        return None

    def stem(text: str, stem_tag: str) -> str | None:
        entry = exact(text)
        if entry is not None:
            return choose(entry, stem_tag)
        return search_other(exact, text, stem_tag, accent, depth - 1)

    return derive(lower, stem, accent)


class PackedLexicon:
    """One accent's lexicon.

    Attributes:
        accent: "us" or "gb".
    """

    def __init__(self, packed: bytes, accent: str) -> None:
        """Unpack a file's bytes."""
        self.accent = accent
        header, _, self._lines = zlib.decompress(packed).partition(b"\n")
        high = header.decode()
        self._to_byte = str.maketrans({char: chr(128 + i) for i, char in enumerate(high)})
        self._from_byte = str.maketrans({chr(128 + i): char for i, char in enumerate(high)})

    def exact(self, word: str) -> Entry | None:
        """The entry of this very spelling, by bisection over the bytes."""
        if not word or "\t" in word or "\n" in word:
            return None
        try:
            key = (word.translate(self._to_byte) + "\t").encode("latin-1")
        except UnicodeEncodeError:  # a character that no entry has
            return None
        lines, low, high = self._lines, 0, len(self._lines)
        while low < high:  # low and high are always starts of lines, or the end
            start = max(low, lines.rfind(b"\n", low, (low + high) // 2) + 1)
            end = lines.find(b"\n", start)
            end = len(lines) if end < 0 else end
            if lines.startswith(key, start):
                return parse_entry(self._decoded(lines[start + len(key) : end]))
            # Keys are compared with their tab, which sorts before every letter.
            if lines[start:end] < key:
                low = end + 1
            else:
                high = start
        return None

    def _decoded(self, line: bytes) -> str:
        return line.decode("latin-1").translate(self._from_byte)

    def entries(self) -> Iterator[tuple[str, Entry]]:
        """All packed words and entries, sorted by byte."""
        for line in self._decoded(self._lines).split("\n"):
            word, entry = line.split("\t")
            yield word, parse_entry(entry)

    def phones(self, word: str, tag: str = "") -> str | None:
        """Phones of a word (see ``search``)."""
        return search(self.exact, word, tag, self.accent)


@lru_cache(maxsize=2)
def load_packed(accent: str) -> PackedLexicon:
    """The shipped lexicon of an accent.

    Raises:
        TextError: the accent is neither "us" nor "gb".
    """
    if accent not in ACCENTS:
        raise TextError(f"accent {accent!r} is unknown; English has {', '.join(ACCENTS)}")
    file = files("steptts.text") / "data" / f"english_{accent}.lex"
    return PackedLexicon(file.read_bytes(), accent)
