"""English text to phones: normalization, lexicon by part of speech, weak forms in the sentence.

    EnglishG2P("us").words("Dr. Smith lives at 5 Main St.")

Order of authority: the user's lexicon, the shipped lexicon (by part of speech where it differs),
the stem of a derived word, spelling for acronyms, letters to sound. Sentences are read from right
to left, because weak forms depend on the sound that follows ("the apple", "to eat").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from steptts.errors import TextError
from steptts.text import homographs
from steptts.text.lexicon import ACCENTS, Entry, choose
from steptts.text.normalize_en import Token, normalize
from steptts.text.spelling_en import WordReader
from steptts.text.suffixes_en import VOWELS
from steptts.text.words import PUNCTUATION, Word

_SENTENCE_ENDS = frozenset(".!?…")
_STRENGTH = ",—:;….!?"  # of two pause marks in a row the later one here stays
_MAX_HYPHENS = 3  # jack-in-the-box: longer compounds are read in parts
_CLAUSE_WORDS = 6  # how far the homograph rules look
_LETTER_BEFORE = frozenset(
    "vitamin plan grade hepatitis type group class team point section appendix letter option part "
    "exhibit model series schedule studio block wing gate level".split()
)


class UserWords(Protocol):
    """What G2P needs of a user's lexicon (steptts/text/pronunciation.py has one)."""

    def find(self, spelling: str) -> tuple[str, ...] | None:
        """The words of a pronunciation, None if there is none."""
        ...


@dataclass(slots=True)
class _Item:
    """A word to be spoken, on its way to phones."""

    spoken: str
    source: str
    fixed: str = ""  # phones that need no context
    shouted: bool = False  # capitals in a sentence in capitals
    first: bool = False  # first of its sentence

    @property
    def is_mark(self) -> bool:
        return self.spoken in PUNCTUATION and not self.fixed


class EnglishG2P:
    """English grapheme-to-phone conversion for one accent.

    Attributes:
        accent: "us" or "gb".
    """

    def __init__(self, accent: str = "us", lexicon: UserWords | None = None) -> None:
        """Choose an accent and, optionally, the user's own pronunciations.

        Raises:
            TextError: the accent is unknown.
        """
        if accent not in ACCENTS:
            raise TextError(f"accent {accent!r} is unknown; English has {', '.join(ACCENTS)}")
        self.accent = accent
        self._user = lexicon
        self._reader = WordReader(accent)

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
        _mark_sentences(items)
        phones = [""] * len(items)
        following = ""
        for index in range(len(items) - 1, -1, -1):
            item = items[index]
            phones[index] = item.spoken if item.is_mark else self._phones(items, index, following)
            following = "" if item.is_mark else phones[index] or following
        if self.accent == "gb":
            _link_r(items, phones)
        return _words(items, phones)

    def _items(self, text: str) -> list[_Item]:
        tokens = normalize(text, self.accent)
        items: list[_Item] = []
        position = 0
        while position < len(tokens):
            token = tokens[position]
            own = self._user.find(token.source) if self._user else None
            if own:
                items += [_Item(p, "" if i else token.source, p) for i, p in enumerate(own)]
                position += 1
                continue
            n_tokens, phones = self._hyphenated(tokens, position)
            if n_tokens:
                source = "".join(t.source for t in tokens[position : position + n_tokens])
                items.append(_Item(source, source, phones))
            else:
                items += _token_items(token)
            position += n_tokens or 1
        return items

    def _hyphenated(self, tokens: list[Token], start: int) -> tuple[int, str]:
        """How many tokens from here are one entry of the lexicon ("Wi-Fi"), and its phones."""
        end = start + 1
        while (
            end + 1 < len(tokens)
            and end - start < 2 * _MAX_HYPHENS
            and tokens[end].source == "-"
            and not tokens[end].spoken
            and all(t.spoken == (t.source,) for t in (tokens[end - 1], tokens[end + 1]))
        ):
            end += 2
        while end > start + 1:
            entry = self._reader.find("".join(t.source for t in tokens[start:end]))
            if entry is not None and entry["DEFAULT"]:
                return end - start, entry["DEFAULT"]
            end -= 2
        return 0, ""

    def _phones(self, items: list[_Item], index: int, following: str) -> str:
        """Phones of one item, given the phones of the next word ("" before a pause)."""
        item = items[index]
        spoken = item.spoken
        if item.fixed:
            return item.fixed
        if spoken.endswith("."):
            return self._reader.spell(spoken.replace(".", ""))
        weak = self._weak_form(items, index, following)
        if weak:
            return weak
        if len(spoken) == 1 and spoken.isascii() and spoken.isalpha():
            return self._reader.spell(spoken)
        acronym = None if item.shouted else self._reader.acronym(spoken)
        if acronym:
            return acronym
        word = spoken.lower() if item.shouted else spoken
        entry = self._reader.find(word)
        if entry is not None:
            return _choose(entry, items, index, following) or self._reader.spell(spoken)
        return self._reader.known(word) or self._reader.unknown(word)

    @staticmethod
    def _weak_form(items: list[_Item], index: int, following: str) -> str:
        """Articles and "to" by the sound that follows, "I" by habit of the lexicon."""
        item = items[index]
        lower = item.spoken.lower()
        before_vowel = following.lstrip("ˈˌ")[:1] in VOWELS if following else False
        if lower == "a":
            return "ɐ" if following and not _is_letter_a(items, index) else "ˈA"
        if not following:
            return "ˈɪn" if lower == "in" else ""
        if lower == "the":
            return "ði" if before_vowel else "ðə"
        if lower == "to":
            return "tʊ" if before_vowel else "tə"
        if lower == "an":
            return "ɐn"
        if item.spoken == "I":
            return "ˌI"
        if lower == "am" and (item.spoken != "AM" or item.shouted):
            return "ɐm"
        return ""


