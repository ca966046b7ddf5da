"""Mandarin symbols on their own: operators between words, circled and Roman numbers, signs.

The last rules of normalize_zh: they get what no quantity took.
"""

from __future__ import annotations

import re

from steptts.text.numbers_zh import read_integer
from steptts.text.rules_zh import Match, Rules, rule
from steptts.text.tables_zh import OPERATORS, SYMBOLS

RULES: Rules = []


@rule(
    RULES,
    r"(?<=[A-Za-z\d\u4e00-\u9fff)）])\s?(?P<plus>\+)(?!\+)"
    r"|(?<=[A-Za-z\d\u4e00-\u9fff)）])\s?(?P<equals>=)\s?(?=[A-Za-z\d\u4e00-\u9fff(（])"
    r"|(?<=[A-Za-z\d)])\s?(?P<compare>[<>])\s?(?=[A-Za-z\d(])",
)
def _operator(match: Match) -> str:
    return OPERATORS[match.group().strip()]


@rule(RULES, r"#(?=\d)")
def _hash(_match: Match) -> str:
    return "井号"


@rule(RULES, r"[①-⑳]")
def _circled(match: Match) -> str:
    return read_integer(str(ord(match.group()) - ord("①") + 1))


@rule(RULES, r"[Ⅰ-Ⅻ]")
def _roman(match: Match) -> str:
    return read_integer(str(ord(match.group()) - ord("Ⅰ") + 1))


@rule(RULES, "[" + re.escape("".join(SYMBOLS)) + "]")
def _symbol(match: Match) -> str:
    return SYMBOLS[match.group()]
