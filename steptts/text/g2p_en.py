"""English text to phones: normalization, lexicon, weak forms, and letters to sound.

    EnglishG2P("us").words("Dr. Smith lives at 5 Main St.")

Order of authority: the user's lexicon, the shipped lexicon (by part of speech where it differs),
the stem of a derived word, spelling for acronyms, letters to sound. Sentences are read from right
to left, because weak forms depend on the sound that follows ("the apple", "to eat").
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from steptts.errors import TextError
from steptts.text import homographs
from steptts.text.letters_to_sound import by_rules
from steptts.text.lexicon import ACCENTS, Entry, Lexicon, choose, load_packed, search
from steptts.text.normalize_en import Token, normalize
from steptts.text.readings_en import camel_words
from steptts.text.suffixes_en import VOWELS, with_s
from steptts.text.words import PUNCTUATION, Word

_SENTENCE_ENDS = frozenset(".!?…")
# Capitals that are an acronym unless the whole sentence is in capitals.
_SPELLED = frozenset(
    "US IT AM ID AD ER LA MA BA ETA LED COO POW OS PA TA MI AA OD EST MO GI SI DOE PM".split()
)
# Clitics that the lexicon lacks on their own: after a consonant, after a vowel.
_CLITICS = {
    "'ll": ("əl", "l"),
    "'ve": ("əv", "v"),
    "'re": ("əɹ", "ɹ"),
    "'d": ("əd", "d"),
    "n't": ("ənt", "nt"),
    "'m": ("əm", "m"),
}
_LETTER_BEFORE = frozenset(
    "vitamin plan grade hepatitis type group class team point section appendix letter option part "
    "exhibit model series schedule studio block wing gate level".split()
)


@dataclass(slots=True)
class _Item:
    """A word to be spoken, on its way to phones."""

    spoken: str
    source: str
    fixed: str = ""  # phones that the user gave
    shouted: bool = False
    first: bool = False  # first of its sentence

    @property
    def is_mark(self) -> bool:
        return self.spoken in PUNCTUATION


class EnglishG2P:
    """English grapheme-to-phone conversion for one accent.

    Attributes:
        accent: "us" or "gb".
    """

    def __init__(self, accent: str = "us", lexicon: Lexicon | None = None) -> None:
        """Choose an accent and, optionally, the user's own pronunciations.

        Raises:
            TextError: the accent is unknown.
        """
        if accent not in ACCENTS:
            raise TextError(f"accent {accent!r} is unknown; English has {', '.join(ACCENTS)}")
        self.accent = accent
        self._user = lexicon
        self._packed = load_packed(accent)
        self._entry = lru_cache(maxsize=20_000)(self._packed.exact)
        self._unknown = lru_cache(maxsize=20_000)(self._letters_to_sound)

    def words(self, text: str) -> list[Word]:
        """Phones of a text.

        Args:
            text: English text of any length; time is linear in it.

        Returns:
            Spoken words and pause marks in order; no mark at the start, none after another.

        Raises:
            TextError: a character has no reading here (another script without letter names).
        """
        items = self._items(text)
        _mark_shouting(items)
        phones = [""] * len(items)
        following = ""
        for index in range(len(items) - 1, -1, -1):
            item = items[index]
            phones[index] = item.spoken if item.is_mark else self._word(items, index, following)
            following = "" if item.is_mark else phones[index] or following
        if self.accent == "gb":
            _link_r(items, phones)
        return _joined(items, phones)

    def _items(self, text: str) -> list[_Item]:
        items: list[_Item] = []
        for token in normalize(text, self.accent):
            fixed = self._user.get(token.source) if self._user else None
            if fixed:
                items.append(_Item(token.source, token.source, fixed))
            else:
                items += _token_items(token)
        return items

    def _word(self, items: list[_Item], index: int, following: str) -> str:
        """Phones of one item, given the phones of the next word ("" before a pause)."""
        item = items[index]
        if item.fixed:
            return item.fixed
        spoken = item.spoken
        if spoken.endswith(".") and len(spoken) > 1:
            return self._spell(spoken.replace(".", ""))
        given = self._user.get(spoken) if self._user else None
        if given:
            return given
        weak = self._weak_form(items, index, following)
        if weak:
            return weak
        known = self._known(items, index, following)
        if known is not None:
            return known
        return self._unknown(spoken, item.shouted)

    def _weak_form(self, items: list[_Item], index: int, following: str) -> str:
        """Articles and "to" by the sound that follows, "I" by habit of the lexicon."""
        item = items[index]
        lower = item.spoken.lower()
        before_vowel = following.lstrip("ˈˌ")[:1] in VOWELS if following else False
        if lower == "the" and following:
            return "ði" if before_vowel else "ðə"
        if lower == "to" and following:
            return "tʊ" if before_vowel else "tə"
        if lower == "a":
            return "ɐ" if following and not self._is_letter_a(items, index) else "ˈA"
        if lower == "an" and following:
            return "ɐn"
        if item.spoken == "I" and following:
            return "ˌI"
        if lower == "am" and following and (item.spoken != "AM" or item.shouted):
            return "ɐm"
        if lower == "in" and not following:
            return "ˈɪn"
        return ""

    @staticmethod
    def _is_letter_a(items: list[_Item], index: int) -> bool:
        item = items[index]
        if item.spoken != "A" or item.shouted or item.first or index == 0:
            return False
        before = items[index - 1].spoken
        next_capital = index + 1 < len(items) and items[index + 1].spoken[:1].isupper()
        return before.lower() in _LETTER_BEFORE or not (next_capital or items[index - 1].is_mark)

    def _known(self, items: list[_Item], index: int, following: str) -> str | None:
        """Phones from the lexicon, a stem, or the letters of an acronym."""
        item = items[index]
        spoken = item.spoken
        if len(spoken) == 1 and spoken.isascii() and spoken.isalpha():
            return self._spell(spoken)
        if spoken.isupper() and len(spoken) > 1 and not item.shouted:
            acronym = self._acronym(spoken)
            if acronym is not None:
                return acronym
        word = spoken.lower() if item.shouted else spoken
        entry = self._find(word)
        if entry is not None:
            return self._choose(entry, items, index, following) or self._spell(spoken)
        found = search(self._entry, word, "", self.accent)
        if found:
            return found
        return self._clitic(word, items, index)

    def _find(self, word: str) -> Entry | None:
        lower = word.lower()
        for spelling in (word, lower, lower.capitalize()):
            entry = self._entry(spelling)
            if entry is not None:
                return entry
        return None

    def _choose(self, entry: Entry, items: list[_Item], index: int, following: str) -> str:
        if len(entry) == 1:
            return entry["DEFAULT"]
        if not following and "None" in entry:
            return entry["None"]
        before = _clause(items, index, -1)
        after = _clause(items, index, 1)
        tag = homographs.part_of_speech(items[index].spoken.lower(), before[::-1], after)
        chosen = choose(entry, tag)
        return chosen or entry["DEFAULT"]

    def _acronym(self, word: str) -> str | None:
        """An acronym in capitals: its own entry, a word's, or its letters."""
        entry = self._entry(word)
        if word in _SPELLED or (entry is not None and not entry["DEFAULT"]):
            return self._spell(word)
        if entry is not None:
            return entry["DEFAULT"]
        if search(self._entry, word, "", self.accent):
            return None
        vowels = sum(c in "AEIOUY" for c in word)
        return self._spell(word) if len(word) < 6 or not vowels else None

    def _clitic(self, word: str, items: list[_Item], index: int) -> str | None:
        for clitic, (after_consonant, after_vowel) in _CLITICS.items():
            stem = word[: -len(clitic)]
            if word.lower().endswith(clitic) and stem:
                phones = search(self._entry, stem, "", self.accent)
                phones = phones or self._unknown(stem, items[index].shouted)
                return phones + (
                    after_vowel if phones[-1] in VOWELS or phones[-1] == "ː" else after_consonant
                )
        return None

    def _letters_to_sound(self, word: str, shouted: bool) -> str:
        """A word that nobody knows: its letters' names, its camelCase parts, or its sound."""
        if word.lower().endswith(("'s", "s'")) and len(word) > 2:
            return with_s(self._part(word[:-2]), self.accent)
        if word.isascii() and word.isalpha():
            pieces = [word] if shouted else camel_words(word)
            if len(pieces) == 2 and pieces[1] == "s" and pieces[0].isupper():
                return with_s(self._part(pieces[0]), self.accent)  # GPUs
            if len(pieces) > 1:
                return "".join(self._part(piece) for piece in pieces)
            return by_rules(word, self.accent)
        return self._foreign(word, shouted)

    def _part(self, piece: str) -> str:
        """A piece of a longer word, without context."""
        if len(piece) == 1:
            return self._spell(piece)
        if piece.isupper():
            acronym = self._acronym(piece)
            if acronym is not None:
                return acronym
        return search(self._entry, piece, "", self.accent) or self._unknown(piece, False)

    def _foreign(self, word: str, shouted: bool) -> str:
        """Letters outside ASCII: without their accents, else by the names of the letters."""
        plain = unicodedata.normalize("NFKD", word.translate(_LATIN))
        plain = "".join(c for c in plain if not unicodedata.combining(c))
        letters = plain.replace("'", "")
        if letters.isascii() and letters.isalpha():
            found = search(self._entry, plain, "", self.accent)
            return found or self._unknown(letters, shouted)
        names = [self._letter_name(c) for c in letters]
        return "".join(names)

    def _letter_name(self, char: str) -> str:
        if char.isascii():
            return self._spell(char) if char.isalpha() else ""
        name = re.search(r"LETTER (?:\w+ )*?(\w+)(?: WITH .*)?$", unicodedata.name(char, ""))
        if not name:
            raise TextError(f"the English voice cannot read {char!r}; mark the text's language")
        return self._part(name.group(1).lower())

    def _spell(self, text: str) -> str:
        """The names of letters as one word, the last one stressed."""
        names = []
        for char in text:
            entry = (
                (self._entry(char.upper()) or self._entry(char.lower())) if char.isascii() else None
            )
            names.append(entry["DEFAULT"] if entry else "")
        spelled = "".join(names).replace("ˈ", "ˌ")
        head, mark, tail = spelled.rpartition("ˌ")
        return head + "ˈ" + tail if mark else spelled


