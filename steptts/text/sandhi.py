"""Mandarin tone sandhi: 一 and 不, neutral reduplication, third tones.

Works on citation tones of one clause (no pause inside) and knows nothing about phones.
Sources of the rules: the standard course description of Putonghua; third-tone feet after
C. Shih, "The prosodic domain of tone sandhi in Chinese" (1986).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

NEUTRAL = 5
_DIGITS = frozenset("零〇一二三四五六七八九十百千万亿点幺两")
_LARGE_UNITS = frozenset("百千万亿")
_ORDINAL_AFTER = frozenset("月日号楼班级等中流")  # 一月, 一号, 一楼: first, not one
_ORDINAL_BEFORE = frozenset("第初周期拜头高大星统唯惟万之单专同逐")
_MEASURES = frozenset("个本只种把点里口碗两匹朵场所股伙品组盏顶种首请水壶桶米秒亩")
_TIMES = frozenset("年天月日周次个些样块层步件遍声句字")
_COUNTERS = frozenset("一两几五九百每这那哪")
# Verbs that are doubled to say "a little": the second is neutral (看看, 想想).
_DOUBLED_VERBS = frozenset(
    "量看想试走说听谈问找玩坐聊尝逛写读学练查算数猜闻摸洗帮讲教用动歇躺睡跑跳唱笑瞧管改比转拍敲吃喝翻"
)


@dataclass(slots=True)
class Syllable:
    """One syllable while its tone is being worked out.

    Attributes:
        character: the Han character that it reads.
        letters: pinyin without tone.
        tone: 1 to 4, 5 neutral; citation tone first, spoken tone after `apply_sandhi`.
        rhotic: whether a 儿 was merged into it.
    """

    character: str
    letters: str
    tone: int
    rhotic: bool = False


Words = Sequence[Sequence[Syllable]]


def apply_sandhi(words: Words, is_word: Callable[[str], bool]) -> None:
    """Turn the citation tones of one clause into spoken tones, in place.

    Args:
        words: the clause, word by word.
        is_word: whether a string is a known word; gives the inner structure of long words.
    """
    syllables = [syllable for word in words for syllable in word]
    _neutral_doubles(syllables)
    _yi_and_bu(words, syllables)
    _third_tones(words, is_word)


def _neutral_doubles(syllables: list[Syllable]) -> None:
    for first, second in pairwise(syllables):
        if (
            first.character == second.character
            and first.character in _DOUBLED_VERBS
            and first.tone != NEUTRAL
        ):
            first.tone = 2 if first.tone == 3 else first.tone
            second.tone = NEUTRAL


def _yi_and_bu(words: Words, syllables: list[Syllable]) -> None:
    word_final = {id(word[-1]) for word in words if len(word) > 1}
    for index, syllable in enumerate(syllables):
        if syllable.tone == NEUTRAL or syllable.character not in "一不":
            continue
        before = syllables[index - 1] if index else None
        after = syllables[index + 1] if index + 1 < len(syllables) else None
        later = syllables[index + 2] if index + 2 < len(syllables) else None
        doubled = before is not None and after is not None and before.character == after.character
        earlier = syllables[index - 2] if index > 1 else None
        if doubled and (syllable.character == "不" or _is_verb(before, earlier)):
            syllable.tone = NEUTRAL  # 好不好, 看一看
        elif syllable.character == "不":
            syllable.tone = 2 if after is not None and after.tone == 4 else 4
        elif (
            after is not None
            and id(syllable) not in word_final
            and not _counts_one(before, after, later)
        ):
            syllable.tone = 2 if after.tone == 4 or after.letters == "ge" else 4


def _is_verb(doubled: Syllable | None, before: Syllable | None) -> bool:
    """Whether what is doubled around 一 is a verb (等一等), no measure (一天一天) or number."""
    counted = before is not None and before.character in _COUNTERS
    is_measure = doubled is not None and doubled.character in _DIGITS | _MEASURES | _TIMES
    return doubled is not None and not (is_measure or counted)


def _counts_one(before: Syllable | None, after: Syllable, later: Syllable | None) -> bool:
    """Whether 一 is a numeral that keeps its first tone: 第一, 十一, 一九九八, 一月."""
    if after.character in _LARGE_UNITS:
        return before is not None and before.character in "第点"
    measured = after.character in _MEASURES and before is not None and before.character == "高"
    if before is not None and before.character in _DIGITS | _ORDINAL_BEFORE and not measured:
        return before.character != "同" or after.letters != "ge"  # 同一, but 同一个
    if after.character == "年":  # 一年级, but 一年
        return later is not None and later.character == "级"
    if after.character == "点":  # 一点五, but 一点儿 and 一点 (one o'clock)
        return later is not None and later.character in _DIGITS
    return after.character in _DIGITS - {"两"} or after.character in _ORDINAL_AFTER


def _third_tones(words: Words, is_word: Callable[[str], bool]) -> None:
    """Third before third becomes second, inside words first, then across feet."""
    feet = _feet([_inner(list(word), is_word) for word in words if word])
    for left, right in pairwise(feet):
        _join(left, right)


def _join(left: list[Syllable], right: list[Syllable]) -> list[Syllable]:
    if left and right and left[-1].tone == 3 and right[0].tone == 3:
        left[-1].tone = 2
    return left + right


def _inner(word: list[Syllable], is_word: Callable[[str], bool]) -> list[Syllable]:
    """Apply the rule inside a word, by its structure: (展览)馆 is 2 2 3, 小(老虎) is 3 2 3."""
    if len(word) < 2:
        return word
    if len(word) == 2:
        return _join(word[:1], word[1:])
    if len(word) == 3:
        text = "".join(syllable.character for syllable in word)
        cut = 1 if is_word(text[1:]) and not is_word(text[:2]) else 2
    else:
        cut = 2
    return _join(_inner(word[:cut], is_word), _inner(word[cut:], is_word))


def _feet(words: list[list[Syllable]]) -> list[list[Syllable]]:
    """Group single syllables into feet: numeral with measure, then pairs from the left.

    A single syllable that is left over joins what follows it, or the last foot.
    """
    feet: list[list[Syllable]] = []
    index = 0
    while index < len(words):
        word, following = words[index], words[index + 1 : index + 2]
        pair = len(word) == 1 and following and len(following[0]) == 1
        if pair and not _starts_measure(words, index + 1):
            feet.append(_join(word, following[0]))
            index += 2
        elif len(word) == 1 and not following and feet:
            feet[-1] = _join(feet[-1], word)
            index += 1
        elif len(word) == 1 and following and len(following[0]) > 1:
            feet.append(_join(word, following[0]))
            index += 2
        else:
            feet.append(word)
            index += 1
    return feet


def _starts_measure(words: list[list[Syllable]], index: int) -> bool:
    """Whether words[index] is a counter that belongs to the measure after it (两 in 买 两本)."""
    if index + 1 >= len(words) or words[index][0].character not in _COUNTERS:
        return False
    return words[index + 1][0].character in _MEASURES
