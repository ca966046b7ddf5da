"""English numbers in their surroundings: which reading a written quantity takes.

Each function reads one form of forms_en. The name in ``READ`` is the form's name there.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from steptts.text import numbers_en, readings_en, tables_en, units_en
from steptts.text.tokens_en import Reader

Reading = Callable[["re.Match[str]", Reader], "list[str]"]

_MONTH_NEXT = re.compile(
    r"\s+(?:of\s+)?(?:(?i:"
    + "|".join(m for m in tables_en.MONTHS if m not in ("may", "mar"))
    + r")|May|Mar)\b"
)
_OF_NEXT = re.compile(r"\s+of\b")
_PLURAL_NEXT = re.compile(r"\s+(?!(?:was|is|has|as|this|its|his|us|does)\b)[a-z]{2,}s\b(?!')")
_VIDEO_NEXT = re.compile(r"[pi]\b")
_YEAR_WORDS = frozenset(
    "in since of by from until till before after during circa year around about to late early mid "
    "and".split()
)
_SCORE_WORDS = frozenset("won win wins lost lose beat score lead led drew victory defeat".split())
_SIGNS = {
    "-": "minus",
    "−": "minus",
    "+": "plus",
    "±": "plus or minus",
    "~": "about",
    "≈": "about",
    "#": "number",
}


def _iso(match: re.Match[str], reader: Reader) -> list[str]:
    month, day = int(match["isom"]), int(match["isod"])
    if 1 <= month <= 12 and 1 <= day <= 31:
        return readings_en.date(day, month, match["isoy"], reader.accent)
    return numbers_en.digits(match.group())


def _date(match: re.Match[str], reader: Reader) -> list[str]:
    first, second = int(match["d1"]), int(match["d2"])
    month_first = reader.accent == "us" and match["dsep"] != "."
    month, day = (first, second) if month_first else (second, first)
    if month > 12:
        month, day = day, month
    if 1 <= month <= 12 and 1 <= day <= 31:
        return readings_en.date(day, month, match["dy"], reader.accent)
    parts = re.findall(r"\d+", match.group())
    return [word for part in parts for word in readings_en.amount(part, reader.accent)]


def _clock(match: re.Match[str], reader: Reader) -> list[str]:
    if match["oh"]:
        return readings_en.clock(match["oh"], "", "", match["ohalf"])
    if match["dh"]:
        return readings_en.clock(match["dh"], match["dm"], "", match["dhalf"])
    return readings_en.clock(match["ch"], match["cm"], match["cs"] or "", match["chalf"] or "")


def _money(match: re.Match[str], reader: Reader) -> list[str]:
    symbol = match["mcur"] or match["mcur2"]
    number = match["mnum"] or match["mnum2"]
    scale = match["mscale"] or match["mscale2"] or ""
    if match["mto"]:
        upper = readings_en.money(symbol, match["mto"], scale, reader.accent)
        return [*readings_en.amount(number, reader.accent), "to", *upper]
    spoken = readings_en.money(symbol, number, scale, reader.accent)
    return ["minus", *spoken] if match["msign"] else spoken


def _phone(match: re.Match[str], reader: Reader) -> list[str]:
    return readings_en.phone_number(match.group(), reader.accent)


def _dotted(match: re.Match[str], reader: Reader) -> list[str]:
    return readings_en.dotted(match.group(), reader.accent)


def _science(match: re.Match[str], reader: Reader) -> list[str]:
    return readings_en.scientific(match["sman"], match["sexp"], reader.accent)


def _fraction(match: re.Match[str], reader: Reader) -> list[str]:
    return readings_en.fraction(match["fw"] or "", match["ft"], match["fb"], reader.accent)


def _vulgar(match: re.Match[str], reader: Reader) -> list[str]:
    top, bottom = tables_en.VULGAR[match["vf"]]
    return readings_en.fraction(match["vw"] or "", top, bottom, reader.accent)


def _feet(match: re.Match[str], reader: Reader) -> list[str]:
    """A height: 5'10" is said short, "5 ft 10 in" in full."""
    feet, inches = (int(match[f"f{u}"] or match[f"g{u}"]) for u in "fi")
    words = [*numbers_en.integer(feet), "foot" if match["ff"] else "feet"]
    return [*words, *numbers_en.integer(inches), *([] if match["ff"] else ["inches"])]


def _ratio(match: re.Match[str], reader: Reader) -> list[str]:
    """A ratio "16:9", or minutes and seconds "45:30"."""
    first, second = numbers_en.integer(int(match["q1"])), numbers_en.integer(int(match["q2"]))
    if len(match["q2"]) == 1:
        return [*first, "to", *second]
    return [*first, *(["oh"] if match["q2"][0] == "0" else []), *second]