_LATIN = str.maketrans(
    {
        "ø": "o",
        "Ø": "O",
        "ß": "ss",
        "æ": "ae",
        "Æ": "Ae",
        "œ": "oe",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "ı": "i",
        "þ": "th",
        "ð": "th",
    }
)


def _token_items(token: Token) -> list[_Item]:
    """The words of one token; names of letters in a row become one word ("P. M.")."""
    items: list[_Item] = []
    for spoken in token.spoken:
        is_letter = len(spoken) == 2 and spoken[1] == "." and spoken[0] != "."
        if is_letter and items and items[-1].spoken.endswith(".") and not items[-1].is_mark:
            items[-1].spoken += spoken
        else:
            items.append(_Item(spoken, "" if items else token.source))
    return items


def _mark_shouting(items: list[_Item]) -> None:
    """Mark sentences in capitals, whose words are not acronyms, and first words."""
    start = 0
    for end in range(len(items) + 1):
        if end < len(items) and items[end].spoken not in _SENTENCE_ENDS:
            continue
        sentence = [i for i in items[start:end] if not i.is_mark]
        longer = [i for i in sentence if len(i.spoken) > 1 and i.spoken.isalpha()]
        capitals = sum(i.spoken.isupper() for i in longer)
        shouted = capitals > 2 and capitals > 0.6 * len(longer)
        for item in sentence:
            item.shouted = shouted and item.spoken.isupper()
        if sentence:
            sentence[0].first = True
        start = end + 1