def _is_letter_a(items: list[_Item], index: int) -> bool:
    """Whether a capital A is the letter ("vitamin A is"), not the article ("Upon A Time")."""
    item = items[index]
    if item.spoken != "A" or item.shouted or item.first or index == 0:
        return False
    before = items[index - 1]
    next_capital = index + 1 < len(items) and items[index + 1].spoken[:1].isupper()
    return before.spoken.lower() in _LETTER_BEFORE or not (next_capital or before.is_mark)


def _choose(entry: Entry, items: list[_Item], index: int, following: str) -> str:
    """The phones of an entry in its place; "" where it is to be spelled."""
    if len(entry) == 1:
        return entry["DEFAULT"]
    if not following and "None" in entry:
        return entry["None"]
    before, after = _clause(items, index, -1)[::-1], _clause(items, index, 1)
    tag = homographs.part_of_speech(items[index].spoken.lower(), before, after)
    return choose(entry, tag) or entry["DEFAULT"]


def _clause(items: list[_Item], index: int, step: int) -> list[str]:
    """The next words of the same clause in one direction, nearest first, lower case."""
    words: list[str] = []
    index += step
    while 0 <= index < len(items) and not items[index].is_mark and len(words) < _CLAUSE_WORDS:
        words.append(items[index].spoken.lower())
        index += step
    return words


def _token_items(token: Token) -> list[_Item]:
    """The words of one token; names of letters in a row become one word ("P. M.")."""
    items: list[_Item] = []
    for spoken in token.spoken:
        is_letter = len(spoken) == 2 and spoken[1] == "."
        if is_letter and items and items[-1].spoken.endswith(".") and not items[-1].is_mark:
            items[-1].spoken += spoken
        else:
            items.append(_Item(spoken, "" if items else token.source))
    return items


def _mark_sentences(items: list[_Item]) -> None:
    """Mark first words, and sentences in capitals, whose words are not acronyms."""
    start = 0
    for end in range(len(items) + 1):
        if end < len(items) and items[end].spoken not in _SENTENCE_ENDS:
            continue
        sentence = [i for i in items[start:end] if not i.is_mark]
        longer = [i for i in sentence if len(i.spoken) > 1 and i.spoken.isalpha()]
        n_capitals = sum(i.spoken.isupper() for i in longer)
        shouted = n_capitals > 2 and n_capitals > 0.6 * len(longer)
        for item in sentence:
            item.shouted = shouted and item.spoken.isupper()
        if sentence:
            sentence[0].first = True
        start = end + 1


def _link_r(items: list[_Item], phones: list[str]) -> None:
    """British linking r: a spelled final r sounds before a vowel, as in "car is"."""
    for index in range(len(items) - 1):
        ends_open = phones[index][-1:] in ("ə", "ː")
        next_vowel = phones[index + 1].lstrip("ˈˌ")[:1] in VOWELS and phones[index + 1] != ""
        if ends_open and next_vowel and items[index].spoken.lower().endswith(("r", "re")):
            phones[index] += "ɹ"


def _words(items: list[_Item], phones: list[str]) -> list[Word]:
    """Words of the items that sound; of several marks in a row the strongest stays."""
    words: list[Word] = []
    for item, spoken in zip(items, phones, strict=True):
        if not spoken or (item.is_mark and not words):
            continue
        if item.is_mark and words[-1].is_punctuation:
            if _STRENGTH.find(spoken) > _STRENGTH.find(words[-1].phones):
                words[-1] = Word(words[-1].text, spoken)
            continue
        words.append(Word(item.source, spoken))
    return words
