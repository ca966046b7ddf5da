"""Mandarin text to phones: words, readings in context, 儿化, tone sandhi.

Wants normalized text (numbers already written in Han); `steptts.text.normalize_zh` does that and
`MandarinG2P.words` calls it. Other scripts than Han are left out here: the front end sends them to
the G2P of their language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from steptts.text.mandarin_table import MandarinTable, load_table
from steptts.text.normalize_zh import Span, normalize_spans
from steptts.text.pinyin_phones import split_tone, syllable_phones
from steptts.text.polyphones_zh import reading_in_context
from steptts.text.sandhi import Syllable, apply_sandhi
from steptts.text.traditional import simplified
from steptts.text.words import Word

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_LONGEST_NUMBER = 12  # syllables of one word; longer digit strings become several
PUNCTUATION = {
    **dict.fromkeys("，、,", ","), **dict.fromkeys("。．.", "."), **dict.fromkeys("！!", "!"),
    **dict.fromkeys("？?", "?"), **dict.fromkeys("；;", ";"), **dict.fromkeys("：:", ":"),
    **dict.fromkeys("—–", "—"), "…": "…",
}  # fmt: skip
_HAN_RUN_OR_MARK = re.compile(f"[{HAN}]+|([{re.escape(''.join(PUNCTUATION))}])\\1*")
# 儿 after these is a child, not 儿化: 女儿, 婴儿, 幼儿, 孤儿 ...
_CHILD_BEFORE = frozenset("女婴幼孤健少男胎宠产患弃育托混")


class Spoken:
    """Normalized text that remembers what each character was written as.

    Attributes:
        text: Han text and punctuation, as it is said.
    """

    def __init__(self) -> None:
        """Begin empty."""
        self.text = ""
        self._origins: list[str] = []  # source of each character; "" inside an expansion
        self._expanded: list[bool] = []

    def add(self, span: Span) -> None:
        """Append a span."""
        changed = span.source != span.spoken
        self.text += span.spoken
        rest = [""] * (len(span.spoken) - 1)
        self._origins += [span.source, *rest] if changed else list(span.spoken)
        self._expanded += [changed] * len(span.spoken)

    def part(self, start: int, end: int) -> Spoken:
        """The characters from start to end."""
        part = Spoken()
        part.text = self.text[start:end]
        part._origins = self._origins[start:end]
        part._expanded = self._expanded[start:end]
        return part

    def source(self, start: int, end: int) -> str:
        """What the characters from start to end were written as."""
        return "".join(self._origins[start:end])

    def is_expansion(self, position: int) -> bool:
        """Whether the character stands for something written otherwise."""
        return self._expanded[position]

    def piece_ends(self, start: int, end: int) -> Iterator[int]:
        """Where, within start to end, expansions begin and end; then the end itself."""
        for position in range(start + 1, end):
            begins_expansion = self._expanded[position] and self._origins[position]
            if begins_expansion or self._expanded[position] != self._expanded[position - 1]:
                yield position
        yield end


class MandarinG2P:
    """Reads Mandarin. The table is loaded at the first use, in about 80 ms.

    Attributes:
        lexicon: the user's own words, Han text to a list of pinyin syllables with tone digits.
    """

    def __init__(self, lexicon: dict[str, tuple[str, ...]] | None = None) -> None:
        """Only store."""
        self.lexicon = lexicon or {}

    @property
    def table(self) -> MandarinTable:
        """Readings and word costs, the user's words included."""
        table = load_table()
        if not self.lexicon:
            return table
        own = {simplified(word): readings for word, readings in self.lexicon.items()}
        costs = table.costs | dict.fromkeys(own, 0.0)
        longest = max(table.longest, *map(len, own))
        return MandarinTable(table.characters, table.readings | own, costs, longest)

    def words(self, text: str) -> list[Word]:
        """Words of a Mandarin text, digits and symbols included; other scripts are left out.

        Args:
            text: any length; normalized here.

        Returns:
            Words with phones, tones as spoken; punctuation as words of one mark.
        """
        spoken = Spoken()
        for span in normalize_spans(text):
            spoken.add(span)
        return self.spoken_words(spoken)

    def spoken_words(self, spoken: Spoken) -> list[Word]:
        """Words of normalized text."""
        words: list[Word] = []
        clause: list[tuple[list[Syllable], str]] = []
        position = 0
        for match in _HAN_RUN_OR_MARK.finditer(spoken.text):
            start, end = match.span()
            if spoken.text[start] in PUNCTUATION:
                words += self._clause_words(clause)
                clause = []
                words.append(Word(spoken.source(start, end), PUNCTUATION[spoken.text[start]]))
                continue
            position = start
            for piece_end in spoken.piece_ends(start, end):
                piece = spoken.text[position:piece_end]
                whole = spoken.is_expansion(position)
                before = clause[-1][0] if clause and position > start else []
                words_before = "".join(syllable.character for syllable in before)
                for syllables, size in self._run_syllables(piece, words_before, whole=whole):
                    clause.append((syllables, spoken.source(position, position + size)))
                    position += size
        return words + self._clause_words(clause)

    def _clause_words(self, clause: list[tuple[list[Syllable], str]]) -> list[Word]:
        table = load_table()
        citations = [_phones(syllables) for syllables, _ in clause]
        apply_sandhi([syllables for syllables, _ in clause], lambda text: text in table.costs)
        return [
            Word(source, _phones(syllables), citation)
            for (syllables, source), citation in zip(clause, citations, strict=True)
        ]

    def _run_syllables(
        self, run: str, previous: str, *, whole: bool
    ) -> Iterator[tuple[list[Syllable], int]]:
        """Yield the words of a run of Han as (syllables, number of characters).

        `previous` is the word before the run, if no pause stands between. A `whole` run, the
        reading of one number, stays one word up to `_LONGEST_NUMBER`.
        """
        table, written, run = self.table, run, simplified(run)
        position = 0
        if whole:
            words = [run[i : i + _LONGEST_NUMBER] for i in range(0, len(run), _LONGEST_NUMBER)]
        else:
            words = _erhua_joined(_de_le_parted(table.split(run), self.lexicon))
        for index, word in enumerate(words):
            earlier = words[index - 2] if index > 1 else ""
            before = words[index - 1] if index else previous
            after = words[index + 1] if index + 1 < len(words) else ""
            readings = table.read(word)
            character = written[position]
            if len(word) == 1 and not {word, character} & self.lexicon.keys():
                # 隻 is zhi1 and 髮 fa4, although their simplified forms have other readings.
                alone = readings[0] if word == character else table.characters.get(character, "")
                readings = [
                    reading_in_context(word, before, after, earlier) or alone or readings[0]
                ]
            position += len(word)
            yield _syllables(word, readings), len(word)


