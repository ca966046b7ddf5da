"""Mandarin text normalization: what digits and symbols say, in Han.

Finds dates, times, money, percentages, units, telephone numbers, fractions, ranges, formulas and
plain numbers, left to right, and leaves every other character as it is (Latin words go to the
English G2P). Each pattern is bounded, so the work is linear in the text.
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


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text and how it is said; the same string where nothing changes."""

    source: str
    spoken: str


_CURRENCIES = {"￥": "元", "¥": "元", "$": "美元", "＄": "美元", "€": "欧元", "£": "英镑", "₩": "韩元", "₹": "卢比", "₽": "卢布", "฿": "泰铢"}
_UNITS = {
    "km/h": "千米每小时", "m/s²": "米每二次方秒", "m/s": "米每秒", "km²": "平方千米", "km": "千米",
    "m²": "平方米", "㎡": "平方米", "m2": "平方米", "m³": "立方米", "m3": "立方米", "cm²": "平方厘米",
    "cm³": "立方厘米", "cm": "厘米", "mm": "毫米", "μm": "微米", "µm": "微米", "um": "微米",
    "nm": "纳米", "dm": "分米", "m": "米", "kg": "千克", "Kg": "千克", "KG": "千克", "mg": "毫克",
    "μg": "微克", "µg": "微克", "g/L": "克每升", "mg/L": "毫克每升", "g": "克", "t": "吨",
    "ml": "毫升", "mL": "毫升", "ML": "毫升", "L": "升", "l": "升", "℃": "摄氏度", "°C": "摄氏度",
    "℉": "华氏度", "°F": "华氏度", "°": "度", "kWh": "千瓦时", "kwh": "千瓦时", "kW": "千瓦",
    "kw": "千瓦", "MW": "兆瓦", "W": "瓦", "V": "伏", "mAh": "毫安时", "mA": "毫安", "A": "安",
    "GHz": "吉赫兹", "MHz": "兆赫兹", "kHz": "千赫兹", "Hz": "赫兹", "dB": "分贝", "kPa": "千帕",
    "MPa": "兆帕", "Pa": "帕", "kcal": "千卡", "kJ": "千焦", "J": "焦", "N": "牛", "ms": "毫秒",
    "min": "分钟", "h": "小时", "s": "秒", "ha": "公顷", "rpm": "转每分", "bpm": "拍每分",
    "㎏": "千克", "㎝": "厘米", "㎜": "毫米", "㎞": "千米", "㎎": "毫克", "㏄": "毫升", "Ω": "欧姆",
}  # fmt: skip
_MAGNITUDES = "万亿|千万|百万|十万|万|亿|千|百"
_N = r"\d{1,3}(?:,\d{3}){1,8}(?:\.\d{1,20})?|\d{1,40}(?:\.\d{1,20})?"
_UNIT_PATTERN = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))
_DASH = "[-–—~～〜−至到]"
_SYMBOLS = {
    "&": "和", "@": "艾特", "+": "加", "=": "等于", "×": "乘", "÷": "除以", "±": "正负", "≈": "约等于",
    "≠": "不等于", "≤": "小于等于", "≥": "大于等于", "<": "小于", ">": "大于", "%": "百分号", "‰": "千分号",
    "℃": "摄氏度", "°": "度", "√": "根号", "∞": "无穷大", "π": "派", "№": "号", "²": "平方", "³": "立方",
    "½": "二分之一", "¼": "四分之一", "¾": "四分之三", "⅓": "三分之一", "⅔": "三分之二", "∑": "求和",
    "α": "阿尔法", "β": "贝塔", "γ": "伽马", "δ": "德尔塔", "Δ": "德尔塔", "θ": "西塔", "λ": "兰姆达",
    "μ": "缪", "σ": "西格玛", "ω": "欧米伽", "Ω": "欧米伽", "φ": "斐", "ε": "艾普西龙", "η": "伊塔", "ρ": "柔",
    "￥": "元", "¥": "元", "$": "美元", "€": "欧元", "£": "英镑", "#": "井号", "㎡": "平方米",
}  # fmt: skip
_OPERATORS = {
    "+": "加", "-": "减", "−": "减", "–": "减", "×": "乘", "x": "乘", "X": "乘", "*": "乘", "÷": "除以", "/": "除以",
    "=": "等于", "≈": "约等于", "≠": "不等于", "<": "小于", ">": "大于", "≤": "小于等于", "≥": "大于等于",
}  # fmt: skip
# Things whose number is a name: read digit by digit.
_NUMBERED = r"(?<=电话|热线|拨打|号码|邮编|证码|学号|工号|编号|密码|尾号|卡号|航班|单号|房号|股票|代码|手机)"


def _year(digits: str) -> str:
    return read_digits(digits)


def _date(match: re.Match[str]) -> str:
    spoken = f"{_year(match['y'])}年"
    if match["m"]:
        spoken += f"{read_integer(str(int(match['m'])))}月"
    if match["d"]:
        spoken += f"{read_integer(str(int(match['d'])))}日"
    return spoken


