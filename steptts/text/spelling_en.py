"""English words without their sentence: lexicon, stems, acronyms, camelCase, letters to sound."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from steptts.errors import TextError
from steptts.text.letters_to_sound import load_letters_to_sound
from steptts.text.lexicon import Entry, load_packed, search
from steptts.text.suffixes_en import VOWELS, with_s

# Capitals that are an acronym although the letters are a word, too.
_SPELLED = frozenset(
    "US IT AM ID AD ER LA MA BA ETA LED COO POW OS PA TA MI AA OD EST MO GI SI DOE PM EV "
    "UN SEO AES ALS SAT SAP SOS ETH DEA EIN DOB INS OG ROI IDE EE AWS UPS NGO AR FYI".split()
)
_LONGEST_ACRONYM = 5  # longer capitals with vowels are more often a word
_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\WA-Z\d_]+|[A-Z]")
_INFLECTED_ACRONYM = re.compile(r"([A-Z]{2,})'?s")
_GREEK_OR_CYRILLIC = re.compile(r"LETTER (?:\w+ )*?(\w+)(?: WITH .*)?$")
_NO_STRESS = str.maketrans("", "", "ˈˌ")
# Letters that Unicode does not take apart into a base letter and an accent.
_LATIN = str.maketrans(
    {"ø": "o", "Ø": "O", "ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ł": "l"}
    | {"Ł": "L", "đ": "d", "ı": "i", "þ": "th", "Þ": "Th", "ð": "th"}
)
# Clitics: after a consonant, after a vowel.
_CLITICS = {
    "'ll": ("əl", "l"),
    "'ve": ("əv", "v"),
    "'re": ("əɹ", "ɹ"),
    "'d": ("əd", "d"),
    "n't": ("ənt", "nt"),
    "'m": ("əm", "m"),
}


class WordReader:
    """Phones of single words in one accent.

    Attributes:
        accent: "us" or "gb".
    """

    def __init__(self, accent: str) -> None:
        """Use the shipped lexicon of an accent ("us" or "gb")."""
        self.accent = accent
        self.entry = lru_cache(maxsize=20_000)(load_packed(accent).exact)
        self.unknown = lru_cache(maxsize=20_000)(self._unknown)

    def find(self, word: str) -> Entry | None:
        """The entry of a word, whatever its capitals."""
        for spelling in (word, word.lower(), word.capitalize()):
            entry = self.entry(spelling)
            if entry is not None:
                return entry
        return None

    def known(self, word: str) -> str | None:
        """Phones from the lexicon, from a stem, or with a clitic; None for an unknown word."""
        return search(self.entry, word, "", self.accent) or self._with_clitic(word)

    def _with_clitic(self, word: str) -> str | None:
        for clitic, (after_consonant, after_vowel) in _CLITICS.items():
            stem = word[: -len(clitic)]
            if word.lower().endswith(clitic) and stem:
                phones = self.known(stem) or self.unknown(stem)
                ends_open = phones[-1:] in VOWELS or phones.endswith("ː")
                return phones + (after_vowel if ends_open else after_consonant)
        return None

    def acronym(self, word: str) -> str | None:
        """Phones of an acronym ("NASA", "FBI", "CEOs"), None for any other word."""
        inflected = _INFLECTED_ACRONYM.fullmatch(word)
        if inflected:
            stem = self.acronym(inflected[1])
            return with_s(stem, self.accent) if stem else None
        if not word.isupper():
            return None
        entry = self.entry(word)
        if word in _SPELLED or (entry is not None and not entry["DEFAULT"]):
            return self.spell(word)
        if entry is not None:
            return entry["DEFAULT"]
        if not any(c in "AEIOUY" for c in word):
            return self.spell(word)
        found = search(self.entry, word, "", self.accent)
        if found:
            spelled = self.spell(word)  # an entry that only spells ("ibm") is stressed our way
            return spelled if found.translate(_NO_STRESS) == spelled.translate(_NO_STRESS) else None
        return self.spell(word) if len(word) <= _LONGEST_ACRONYM else None

    def spell(self, text: str) -> str:
        """The names of letters as one word, the last one stressed; digits are skipped."""
        names = []
        for char in text:
            entry = (
                (self.entry(char.upper()) or self.entry(char.lower())) if char.isascii() else None
            )
            names.append(entry["DEFAULT"] if entry else "")
        head, mark, tail = "".join(names).replace("ˈ", "ˌ").rpartition("ˌ")
        return f"{head}ˈ{tail}" if mark else tail

    def _unknown(self, word: str) -> str:
        """A word that is in no dictionary.

        Raises:
            TextError: a letter has no reading here.
        """
        if word.lower().endswith("'s") and len(word) > 2:
            return with_s(self.part(word[:-2]), self.accent)
        if not (word.isascii() and word.isalpha()):
            return self._foreign(word)
        pieces = _PIECE.findall(word)
        if len(pieces) > 1 and not word.isupper():
            return _compound([self.part(piece) for piece in pieces], pieces[-1].isupper())
        if not any(c in "aeiouy" for c in word.lower()):
            return self.spell(word)
        return load_letters_to_sound()(word, self.accent)

    def part(self, piece: str) -> str:
        """A piece of a longer word."""
        if len(piece) == 1:
            return self.spell(piece) if piece.isascii() else self._letter_name(piece)
        return self.acronym(piece) or self.known(piece) or self.unknown(piece)

    def _foreign(self, word: str) -> str:
        """Letters outside ASCII: without their accents, else by the names of the letters."""
        plain = unicodedata.normalize("NFKD", word.translate(_LATIN))
        plain = "".join(c for c in plain if not unicodedata.combining(c))
        letters = "".join(c for c in plain if c.isalpha())
        if letters.isascii():
            return (self.known(plain) or self.part(letters)) if letters else ""
        return "".join(self._letter_name(c) for c in letters)

    def _letter_name(self, char: str) -> str:
        if char.isascii():
            return self.spell(char)
        name = _GREEK_OR_CYRILLIC.search(unicodedata.name(char, ""))
        if not name:
            raise TextError(f"the English voice cannot read {char!r}; mark the text's language")
        return self.part(name.group(1).lower())


def _compound(parts: list[str], ends_in_acronym: bool) -> str:
    """Parts as one word with one primary stress: on the first, or on an acronym at the end."""
    main = len(parts) - 1 if ends_in_acronym else 0
    return "".join(p if i == main else p.replace("ˈ", "ˌ") for i, p in enumerate(parts))
