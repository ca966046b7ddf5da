"""Mandarin text to phones: words, readings in context, 儿化, tone sandhi.

Wants normalized text (numbers already written in Han); `steptts.text.normalize_zh` does that and
`MandarinG2P.words` calls it. Other scripts than Han are left out here: the front end sends them to
the G2P of their language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from steptts.text.mandarin_table import MandarinTable, load_table
from steptts.text.normalize_zh import Span, normalize_spans
from steptts.text.pinyin_phones import split_tone, syllable_phones
from steptts.text.sandhi import Syllable, apply_sandhi
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
_CHILD_BEFORE = frozenset("女婴幼孤健少男胎宠产患孩弃育托混")
_NUMERALS = frozenset("一二三四五六七八九十百千万两几半数多每这那哪零幺第")
_PRONOUN_STARTS = frozenset("我你您他她它咱谁自大人什何此了国")


def _de(before: str, after: str) -> str:
    """得: must (dei3) after a subject and before a verb, else the particle (de5)."""
    subject = before[-1:] in tuple("我你您他她它们就还都又可只也总谁") or not before
    return "dei3" if subject and after and after[0] not in "了到" else ("de5" if before else "de2")


def _di(before: str, after: str) -> str:
    """地: adverbial particle after a long or doubled modifier, else ground (di4)."""
    return "de5" if len(before) >= 2 and after and before[-1] not in "的个块这那片" else "di4"


def _wei(before: str, after: str) -> str:
    """为: for (wei4) before people and reasons or at the start, is/as (wei2) otherwise."""
    return "wei4" if not before or after[:1] in _PRONOUN_STARTS or before[-1] in "都就是也要能会" else "wei2"


def _liao(before: str, after: str) -> str:
    """了: liao3 in V不了 and V得了, else the particle."""
    return "liao3" if before[-1:] in ("不", "得") else "le5"


def _zhe(before: str, after: str) -> str:
    """着: zhao2 in V不着 and V得着, else the particle."""
    return "zhao2" if before[-1:] in ("不", "得") else "zhe5"


_IN_CONTEXT: dict[str, Callable[[str, str], str]] = {
    "得": _de,
    "地": _di,
    "为": _wei,
    "了": _liao,
    "着": _zhe,
    "只": lambda before, after: "zhi1" if before[-1:] in _NUMERALS and before else "zhi3",
    "种": lambda before, after: "zhong3" if before[-1:] in _NUMERALS or not before else "zhong4",
    "行": lambda before, after: "hang2" if before[-1:] in _NUMERALS and before else "xing2",
    "长": lambda before, after: "zhang3" if after[:1] in tuple("大高成出满胖得在") else "chang2",
    "还": lambda before, after: "huan2" if after[:1] in tuple("你我他她它钱债书") and before[-1:] in tuple("要来去会该") else "hai2",
    "子": lambda before, after: "zi3",
    "没": lambda before, after: "mei2",
    "教": lambda before, after: "jiao1" if after[:1] in tuple("我你他她它孩学人书") else "jiao4",
    "倒": lambda before, after: "dao3" if before and after[:1] in tuple("了下在") else "dao4",
    "重": lambda before, after: "chong2" if before[-1:] in _NUMERALS and before else "zhong4",
    "曲": lambda before, after: "qu3",
    "中": lambda before, after: "zhong4" if after[:1] in ("了",) and before[-1:] not in ("其", "") else "zhong1",
}  # fmt: skip


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
        costs = table.costs | dict.fromkeys(self.lexicon, 0.0)
        longest = max(table.longest, *map(len, self.lexicon))
        return MandarinTable(table.characters, table.readings | self.lexicon, costs, longest)

    def words(self, text: str) -> list[Word]:
        """Words of a Mandarin text with digits, symbols and punctuation; other scripts are left out.

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
                for syllables, size in self._run_syllables(piece, whole=whole):
                    clause.append((syllables, spoken.source(position, position + size)))
                    position += size
        return words + self._clause_words(clause)

    def _clause_words(self, clause: list[tuple[list[Syllable], str]]) -> list[Word]:
        table = load_table()
        apply_sandhi([syllables for syllables, _ in clause], lambda text: text in table.costs)
        return [Word(source, _phones(syllables)) for syllables, source in clause]

    def _run_syllables(self, run: str, *, whole: bool) -> Iterator[tuple[list[Syllable], int]]:
        """Yield the words of a run of Han as (syllables, number of characters).

        A `whole` run, the reading of one number, stays one word up to `_LONGEST_NUMBER`.
        """
        table = self.table
        if whole:
            words = [run[i : i + _LONGEST_NUMBER] for i in range(0, len(run), _LONGEST_NUMBER)]
        else:
            words = _erhua_joined(table.split(run))
        for index, word in enumerate(words):
            before = words[index - 1] if index else ""
            after = words[index + 1] if index + 1 < len(words) else ""
            readings = table.read(word)
            if len(word) == 1 and word in _IN_CONTEXT and word not in self.lexicon:
                readings = [_IN_CONTEXT[word](before, after)]
            yield _syllables(word, readings), len(word)


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
        if character == "儿" and index and index == len(word) - 1 and word[index - 1] not in _CHILD_BEFORE and syllables:
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
