"""Mandarin text normalization: what digits and symbols say, in Han.

Finds dates, times, money, percentages, units, telephone numbers, fractions, ranges, formulas and
plain numbers, left to right, and leaves every other character as it is (Latin words go to the
English G2P). Rules are tried in the order of this file. Each pattern is bounded, so the work is
linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from steptts.text.numbers_zh import (
    read_digits,
    read_fraction,
    read_integer,
    read_number,
    read_quantity,
)
from steptts.text.tables_zh import CURRENCIES, DEGREES, OPERATORS, SUPERSCRIPTS, SYMBOLS, UNITS
from steptts.text.traditional import simplified


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text and how it is said; the same string where nothing changes."""

    source: str
    spoken: str


Match = re.Match[str]
Handler = Callable[[Match], str]
_RULES: list[tuple[re.Pattern[str], Handler]] = []

_NUMBER = r"(?:\d{1,3}(?:,\d{3}){1,8}(?:\.\d{1,20})?|\d{1,40}(?:\.\d{1,20})?)"
_SIGN = r"(?:(?<![A-Za-z\d)）.])[-−])?"
_DASH = r"[-–—~～〜−至到]"
_CODE_DASH = r"[- ]?"
_MAGNITUDE = "(?:万亿|千万|百万|十万|万|亿|千|百)"
_UNIT = "(?:" + "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True)) + ")"
# "5A级景区" is a grade, not five amperes.
_UNIT_END = r"(?![A-Za-z0-9])(?!(?<=[A-Z])[级景股座类班轮栋区])"
_NOT_IN_CODE = r"(?<![A-Za-z\d.])"


def _rule(pattern: str) -> Callable[[Handler], Handler]:
    """Register a handler for what a pattern matches."""

    def register(handler: Handler) -> Handler:
        _RULES.append((re.compile(pattern), handler))
        return handler

    return register


def _integer(digits: str) -> str:
    """A number in a date or time: leading zeros are not said."""
    return read_integer(str(int(digits)))


def _signed(number: str) -> tuple[str, str]:
    return ("负", number[1:]) if number[:1] in ("-", "−") else ("", number)


# --- dates and times ------------------------------------------------------------------------------


@_rule(
    r"(?P<year>\d{4})\s?年\s?(?P<month>\d{1,2})\s?月(?:\s?(?P<day>\d{1,2})\s?(?P<name>[日号]))?"
    r"|(?P<year2>[12]\d{3})(?P<sep>[-/.])(?P<month2>0?[1-9]|1[0-2])(?P=sep)"
    r"(?P<day2>[12]\d|3[01]|0?[1-9])(?![\d.])"
    r"|(?P<year3>(?:19|20)\d\d)-(?P<month3>0[1-9]|1[0-2])(?![\d-])"
)
def _date(match: Match) -> str:
    year = match["year"] or match["year2"] or match["year3"]
    month = match["month"] or match["month2"] or match["month3"]
    day = match["day"] or match["day2"]
    spoken = f"{read_digits(year)}年{_integer(month)}月"
    return spoken + (f"{_integer(day)}{match['name'] or '日'}" if day else "")


@_rule(rf"(?P<first>[12]\d{{3}})年?{_DASH}(?P<last>[12]\d{{3}})(?=年)")
def _years(match: Match) -> str:
    return f"{read_digits(match['first'])}到{read_digits(match['last'])}"


@_rule(
    r"(?:(?:19|20)\d\d|(?!1000)[12]\d{3}(?=年[^前后多以半来])|(?:0\d|[5-9]\d)(?=年[^前后多以半来代]))(?=年)"
)
def _year(match: Match) -> str:
    return read_digits(match.group())


@_rule(r"(?:[5-9]0|00|10|[5-9]5|05)(?=后(?:$|[^\u4e00-\u9fff]|[的们青员年群女男是也都一]))")
def _generation(match: Match) -> str:
    return read_digits(match.group())


_CLOCK = r"(?:[01]?\d|2[0-4])[:：][0-5]\d(?:[:：][0-5]\d)?"


@_rule(rf"(?<![\d:：])(?P<first>{_CLOCK})(?:\s?{_DASH}\s?(?P<last>{_CLOCK}))?(?![\d:：])")
def _time(match: Match) -> str:
    last = f"到{_clock(match['last'])}" if match["last"] else ""
    return _clock(match["first"]) + last


def _clock(written: str) -> str:
    hour, minute, *second = re.split("[:：]", written)
    spoken = f"{read_quantity(str(int(hour)))}点"
    if int(minute) or second:
        spoken += ("零" if 0 < int(minute) < 10 else "") + f"{_integer(minute)}分"
    return spoken + (f"{_integer(second[0])}秒" if second else "")


# --- money, percentages ---------------------------------------------------------------------------

_CURRENCY = "[" + "".join(CURRENCIES) + "]"