def _time(match: re.Match[str]) -> str:
    hour, minute, second = int(match["h"]), int(match["min"]), match["s"]
    spoken = f"{read_quantity(str(hour))}点"
    if minute or second:
        spoken += f"{'零' if 0 < minute < 10 else ''}{read_integer(str(minute))}分"
    if second:
        spoken += f"{read_integer(str(int(second)))}秒"
    return spoken


def _money(match: re.Match[str]) -> str:
    unit = _CURRENCIES[match["cur"]]
    magnitude = match["mag"] or ""
    return _amount(match["n"], magnitude) + magnitude + unit


def _amount(number: str, magnitude: str = "") -> str:
    return read_quantity(number)


def _percent(match: re.Match[str]) -> str:
    base = "百分之" if match["sym"] in "%％" else "千分之"
    sign, first = _signed(match["n"])
    spoken = f"{sign}{base}{read_number(first)}"
    return spoken + (f"到{base}{read_number(match['n2'])}" if match["n2"] else "")


def _signed(number: str) -> tuple[str, str]:
    return ("负", number[1:]) if number[:1] in "-−" else ("", number)


def _unit(match: re.Match[str]) -> str:
    unit = _UNITS[match["u"]]
    sign, number = _signed(match["n"])
    if sign and unit in ("摄氏度", "度", "华氏度"):
        sign = "零下"
    spoken = sign + read_quantity(number)
    if match["n2"]:
        second_sign, second = _signed(match["n2"])
        spoken += "到" + ("零下" if second_sign else "") + read_quantity(second)
    return spoken + (match["mag"] or "") + unit


def _phone(match: re.Match[str]) -> str:
    return read_digits(re.sub(r"\D", "", match.group()), telephone=True)


def _plus_phone(match: re.Match[str]) -> str:
    return "加" + _phone(match)


def _formula(match: re.Match[str]) -> str:
    spoken, previous = "", ""
    for token in re.findall(rf"{_N}|\S", match.group()):
        if token[0].isdigit():
            spoken += read_number(token)
        elif token in "-−" and not previous[:1].isdigit():
            spoken += "负"
        else:
            spoken += _OPERATORS.get(token, "")
        previous = token
    return spoken


def _range(match: re.Match[str]) -> str:
    spoken = read_number(match["n"]) + "到" + read_number(match["n2"])
    return spoken


def _years_range(match: re.Match[str]) -> str:
    return f"{read_digits(match['y'])}到{read_digits(match['y2'])}年"


def _decade_people(match: re.Match[str]) -> str:
    return read_digits(match["y"]) + "后"


def _dotted(match: re.Match[str]) -> str:
    return "点".join(read_integer(part) for part in match.group().split("."))


_ORDINAL_MEASURES = "月日号楼班级等环线期胎世路层届"
_MEASURE_AFTER_TWO = re.compile(
    rf"(?![{_ORDINAL_MEASURES}年比加减乘除])(?=[\u4e00-\u9fff])(?!月)|(?=年[前后来内间多半])"
)
_TWO_IS_ER = re.compile(r"[和与或或者、，。：；的是在了到至等为有]")


def _plain(match: re.Match[str]) -> str:
    sign, number = _signed(match["n"])
    following = match.string[match.end() : match.end() + 2]
    if match.start() and match.string[match.start() - 1] == "第":
        return sign + read_number(number)
    if number == "2" and _MEASURE_AFTER_TWO.match(following) and not _TWO_IS_ER.match(following):
        return sign + "两"
    if following[:1] in tuple("万亿千"):
        return sign + read_quantity(number)
    return sign + read_number(number)


