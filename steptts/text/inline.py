"""Finds inline pronunciations and lexicon words and puts marks in their place.

"{ni3 hao3}" alone is a word of its own; right after a word ("Zoë{zˈOi}", "重庆{chong2 qing4}") it
is how that word is said. A mark is one private-use character, which cleaned text never holds; its
code says what it stands for, so marked text can be cut anywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from steptts.errors import TextError
from steptts.text.pronunciation import HELP, UserLexicon, pinyin_syllables, read_pronunciation
from steptts.text.words import Word

_FIRST_MARK = 0xF0000  # planes 15 and 16 are private
_MAX_MARKS = 0x1FFF0
MARKS = re.compile("([\U000f0000-\U0010ffff])")
_MAX_LENGTH = 200  # characters between braces
LETTER = "[^\\W\\d_\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U0010ffff]"
_WORD = re.compile(rf"{LETTER}+(?:['’-]{LETTER}+)*")
_WORD_AT_END = re.compile(rf"(?<!{LETTER}){LETTER}+(?:['’-]{LETTER}+){{0,8}}$")
_HAN_AT_END = re.compile("[\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af]+$")
_BRACES = re.compile(r"\{([^{}\n]*)\}")
_LOOK_BACK = 48  # characters before a brace in which its word is looked for


@dataclass(frozen=True, slots=True)
class Inline:
    """What one mark stands for.

    Attributes:
        source: the text that it replaced.
        words: what is said; the first carries the text for captions.
    """

    source: str
    words: tuple[Word, ...]


@dataclass(slots=True)
class Marks:
    """The inline pronunciations of one text, each once, however often it occurs."""

    inlines: list[Inline] = field(default_factory=list)
    _known: dict[str, str] = field(default_factory=dict)

    def add(self, source: str, shown: str, spoken: tuple[str, ...]) -> str:
        """Return the mark for a pronunciation.

        Raises:
            TextError: more different ones than there are marks.
        """
        mark = self._known.get(source)
        if mark is None:
            if len(self.inlines) == _MAX_MARKS:
                raise TextError(
                    f"over {_MAX_MARKS:,} different inline pronunciations; split the text"
                )
            texts = [shown] + [""] * (len(spoken) - 1)
            self.inlines.append(Inline(source, tuple(map(Word, texts, spoken))))
            mark = self._known[source] = chr(_FIRST_MARK + len(self.inlines) - 1)
        return mark

    def words(self, mark: str) -> tuple[Word, ...]:
        """What a mark says."""
        return self.inlines[ord(mark) - _FIRST_MARK].words

    def restore(self, text: str) -> str:
        """Put the source text back in place of the marks."""
        return MARKS.sub(lambda match: self.inlines[ord(match[1]) - _FIRST_MARK].source, text)


def mark_inline(text: str, lexicon: UserLexicon | None = None) -> tuple[str, Marks]:
    """Replace inline pronunciations and words of the lexicon by marks.

    Args:
        text: cleaned text.
        lexicon: the user's own words; whole words, as written or in lower case.

    Raises:
        TextError: a pronunciation cannot be read.
    """
    marks = Marks()
    own = _own_words(lexicon) if lexicon is not None and lexicon.words else None
    pieces: list[str] = []
    position = 0
    for match in _BRACES.finditer(text):
        before = text[position : match.start()]
        size = _size_of_word_before(before[-_LOOK_BACK:], match[1])
        shown = before[len(before) - size :]
        before = before[: len(before) - size]
        pieces.append(_mark_own(before, own, lexicon, marks))
        pieces.append(marks.add(shown + match.group(), shown or match.group(), _read(match[1])))
        position = match.end()
    pieces.append(_mark_own(text[position:], own, lexicon, marks))
    return "".join(pieces), marks


def _read(value: str) -> tuple[str, ...]:
    if len(value) > _MAX_LENGTH:
        raise TextError(
            f"pronunciation {{{value[:40]}...}} has {len(value)} characters, "
            f"{_MAX_LENGTH} are the most; {HELP}"
        )
    return tuple(read_pronunciation(value))


def _size_of_word_before(tail: str, value: str) -> int:
    """How many characters before a brace it pronounces: as many Han as syllables, or a word."""
    syllables = pinyin_syllables(value)
    if syllables is not None:
        han = _HAN_AT_END.search(tail)
        return min(len(syllables), len(han.group())) if han else 0
    word = _WORD_AT_END.search(tail)
    return len(word.group()) if word else 0


def _mark_own(
    text: str, own: re.Pattern[str] | None, lexicon: UserLexicon | None, marks: Marks
) -> str:
    if own is None or lexicon is None:
        return text

    def replace(match: re.Match[str]) -> str:
        spelling = match.group()
        spoken = lexicon.find(spelling)
        return spelling if spoken is None else marks.add(spelling, spelling, spoken)

    return own.sub(replace, text)


def _own_words(lexicon: UserLexicon) -> re.Pattern[str]:
    """Plain words, and spellings of the lexicon that are none (C++, 重庆, New York) before them."""
    special = (word for word in lexicon.words if not _WORD.fullmatch(word))
    parts = [_bounded(word) for word in sorted(special, key=len, reverse=True)]
    return re.compile("|".join([*parts, _WORD.pattern]), re.IGNORECASE)


def _bounded(word: str) -> str:
    before = rf"(?<!{LETTER})" if re.match(LETTER, word) else ""
    after = rf"(?!{LETTER})" if re.search(LETTER + "$", word) else ""
    return before + re.escape(word) + after
