"""Mandarin text normalization: what digits and symbols say, in Han.

Finds dates, times, money, percentages, units, telephone numbers, fractions, ranges, formulas and
plain numbers, left to right, and leaves every other character as it is (Latin words go to the
English G2P). Rules are tried in order: calendar_zh, codes_zh, this file, symbols_zh. Each pattern
is bounded, so the work is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from steptts.text import calendar_zh, codes_zh, symbols_zh
from steptts.text.numbers_zh import read_fraction, read_integer, read_number, read_quantity
from steptts.text.rules_zh import (
    DASH,
    MAGNITUDE,
    NOT_IN_CODE,
    NUMBER,
    SIGN,
    UNIT,
    UNIT_END,
    Match,
    Rules,
    rule,
    signed,
)
from steptts.text.tables_zh import CURRENCIES, DEGREES, OPERATORS, SUPERSCRIPTS, SYMBOLS, UNITS
from steptts.text.traditional import simplified

_RULES: Rules = [*calendar_zh.RULES, *codes_zh.RULES]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text and how it is said; the same string where nothing changes."""

    source: str
    spoken: str


# --- money, percentages ---------------------------------------------------------------------------

_CURRENCY = "[" + "".join(CURRENCIES) + "]"


@rule(
    _RULES,
    rf"(?P<currency>{_CURRENCY})\s?(?P<n>{NUMBER})"
    rf"(?:\s?{DASH}\s?{_CURRENCY}?(?P<last>{NUMBER}))?(?P<magnitude>{MAGNITUDE})?",
)
def _money(match: Match) -> str:
    last = f"到{read_quantity(match['last'])}" if match["last"] else ""
    unit = (match["magnitude"] or "") + CURRENCIES[match["currency"]]
    return read_quantity(match["n"]) + last + unit


@rule(
    _RULES, rf"(?P<n>{SIGN}{NUMBER})(?:[%％]?\s?{DASH}\s?(?P<last>{NUMBER}))?\s?(?P<symbol>[%％‰])"
)
def _percent(match: Match) -> str:
    base = "千分之" if match["symbol"] == "‰" else "百分之"
    sign, number = signed(match["n"])
    last = f"到{base}{read_number(match['last'])}" if match["last"] else ""
    return f"{sign}{base}{read_number(number)}{last}"


# --- arithmetic -----------------------------------------------------------------------------------

_TERM = rf"[-−]?{NUMBER}"
_TERMS = rf"{_TERM}(?:\s?[+×x*÷/−-]\s?{_TERM}){{0,20}}"


@rule(
    _RULES,
    rf"{NOT_IN_CODE}{_TERMS}(?:\s?[=≈≠<>≤≥]\s?{_TERMS}){{1,4}}(?![A-Za-z\d])"
    rf"|{NOT_IN_CODE}{NUMBER}(?:\s?[+×*÷]\s?{NUMBER}){{1,20}}(?![A-Za-z\d])"
    rf"|{NOT_IN_CODE}\d{{2,5}}x\d{{2,5}}(?![A-Za-z\d])"
    rf"|{NOT_IN_CODE}{NUMBER}(?:[xX]{NUMBER}){{1,2}}(?=\s?(?:[厘毫]?米|公分|英?寸|[cm]?m(?![A-Za-z])))",
)
def _formula(match: Match) -> str:
    spoken, previous = "", ""
    for token in re.findall(rf"{NUMBER}|\S", match.group()):
        if token[0].isdigit():
            spoken += read_number(token)
        elif token in "-−" and not previous[:1].isdigit():
            spoken += "负"
        else:
            spoken += OPERATORS[token.lower()]
        previous = token
    return spoken


@rule(_RULES, r"\^(?P<n>-?\d{1,4})|(?<=\d)(?P<small>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4})")
def _power(match: Match) -> str:
    exponent = match["n"] or match["small"].translate(SUPERSCRIPTS)
    return f"的{read_number(exponent)}次方"


@rule(_RULES, r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){2,3}(?![\d.])")
def _dotted(match: Match) -> str:
    return "点".join(read_integer(part) for part in match.group().split("."))


# --- quantities -----------------------------------------------------------------------------------


@rule(
    _RULES,
    rf"(?P<n>{SIGN}{NUMBER})(?:{UNIT}?\s?{DASH}\s?(?P<last>{_TERM}))?\s?"
    rf"(?P<magnitude>{MAGNITUDE})?(?P<unit>{UNIT}){UNIT_END}",
)
def _measure(match: Match) -> str:
    unit = UNITS[match["unit"]]
    below = "零下" if unit in DEGREES else "负"
    numbers = []
    for written in filter(None, (match["n"], match["last"])):
        sign, number = signed(written)
        numbers.append((below if sign else "") + read_quantity(number))
    return "到".join(numbers) + (match["magnitude"] or "") + unit


@rule(_RULES, r"(?<![\d/.])(?P<whole>\d{1,6}(?=[½¼¾⅓⅔]))(?P<part>[½¼¾⅓⅔])")
def _mixed_fraction(match: Match) -> str:
    return f"{read_integer(match['whole'])}又{SYMBOLS[match['part']]}"


@rule(_RULES, r"(?<![\d/.])(?P<above>\d{1,6})/(?P<below>\d{1,6})(?![\d/])")
def _fraction(match: Match) -> str:
    return read_fraction(match["above"], match["below"])