@_rule(
    rf"(?P<currency>{_CURRENCY})\s?(?P<n>{_NUMBER})"
    rf"(?:\s?{_DASH}\s?{_CURRENCY}?(?P<last>{_NUMBER}))?(?P<magnitude>{_MAGNITUDE})?"
)
def _money(match: Match) -> str:
    last = f"到{read_quantity(match['last'])}" if match["last"] else ""
    unit = (match["magnitude"] or "") + CURRENCIES[match["currency"]]
    return read_quantity(match["n"]) + last + unit


@_rule(rf"(?P<n>{_SIGN}{_NUMBER})(?:[%％]?\s?{_DASH}\s?(?P<last>{_NUMBER}))?\s?(?P<symbol>[%％‰])")
def _percent(match: Match) -> str:
    base = "千分之" if match["symbol"] == "‰" else "百分之"
    sign, number = _signed(match["n"])
    last = f"到{base}{read_number(match['last'])}" if match["last"] else ""
    return f"{sign}{base}{read_number(number)}{last}"


# --- numbers that are names: digit by digit, 1 said 幺 --------------------------------------------


@_rule(
    rf"\+\d{{1,3}}{_CODE_DASH}\d{{3,4}}{_CODE_DASH}\d{{4}}{_CODE_DASH}\d{{2,4}}(?!\d)"
    rf"|{_NOT_IN_CODE}1[3-9]\d{_CODE_DASH}\d{{4}}{_CODE_DASH}\d{{4}}(?!\d)"
    rf"|{_NOT_IN_CODE}0\d{{2,3}}[- ]\d{{7,8}}(?!\d)"
    rf"|{_NOT_IN_CODE}[48]00(?:[- ]?\d{{3}}[- ]?\d{{4}}|-\d{{4}}-\d{{3}})(?!\d)"
    r"|(?<=[打拨])(?:110|119|120|122|114)(?![\d.,元块个人次])"
    r"|(?<!\d)(?:12306|12315|10086|10010)(?![\d.,元块个人次])"
    r"|(?<=电话|热线|拨打|致电|客服|号码|邮编|证码|学号|工号|编号|密码|尾号|卡号|航班|单号|房号|代码|手机)"
    r"\d{3,20}(?!\d)"
    r"|(?<=(?:电话|热线|号码|邮编|证码|学号|工号|编号|密码|尾号|卡号|单号|房号|代码|手机)[是为：:])"
    r"\d{3,20}(?!\d)"
    r"|(?<=[A-Z])\d{3,5}(?=次(?!元))"
    r"|(?<![\d.])\d{3,4}(?=室|房间|号房|教室|路公)"
)
def _telephone(match: Match) -> str:
    plus = "加" if match.group().startswith("+") else ""
    return plus + read_digits(re.sub(r"\D", "", match.group()), telephone=True)


@_rule(r"(?<=[A-Z])\d{3,12}(?![\d.])|(?<=[A-Z]-)\d{3,12}(?![\d.])")
def _model_number(match: Match) -> str:
    return read_digits(match.group())


# --- arithmetic -----------------------------------------------------------------------------------

_TERM = rf"[-−]?{_NUMBER}"
_TERMS = rf"{_TERM}(?:\s?[+×x*÷/−-]\s?{_TERM}){{0,20}}"


@_rule(
    rf"{_NOT_IN_CODE}{_TERMS}(?:\s?[=≈≠<>≤≥]\s?{_TERMS}){{1,4}}(?![A-Za-z\d])"
    rf"|{_NOT_IN_CODE}{_NUMBER}(?:\s?[+×*÷]\s?{_NUMBER}){{1,20}}(?![A-Za-z\d])"
    rf"|{_NOT_IN_CODE}\d{{2,5}}x\d{{2,5}}(?![A-Za-z\d])"
)
def _formula(match: Match) -> str:
    spoken, previous = "", ""
    for token in re.findall(rf"{_NUMBER}|\S", match.group()):
        if token[0].isdigit():
            spoken += read_number(token)
        elif token in "-−" and not previous[:1].isdigit():
            spoken += "负"
        else:
            spoken += OPERATORS[token]
        previous = token
    return spoken


@_rule(r"\^(?P<n>-?\d{1,4})|(?<=\d)(?P<small>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4})")
def _power(match: Match) -> str:
    exponent = match["n"] or match["small"].translate(SUPERSCRIPTS)
    return f"的{read_number(exponent)}次方"


@_rule(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){2,3}(?![\d.])")
def _dotted(match: Match) -> str:
    return "点".join(read_integer(part) for part in match.group().split("."))


# --- quantities -----------------------------------------------------------------------------------


@_rule(
    rf"(?P<n>{_SIGN}{_NUMBER})(?:{_UNIT}?\s?{_DASH}\s?(?P<last>{_TERM}))?\s?"
    rf"(?P<magnitude>{_MAGNITUDE})?(?P<unit>{_UNIT}){_UNIT_END}"
)
def _measure(match: Match) -> str:
    unit = UNITS[match["unit"]]
    below = "零下" if unit in DEGREES else "负"
    numbers = []
    for written in filter(None, (match["n"], match["last"])):
        sign, number = _signed(written)
        numbers.append((below if sign else "") + read_quantity(number))
    return "到".join(numbers) + (match["magnitude"] or "") + unit