def _de_le_parted(words: list[str], own: dict[str, tuple[str, ...]]) -> list[str]:
    """Take 得了 apart: it is de2 le5 (得了冠军) or, after a verb, de5 liao3 (受得了)."""
    return [part for word in words for part in (word if word == "得了" not in own else (word,))]


def _erhua_joined(words: list[str]) -> list[str]:
    """Join a lone 儿 to the word before it, unless it is a child."""
    joined: list[str] = []
    for word in words:
        if word == "儿" and joined and joined[-1][-1] not in _CHILD_BEFORE:
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def _syllables(word: str, readings: list[str]) -> list[Syllable]:
    syllables: list[Syllable] = []
    for index, (character, reading) in enumerate(zip(word, readings, strict=True)):
        if not reading:
            continue  # a character without any known reading
        letters, tone = split_tone(reading)
        if (
            character == "儿"
            and index
            and index == len(word) - 1
            and word[index - 1] not in _CHILD_BEFORE
            and syllables
        ):
            syllables[-1].rhotic = True
            continue
        if letters == "zi" and tone == 5 and index < len(word) - 1:
            tone = 3  # 子 is neutral only at the end of a word
        syllables.append(Syllable(character, letters, tone))
    return syllables


def _phones(syllables: list[Syllable]) -> str:
    return "".join(
        syllable_phones(syllable.letters, syllable.tone, rhotic=syllable.rhotic)
        for syllable in syllables
    )