@rule(
    _RULES,
    r"(?P<home>\d{1,4})[:：](?P<guest>\d{1,4})(?![\d:：])"
    r"|(?:(?<=比分)|(?<=以))(?P<home2>\d{1,3})[-–—](?P<guest2>\d{1,3})(?!\d)"
    r"|(?<![\d-])(?P<home3>\d{1,3})[-–—](?P<guest3>\d{1,3})(?=获胜|战胜|领先|击败|取胜|负于|落后|战平)",
)
def _ratio(match: Match) -> str:
    first = match["home"] or match["home2"] or match["home3"]
    second = match["guest"] or match["guest2"] or match["guest3"]
    return f"{read_integer(first)}比{read_integer(second)}"


# After these a 2 is 二: a name or an order (二月, 二楼), a compound (二维), or no measure at all.
_ER_BEFORE = re.compile(
    r"\s?(?:[月日号楼班级等环线期胎世路层届单手维进哥代区和与或是的在了到至为有比加减乘除、，。：；]|次元|年级)"
)
_HAN_NEXT = re.compile(r"\s?[\u4e00-\u9fff]")


def _counts(match: Match) -> bool:
    """Whether a number stands before what it counts, so that a 2 is 两."""
    text, end = match.string, match.end()
    return (
        _HAN_NEXT.match(text, end) is not None
        and _ER_BEFORE.match(text, end) is None
        and text[max(0, match.start() - 1) : match.start()] != "第"
    )


@rule(_RULES, rf"(?<![A-Za-z\d.-])(?P<n>{NUMBER})\s?[-–—~～〜]\s?(?P<last>{NUMBER})(?![A-Za-z\d-])")
def _range(match: Match) -> str:
    read = read_quantity if _counts(match) else read_number
    return f"{read(match['n'])}到{read(match['last'])}"


_EACH = (
    "年|月|日|天|周|小时|时|分钟|分|秒|人|位|公?斤|千?克|吨|升|平|米|亩|只|个|件|张|套|次|晚|瓶|盒|包|间|股|"
    "千?瓦|度|节|课|页|篇|字|条|本|份|台|辆"
)


@rule(_RULES, rf"(?<=[元块角分万亿币次个米里克吨升度页字条张套])/(?=(?:{_EACH}))")
def _each(_match: Match) -> str:
    return "每"


@rule(_RULES, rf"(?P<n>{NUMBER})w(?P<more>\+?)(?![A-Za-z\d])")
def _ten_thousands(match: Match) -> str:
    """As in 10w+, an informal 万."""
    return read_quantity(match["n"]) + ("多" if match["more"] else "") + "万"


@rule(_RULES, r"(?<=[年月日号点分时天周岁元个楼层章节页条名人次万亿%℃])[-–—~～〜]\s?(?=[\d半])")
def _to(_match: Match) -> str:
    return "到"


@rule(_RULES, rf"(?P<n>{NUMBER})\+(?![\d+])")
def _more_than(match: Match) -> str:
    return read_number(match["n"]) + "多"


@rule(_RULES, rf"(?P<n>{SIGN}{NUMBER})")
def _plain(match: Match) -> str:
    sign, number = signed(match["n"])
    if sign and match.string.startswith("度", match.end()):
        sign = "零下"
    return sign + (read_quantity(number) if _counts(match) else read_number(number))


_RULES += symbols_zh.RULES

# Where a rule can begin.
_BEGIN = re.compile(
    r"[-−+]\s?(?=\d)|\d|[-–—~～〜](?=\s?[\d半])|/(?=[\u4e00-\u9fff])|\s?[+=<>]|[#^①-⑳Ⅰ-Ⅻ⁻⁰¹⁴⁵⁶⁷⁸⁹]|"
    rf"{_CURRENCY}|[{re.escape(''.join(SYMBOLS))}]"
)
# Full-width digits and operators, and small ones, as their ASCII twins, one character for one.
_HALF_WIDTH = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *map(ord, "＋／＝．％＜＞＃"))
} | {0x2080 + digit: ord("0") + digit for digit in range(10)}  # H₂O


def normalize_spans(text: str) -> Iterator[Span]:
    """Split a text into spans with their spoken form; the sources joined are the text.

    Args:
        text: Mandarin or mixed text of any length.
    """
    view = simplified(text.translate(_HALF_WIDTH))
    position = plain_start = 0
    while (begin := _BEGIN.search(view, position)) is not None:
        start = begin.start()
        end, spoken = _match_at(view, start)
        if end == start:
            position = start + 1
            continue
        if start > plain_start:
            yield Span(text[plain_start:start], text[plain_start:start])
        yield Span(text[start:end], spoken)
        position = plain_start = end
    if plain_start < len(text):
        yield Span(text[plain_start:], text[plain_start:])


def _match_at(view: str, start: int) -> tuple[int, str]:
    """Apply the first rule that matches at `start`; (start, "") when none does."""
    for pattern, handler in _RULES:
        match = pattern.match(view, start)
        if match is not None and match.end() > start:
            return match.end(), handler(match)
    return start, ""


def normalize(text: str) -> str:
    """The whole text as it is said."""
    return "".join(span.spoken for span in normalize_spans(text))