_SIGN = r"(?:(?<![A-Za-z\d)）.])[-−])?"
_RULES: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"(?P<y>\d{4})\s?[年]\s?(?P<m>\d{1,2})\s?月(?:\s?(?P<d>\d{1,2})\s?日)?", _date),
    (r"(?P<y>[12]\d{3})(?P<sep>[-/.])(?P<m>0?[1-9]|1[0-2])(?P=sep)(?P<d>[12]\d|3[01]|0?[1-9])(?![\d.])", _date),
    (rf"(?P<y>[12]\d{{3}})年?{_DASH}(?P<y2>[12]\d{{3}})年", _years_range),
    (r"(?P<y>[12]\d{3}|[4-9]\d|0\d)(?=年(?![前后多以半]|代))(?P<m>)(?P<d>)", lambda match: read_digits(match["y"])),
    (r"(?P<y>[1-9]0|00|95|85)后(?=$|[^\u4e00-\u9fff]|一代|的|们|青|员|年|群|女|男|是|也|都)", _decade_people),
    (r"(?<![\d:：])(?P<h>[01]?\d|2[0-4])[:：](?P<min>[0-5]\d)(?:[:：](?P<s>[0-5]\d))?(?![\d:：])", _time),
    (rf"(?P<cur>[￥¥$＄€£₩₹₽฿])\s?(?P<n>{_N})(?P<mag>{_MAGNITUDES})?", _money),
    (rf"(?P<n>{_SIGN}(?:{_N}))(?:[%％]?\s?{_DASH}\s?(?P<n2>{_N}))?\s?(?P<sym>[%％‰])", _percent),
    (r"\+\d{1,3}[- ]?\d{3,4}[- ]?\d{4}[- ]?\d{2,4}(?!\d)", _plus_phone),
    (r"(?<!\d)1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)", _phone),
    (r"(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)|(?<!\d)[48]00[- ]?\d{3}[- ]?\d{4}(?!\d)|(?<!\d)[48]00-\d{4}-\d{3}(?!\d)", _phone),
    (r"(?<![\d.])(?:110|119|120|122|12306|12345|12315|10086|10010|10000|95\d{3})(?![A-Za-z\d.,%年月日个元块人米公千克万亿多余分小天次名位张条])", _phone),
    (rf"{_NUMBERED}(?:[是为：:]\s?)?\d{{3,20}}(?!\d)", lambda match: re.sub(r"\d+", _phone, match.group())),
    (r"(?<=[是为：:])(?<=(?:电话|热线|号码|邮编|证码|学号|工号|编号|密码|尾号|卡号|单号|房号|代码|手机)[是为：:])\d{3,20}(?!\d)", _phone),
    (rf"(?<![A-Za-z\d.])[-−]?(?:{_N})(?:\s?[+×x*÷=≈≠<>≤≥/−-]\s?[-−]?(?:{_N})){{0,20}}\s?[=≈≠<>≤≥×÷*]\s?[-−]?(?:{_N})(?:\s?[+×x*÷=≈≠<>≤≥/−-]\s?[-−]?(?:{_N})){{0,20}}(?![A-Za-z\d])|(?<![A-Za-z\d.])(?:{_N})(?:\s?\+\s?(?:{_N})){{1,20}}(?![A-Za-z\d])", _formula),
    (r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){2,3}(?![\d.])", _dotted),
    (rf"(?P<n>{_SIGN}(?:{_N}))(?:\s?{_DASH}\s?(?P<n2>[-−]?(?:{_N})))?\s?(?P<mag>{_MAGNITUDES})?(?P<u>{_UNIT_PATTERN})(?![A-Za-z0-9])", _unit),
    (r"(?<![\d/.])(?P<a>\d{1,6})/(?P<b>\d{1,6})(?![\d/])", lambda match: read_fraction(match["a"], match["b"])),
    (r"(?P<h>\d{1,4})[:：](?P<min>\d{1,4})(?![\d:：])", lambda match: f"{read_integer(match['h'])}比{read_integer(match['min'])}"),
    (rf"(?<![A-Za-z\d.-])(?P<n>{_N})\s?[-–—~～〜]\s?(?P<n2>{_N})(?![A-Za-z\d-])", _range),
    (rf"(?P<n>{_N})\+(?![\d])", lambda match: read_number(match["n"]) + "多"),
    (rf"(?P<n>{_SIGN}(?:{_N}))", _plain),
)  # fmt: skip
_GROUP = re.compile(r"\(\?P<(\w+)>|\(\?P=(\w+)\)")


def _compile() -> list[tuple[re.Pattern[str], Callable[[re.Match[str]], str]]]:
    return [(re.compile(pattern), handler) for pattern, handler in _RULES]


_COMPILED = _compile()
# Where a rule can begin: a digit, a sign or currency before one, or a symbol with a name.
_BEGIN = re.compile(rf"[-−+￥¥$＄€£₩₹₽฿]\s?(?=\d)|\d|[{re.escape(''.join(_SYMBOLS))}]|[①-⑳]|[Ⅰ-Ⅻ]")
_FULL_WIDTH = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), 0xFF0B, 0xFF0F, 0xFF1D, 0xFF0E, 0xFF05)}


def normalize_spans(text: str) -> Iterator[Span]:
    """Split a text into spans with their spoken form; the sources joined are the text.

    Args:
        text: Mandarin or mixed text of any length.
    """
    view = text.translate(_FULL_WIDTH)  # one character for one character
    position = plain_start = 0
    while (begin := _BEGIN.search(view, position)) is not None:
        end, spoken = _match_at(view, begin.start())
        if end == begin.start():
            position = begin.start() + 1
            continue
        if begin.start() > plain_start:
            plain = text[plain_start : begin.start()]
            yield Span(plain, plain)
        yield Span(text[begin.start() : end], spoken)
        position = plain_start = end
    if plain_start < len(text):
        yield Span(text[plain_start:], text[plain_start:])


def _match_at(view: str, start: int) -> tuple[int, str]:
    """Apply the first rule that matches at `start`; (start, "") when none does."""
    for pattern, handler in _COMPILED:
        if (match := pattern.match(view, start)) is not None and match.end() > start:
            return match.end(), handler(match)
    character = view[start]
    if "①" <= character <= "⑳":
        return start + 1, read_integer(str(ord(character) - ord("①") + 1))
    if "Ⅰ" <= character <= "Ⅻ":
        return start + 1, read_integer(str(ord(character) - ord("Ⅰ") + 1))
    return (start + 1, _SYMBOLS[character]) if character in _SYMBOLS else (start, "")


def normalize(text: str) -> str:
    """The whole text as it is said."""
    return "".join(span.spoken for span in normalize_spans(text))
