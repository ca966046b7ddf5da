"""English words for integers, ordinals, years, decimals and digit strings.

Knows numbers only: what a number means (a year, an amount) is for normalize_en to decide.
The British "and" ("one hundred and five") comes with ``joiner="and"``; American has none.
"""

from __future__ import annotations

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
_SCALES = ("", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion")
_IRREGULAR_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
MAX_INTEGER = 10 ** (3 * len(_SCALES)) - 1  # 10^21 - 1; longer ones are read digit by digit


def integer(value: int, joiner: str = "") -> list[str]:
    """The cardinal of an integer.

    Args:
        value: any integer; beyond ``MAX_INTEGER`` its digits are read one by one.
        joiner: the word after "hundred" ("and" in British English, "" in American).

    Returns:
        The words, for example ``["minus", "twenty", "one"]``.
    """
    if value < 0:
        return ["minus", *integer(-value, joiner)]
    if value > MAX_INTEGER:
        return digits(str(value))
    if value == 0:
        return ["zero"]
    groups: list[int] = []
    while value:
        value, group = divmod(value, 1000)
        groups.append(group)
    words: list[str] = []
    for power in reversed(range(len(groups))):
        if not groups[power]:
            continue
        if power == 0 and words and groups[0] < 100 and joiner:
            words.append(joiner)  # one thousand and five
        words += _below_thousand(groups[power], joiner)
        if power:
            words.append(_SCALES[power])
    return words


def _below_thousand(value: int, joiner: str) -> list[str]:
    hundreds, rest = divmod(value, 100)
    words = [_ONES[hundreds], "hundred"] if hundreds else []
    if words and rest and joiner:
        words.append(joiner)
    return words + (_below_hundred(rest) if rest else [])


def _below_hundred(value: int) -> list[str]:
    if value < 20:
        return [_ONES[value]]
    tens, ones = divmod(value, 10)
    return [_TENS[tens], _ONES[ones]] if ones else [_TENS[tens]]


def ordinal_word(word: str) -> str:
    """The ordinal of one number word: "one" to "first", "twenty" to "twentieth"."""
    if word in _IRREGULAR_ORDINALS:
        return _IRREGULAR_ORDINALS[word]
    return word[:-1] + "ieth" if word.endswith("y") else word + "th"


def ordinal(value: int, joiner: str = "") -> list[str]:
    """The ordinal of an integer: 21 is ``["twenty", "first"]``."""
    words = integer(value, joiner)
    return [*words[:-1], ordinal_word(words[-1])]


def plural_word(word: str) -> str:
    """The plural of a number word: "ninety" to "nineties", "six" to "sixes"."""
    if word.endswith("y"):
        return word[:-1] + "ies"
    return word + ("es" if word.endswith("x") else "s")


def digits(text: str, zero: str = "zero") -> list[str]:
    """The digits of a string one by one; other characters are skipped."""
    return [zero if c == "0" else _ONES[int(c)] for c in text if c in "0123456789"]


def year(value: int, joiner: str = "") -> list[str]:
    """A year as it is said: 1905 "nineteen oh five", 2000 "two thousand", 2026 "twenty ..."."""
    century, rest = divmod(value, 100)
    if value < 1000 or value > 9999 or value % 1000 < 10:
        return integer(value, joiner)  # 2000 to 2009: two thousand (and) five
    if rest == 0:
        return [*_below_hundred(century), "hundred"]
    if rest < 10:
        return [*_below_hundred(century), "oh", _ONES[rest]]
    return [*_below_hundred(century), *_below_hundred(rest)]


def decimal(text: str, joiner: str = "") -> list[str]:
    """A number written with digits, commas and at most one point: "1,234.05".

    Digits after the point are read one by one. A leading zero before more digits ("007") makes
    the whole part digit by digit, since it is a code rather than an amount.
    """
    whole, point, fraction = text.replace(",", "").partition(".")
    words: list[str] = []
    if whole:
        is_code = len(whole) > 1 and whole[0] == "0"
        words = digits(whole) if is_code else integer(int(whole), joiner)
    if point and fraction:
        words += ["point", *digits(fraction)]
    return words


def denominator(value: int, plural: bool, joiner: str = "") -> list[str]:
    """The name of a part: 2 "half", 4 "quarter", 8 "eighth"; plural when more than one."""
    if value == 2:
        return ["halves" if plural else "half"]
    words = ["quarter"] if value == 4 else ordinal(value, joiner)
    return [*words[:-1], words[-1] + "s"] if plural else words