def _clause(items: list[_Item], index: int, step: int) -> list[str]:
    """Up to six words of the same clause in one direction, nearest first, lower case."""
    words: list[str] = []
    index += step
    while 0 <= index < len(items) and not items[index].is_mark and len(words) < 6:
        words.append(items[index].spoken.lower())
        index += step
    return words


def _link_r(items: list[_Item], phones: list[str]) -> None:
    """British linking r: a spelled final r sounds before a vowel, as in "car is"."""
    for index in range(len(items) - 1):
        ends_open = phones[index][-1:] in ("ə", "ː")
        next_vowel = phones[index + 1].lstrip("ˈˌ")[:1] in VOWELS and phones[index + 1] != ""
        if ends_open and next_vowel and items[index].spoken.lower().endswith(("r", "re")):
            phones[index] += "ɹ"


def _joined(items: list[_Item], phones: list[str]) -> list[Word]:
    """Words of the items that sound; of several marks in a row the strongest stays."""
    words: list[Word] = []
    for item, spoken in zip(items, phones, strict=True):
        if not spoken:
            continue
        if item.is_mark:
            if not words:
                continue
            if words[-1].is_punctuation:
                if ",—:;….!?".find(spoken) > ",—:;….!?".find(words[-1].phones):
                    words[-1] = Word(words[-1].text, spoken)
                continue
        words.append(Word(item.source, spoken))
    return words
