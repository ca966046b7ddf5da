"""Mandarin readings of numbers: integers, decimals, digit strings, fractions.

Knows only arithmetic words; which reading a number in a text wants (year, telephone, quantity)
is decided in `normalize_zh`.
"""

from __future__ import annotations

DIGITS = "零一二三四五六七八九"
_SMALL_UNITS = ("", "十", "百", "千")
_LARGE_UNITS = ("", "万", "亿", "万亿")
MAX_QUANTITY_DIGITS = 4 * len(_LARGE_UNITS)  # 16: longer numbers are read digit by digit


def read_digits(digits: str, *, telephone: bool = False) -> str:
    """Read each digit on its own: "2026" is 二零二六; in telephone style 1 is 幺."""
    spoken = "".join(DIGITS[int(digit)] for digit in digits)
    return spoken.replace("一", "幺") if telephone else spoken


def _read_group(group: str) -> str:
    """Read up to four digits; zeros inside give one 零, zeros at the end none."""
    spoken, pending_zero = "", False
    for place, digit in zip(range(len(group) - 1, -1, -1), group, strict=True):
        if digit == "0":
            pending_zero = bool(spoken)
            continue
        spoken += ("零" if pending_zero else "") + DIGITS[int(digit)] + _SMALL_UNITS[place]
        pending_zero = False
    return spoken


def read_integer(digits: str) -> str:
    """Read a whole number: "10050" is 一万零五十, "15" 十五, "2000" 两千.

    Args:
        digits: decimal digits; a leading zero or more than 16 digits are read one by one.
    """
    if len(digits) > MAX_QUANTITY_DIGITS or (len(digits) > 1 and digits[0] == "0"):
        return read_digits(digits)
    if int(digits) == 0:
        return DIGITS[0]
    padded = digits.zfill(-(-len(digits) // 4) * 4)
    groups = [padded[start : start + 4] for start in range(0, len(padded), 4)]
    spoken, gap = "", False
    for place, group in zip(range(len(groups) - 1, -1, -1), groups, strict=True):
        if group == "0000":
            gap = True
            continue
        zero = DIGITS[0] if spoken and (gap or group[0] == "0") else ""
        unit = _LARGE_UNITS[place]
        if unit == "万亿" and int(digits) // 10**8 % 10**4:
            unit = "万"  # 一万两千亿: the 亿 comes with the next group
        spoken += zero + _with_liang(_read_group(group.lstrip("0")), unit) + unit
        gap = False
    return spoken[1:] if spoken.startswith("一十") else spoken


def _with_liang(group: str, unit: str) -> str:
    """Say 两 for a two that begins a 千 or 百, or stands alone before 万 and 亿."""
    if group[:2] in ("二千", "二百") or (unit and group == "二"):
        return "两" + group[1:]
    return group


def read_number(number: str) -> str:
    """Read a decimal such as "-1,234.50": 负一千二百三十四点五零."""
    sign = ""
    if number[:1] in ("-", "−", "+"):
        sign = "正" if number[0] == "+" else "负"
        number = number[1:]
    whole, _, decimals = number.replace(",", "").replace("，", "").partition(".")
    spoken = read_integer(whole or "0")
    if decimals:
        spoken += "点" + read_digits(decimals)
    return sign + spoken


def read_quantity(number: str) -> str:
    """Read a number that counts something: like `read_number`, but a bare 2 is 两."""
    spoken = read_number(number)
    return spoken[:-1] + "两" if spoken in ("二", "负二") else spoken


def read_fraction(numerator: str, denominator: str) -> str:
    """Read 3/4 as 四分之三."""
    return f"{read_integer(denominator)}分之{read_integer(numerator)}"