def _ordinal(match: re.Match[str], reader: Reader) -> list[str]:
    return readings_en.ordinal(match.group(), reader.accent)


def _decade(match: re.Match[str], reader: Reader) -> list[str]:
    return readings_en.decade(match.group())


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isdigit() and 1100 <= int(text) < 2100


def _range(match: re.Match[str], reader: Reader) -> list[str]:
    """As in "10-20" to, a score without, "5 - 3" minus; years are read as years."""
    first, second = match["r1"], match["r2"]
    years = _is_year(first) and (_is_year(second) or len(second) == 2)
    sides = [
        (readings_en.year if years and _is_year(side) else readings_en.amount)(side, reader.accent)
        for side in (first, second)
    ]
    rising = float(first.replace(",", "")) < float(second.replace(",", ""))
    middle = ["to"] if rising or years else []
    if reader.previous() in _SCORE_WORDS:
        middle = []
    if match["rspace"] and match["rsep"] == "-":
        middle = ["minus"]
    unit = (match["runit"] or "").strip()
    tail = units_en.UNITS[unit][1].split() if unit else []
    return [*sides[0], *middle, *sides[1], *tail]


def _product(match: re.Match[str], reader: Reader) -> list[str]:
    middle = "by" if match["psep"].strip() == "x" else "times"
    first, second = (readings_en.amount(match[g], reader.accent) for g in ("p1", "p2"))
    return [*first, middle, *second]


def _times(match: re.Match[str], reader: Reader) -> list[str]:
    return [*readings_en.amount(match["tn"], reader.accent), "times"]


def _power(match: re.Match[str], reader: Reader) -> list[str]:
    base = match["wn"]
    words = readings_en.letters(base) if base.isalpha() else readings_en.amount(base, reader.accent)
    power = match["wp"] or {"²": "2", "³": "3"}[match["ws"]]
    if power in ("2", "3"):
        return [*words, "squared" if power == "2" else "cubed"]
    return [*words, "to", "the", "power", "of", *readings_en.amount(power, reader.accent)]


def _measure(match: re.Match[str], reader: Reader) -> list[str]:
    unit, number = match["uu"], match["un"]
    if match["us"] and unit in units_en.ATTACHED_UNITS:
        tail = [] if unit in ("°", '"') else [unit]
        return [*_plain_number(number, match.start(), match.end(), reader), *tail]
    if number[0] in "-−+" and reader.text[max(match.start() - 1, 0) : match.start()].isalnum():
        number = number[1:]  # "COVID-19 g"
    spoken = readings_en.measure(number, unit, reader.accent)
    attributive = match["us"] == "-"  # "a 5-km run" has the singular
    return [*spoken[:-1], units_en.UNITS[unit][0].split()[-1]] if attributive else spoken


def _number(match: re.Match[str], reader: Reader) -> list[str]:
    sign = _SIGNS.get(match["nsign"] or "", "").split()
    words = [*sign, *_plain_number(match["nn"], match.start(), match.end(), reader)]
    return [*words[:-1], words[-1] + "'s"] if match["nposs"] else words


def _plain_number(text: str, start: int, end: int, reader: Reader) -> list[str]:
    """A number without a form of its own: day of a month, year, or amount."""
    before = reader.previous()
    if text.isdigit() and len(text) <= 2 and 1 <= int(text) <= 31:
        if before in tables_en.MONTHS and not reader.text.startswith(":", end):
            return readings_en.ordinal(text, reader.accent)
        if reader.goes_on(end, _MONTH_NEXT):
            lead = [] if before == "the" else ["the"]
            of = [] if reader.goes_on(end, _OF_NEXT) else ["of"]
            return [*lead, *readings_en.ordinal(text, reader.accent), *of]
    if len(text) == 4 and text.isdigit() and text[2] != "0" and reader.goes_on(end, _VIDEO_NEXT):
        return numbers_en.year(int(text))  # 1080p, 2160p
    if len(text) == 5 and text.isdigit() and reader.last() in tables_en.STATES:
        return numbers_en.digits(text)
    if _is_year(text) and (before in _YEAR_WORDS or not reader.goes_on(end, _PLURAL_NEXT)):
        return readings_en.year(text, reader.accent)
    return readings_en.amount(text, reader.accent)


READ: dict[str, Reading] = {
    "iso": _iso,
    "date": _date,
    "clock": _clock,
    "money": _money,
    "phone": _phone,
    "dotted": _dotted,
    "science": _science,
    "fraction": _fraction,
    "vulgar": _vulgar,
    "feet": _feet,
    "ratio": _ratio,
    "ordinal": _ordinal,
    "decade": _decade,
    "range": _range,
    "product": _product,
    "times": _times,
    "power": _power,
    "measure": _measure,
    "number": _number,
}