@_rule(r"(?<![\d/.])(?P<whole>\d{1,6}(?=[½¼¾⅓⅔]))(?P<part>[½¼¾⅓⅔])")
def _mixed_fraction(match: Match) -> str:
    return f"{read_integer(match['whole'])}又{SYMBOLS[match['part']]}"


@_rule(r"(?<![\d/.])(?P<above>\d{1,6})/(?P<below>\d{1,6})(?![\d/])")
def _fraction(match: Match) -> str:
    return read_fraction(match["above"], match["below"])


@_rule(
    r"(?P<home>\d{1,4})[:：](?P<guest>\d{1,4})(?![\d:：])"
    r"|(?:(?<=比分)|(?<=以))(?P<home2>\d{1,3})[-–—](?P<guest2>\d{1,3})(?!\d)"
    r"|(?<![\d-])(?P<home3>\d{1,3})[-–—](?P<guest3>\d{1,3})(?=获胜|战胜|领先|击败|取胜|负于|落后|战平)"
)
def _ratio(match: Match) -> str:
    first = match["home"] or match["home2"] or match["home3"]
    second = match["guest"] or match["guest2"] or match["guest3"]
    return f"{read_integer(first)}比{read_integer(second)}"


@_rule(rf"(?<![A-Za-z\d.-])(?P<n>{_NUMBER})\s?[-–—~～〜]\s?(?P<last>{_NUMBER})(?![A-Za-z\d-])")
def _range(match: Match) -> str:
    return f"{read_number(match['n'])}到{read_number(match['last'])}"


@_rule(r"(?<=[年月日号点分时天周岁元个楼层章节页条名人次万亿%℃])[-–—~～〜]\s?(?=\d)")
def _to(_match: Match) -> str:
    return "到"


@_rule(rf"(?P<n>{_NUMBER})\+(?![\d+])")
def _more_than(match: Match) -> str:
    return read_number(match["n"]) + "多"


# After these a 2 is 二: a name or an order (二月, 二楼), a compound (二维), or no measure at all.
_ER_BEFORE = re.compile(
    r"\s?(?:[月日号楼班级等环线期胎世路层届单手维进哥代区和与或是的在了到至为有比加减乘除、，。：；]|次元|年级)"
)
_HAN_NEXT = re.compile(r"\s?[\u4e00-\u9fff]")


@_rule(rf"(?P<n>{_SIGN}{_NUMBER})")
def _plain(match: Match) -> str:
    text, end = match.string, match.end()
    sign, number = _signed(match["n"])
    if sign and text.startswith("度", end):
        sign = "零下"
    counts = (
        _HAN_NEXT.match(text, end) is not None
        and _ER_BEFORE.match(text, end) is None
        and text[max(0, match.start() - 1) : match.start()] != "第"
    )
    return sign + (read_quantity(number) if counts else read_number(number))


# --- symbols --------------------------------------------------------------------------------------


@_rule(
    r"(?<=[A-Za-z\d\u4e00-\u9fff)）])\s?(?P<plus>\+)(?!\+)"
    r"|(?<=[A-Za-z\d\u4e00-\u9fff)）])\s?(?P<equals>=)\s?(?=[A-Za-z\d\u4e00-\u9fff(（])"
    r"|(?<=[A-Za-z\d)])\s?(?P<compare>[<>])\s?(?=[A-Za-z\d(])"
)
def _operator(match: Match) -> str:
    return OPERATORS[match.group().strip()]


@_rule(r"#(?=\d)")
def _hash(_match: Match) -> str:
    return "井号"


@_rule(r"[①-⑳]")
def _circled(match: Match) -> str:
    return read_integer(str(ord(match.group()) - ord("①") + 1))


@_rule(r"[Ⅰ-Ⅻ]")
def _roman(match: Match) -> str:
    return read_integer(str(ord(match.group()) - ord("Ⅰ") + 1))


@_rule("[" + re.escape("".join(SYMBOLS)) + "]")
def _symbol(match: Match) -> str:
    return SYMBOLS[match.group()]


# Where a rule can begin.
_BEGIN = re.compile(
    r"[-−+]\s?(?=\d)|\d|[-–—~～〜](?=\s?\d)|\s?[+=<>]|[#^①-⑳Ⅰ-Ⅻ⁻⁰¹⁴⁵⁶⁷⁸⁹]|"
    rf"{_CURRENCY}|[{re.escape(''.join(SYMBOLS))}]"
)
# Full-width digits and operators as their ASCII twins, one character for one.
_HALF_WIDTH = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *map(ord, "＋／＝．％＜＞＃"))
}


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
