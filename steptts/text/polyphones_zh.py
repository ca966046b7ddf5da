"""Readings of one-character words that depend on their neighbours: 得 地 为 了 着 只 还 长 ...

Words of two or more characters have their reading in the table; this is for what segmentation
leaves alone. Source: the usage notes of the official polyphone list (1985) and our own tables.
"""

from __future__ import annotations

from collections.abc import Callable

_NUMERALS = frozenset("一二三四五六七八九十百千万两几半数多每这那哪零幺第")
_PRONOUNS = frozenset("我你您他她它")
_SUBJECTS = _PRONOUNS | frozenset("们就还都又可只也总谁")
_FOR_WHOM = _PRONOUNS | frozenset("咱谁自大人什何此了国")


def reading_in_context(character: str, before: str, after: str) -> str | None:
    """Reading of a one-character word, or None if it does not depend on its neighbours.

    Args:
        character: the word.
        before: the word before it, "" at the start of a clause.
        after: the word after it, "" at the end.
    """
    rule = _RULES.get(character)
    if (surname := _surname(character, before, after)) is not None:
        return surname
    return None if rule is None else rule(before, after)


def _follows(before: str, characters: frozenset[str]) -> bool:
    return before[-1:] in characters if before else False


def _precedes(after: str, characters: str) -> bool:
    return bool(after) and after[0] in characters


def _de(before: str, after: str) -> str:
    """得: must (dei3) between a subject and a verb, else the particle, alone at the start de2."""
    if after and after[0] in _PRONOUNS:
        return "dei3"  # 这件事得你去做
    if after and (not before or _follows(before, _SUBJECTS)) and not _precedes(after, "了到"):
        return "dei3"
    return "de5" if before else "de2"


def _di(before: str, after: str) -> str:
    """地: the adverbial particle after a modifier of two or more syllables, else ground."""
    return "de5" if len(before) >= 2 and after and before[-1] not in "的个块这那片" else "di4"


def _wei(before: str, after: str) -> str:
    """为: for (wei4) before people and reasons and at the start; is, as (wei2) otherwise."""
    if not before or _precedes(after, "".join(_FOR_WHOM)) or before[-1] in "都就是也要能会":
        return "wei4"
    return "wei2"


def _hai(before: str, after: str) -> str:
    """还: give back (huan2) with a person or debt after a modal, else still."""
    gives_back = _precedes(after, "你我他她它钱债书") and _follows(before, frozenset("要来去会该"))
    return "huan2" if gives_back else "hai2"


# Characters that are read in another way when they are a family name.
_SURNAMES = {
    "曾": "zeng1", "单": "shan4", "解": "xie4", "仇": "qiu2", "任": "ren2", "朴": "piao2",
    "区": "ou1", "查": "zha1", "盖": "ge3", "华": "hua4", "尉": "wei4", "乐": "yue4", "黑": "he4",
    "缪": "miao4", "那": "na1", "万": "wan4", "覃": "qin2", "翟": "zhai2", "晁": "chao2",
}  # fmt: skip
_SURNAME_BEFORE = frozenset("姓")
_TITLES = (
    *("先生", "女士", "小姐", "老师", "教授", "医生", "大夫", "师傅", "同学", "经理", "主任"),
    *("总", "局长", "校长", "书记", "律师", "法官", "警官", "博士", "工"),
)


def _surname(character: str, before: str, after: str) -> str | None:
    """Reading as a family name: after 姓, or before a title at the start of a phrase."""
    is_name = _follows(before, _SURNAME_BEFORE) or (after in _TITLES and before not in ("一", "这"))
    return _SURNAMES.get(character) if is_name else None


def _complement(stressed: str, particle: str) -> Callable[[str, str], str]:
    """了 and 着 have their full form after 不 and 得 (吃不了, 睡得着)."""
    return lambda before, _after: stressed if before[-1:] in ("不", "得") else particle


def _counted(measure: str, otherwise: str, *, at_start: bool = False) -> Callable[[str, str], str]:
    """A measure word after a numeral, another word elsewhere."""
    return lambda before, _after: (
        measure if _follows(before, _NUMERALS) or (at_start and not before) else otherwise
    )


_RULES: dict[str, Callable[[str, str], str]] = {
    "得": _de,
    "地": _di,
    "为": _wei,
    "还": _hai,
    "了": _complement("liao3", "le5"),
    "着": _complement("zhao2", "zhe5"),
    "只": _counted("zhi1", "zhi3"),
    "种": _counted("zhong3", "zhong4", at_start=True),
    "行": _counted("hang2", "xing2"),
    "重": _counted("chong2", "zhong4"),
    "卷": _counted("juan4", "juan3"),
    "量": lambda before, after: (
        "liang2" if before == "一" or _precedes(after, "一了过着体身血尺") else "liang4"
    ),
    "子": lambda _before, _after: "zi3",
    "曲": lambda _before, _after: "qu3",
    "长": lambda _before, after: "zhang3" if _precedes(after, "大高成出满胖得在了") else "chang2",
    "教": lambda _before, after: "jiao1" if _precedes(after, "我你他她它孩学人书") else "jiao4",
    "倒": lambda before, after: "dao3" if before and _precedes(after, "了下在") else "dao4",
    "中": lambda before, after: (
        "zhong4" if before and before[-1] != "其" and _precedes(after, "了") else "zhong1"
    ),
}
