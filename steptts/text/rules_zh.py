"""What the rules of Mandarin normalization share: the parts of their patterns, and a register.

A rule is a pattern and a function from its match to Han. Rules are tried in order; each pattern
is bounded, so that the work is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from steptts.text.numbers_zh import read_integer
from steptts.text.tables_zh import UNITS

Match = re.Match[str]
Handler = Callable[[Match], str]
Rules = list[tuple[re.Pattern[str], Handler]]

NUMBER = r"(?:\d{1,3}(?:,\d{3}){1,8}(?:\.\d{1,20})?|\d{1,40}(?:\.\d{1,20})?)"
SIGN = r"(?:(?<![A-Za-z\d)）.])[-−])?"
DASH = r"[-–—~～〜−至到]"
CODE_DASH = r"[- ]?"
MAGNITUDE = "(?:万亿|千万|百万|十万|万|亿|千|百)"
UNIT = "(?:" + "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True)) + ")"
# "5A级景区" is a grade, not five amperes.
UNIT_END = r"(?![A-Za-z0-9])(?!(?<=[A-Z])[级景股座类班轮栋区])"
NOT_IN_CODE = r"(?<![A-Za-z\d.])"


def rule(rules: Rules, pattern: str) -> Callable[[Handler], Handler]:
    """Add a handler for what a pattern matches to the rules."""

    def register(handler: Handler) -> Handler:
        rules.append((re.compile(pattern), handler))
        return handler

    return register


def integer(digits: str) -> str:
    """A number in a date or time: leading zeros are not said."""
    return read_integer(str(int(digits)))


def signed(number: str) -> tuple[str, str]:
    """The word for a minus sign, or nothing, and the number without it."""
    return ("负", number[1:]) if number[:1] in ("-", "−") else ("", number)
