"""English numbers in their surroundings: which reading a written quantity takes.

Each function reads one form of forms_en. The name in ``READ`` is the form's name there.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from steptts.text import bare_numbers_en, dates_en, numbers_en, readings_en, symbols_en, units_en
from steptts.text.tokens_en import Reader

Reading = Callable[["re.Match[str]", Reader], "list[str]"]

_EQUALS_NEXT = re.compile(r"\s?=")
# A noun that an amount describes, as in "the $5 bill", begins after it.
_NOUN_NEXT = re.compile(
    r"[ -](?!(?:in|of|to|for|that|which|was|is|were|are|he|she|they|we|you|it|on|at|from|and|or|"
    r"but|had|has|have|as|by|with|per|the|each|would|will|could|into|off|back|more|less|worth|"
    r"out|up|down|not|so|when|if|than|then|here|there|now|ago|they|who|just|only|all)\b)[a-z]{3,}"
)
_POINTING = frozenset("the this that his her its our my their your every another".split())
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


def _money(match: re.Match[str], reader: Reader) -> list[str]:
    symbol = match["mcur"] or match["mcur2"] or match["mcode"].strip()
    number = match["mnum"] or match["mnum2"] or match["mnum3"]
    if re.fullmatch(r"\d{1,9},\d\d", number):
        number = number.replace(",", ".")  # €3,50
    scale = match["mscale"] or match["mscale2"] or match["mscale3"] or ""
    if match["mto"]:
        upper = readings_en.money(symbol, match["mto"], scale, reader.accent)
        return [*readings_en.amount(number, reader.accent), "to", *upper]
    spoken = readings_en.money(symbol, number, scale, reader.accent)
    one, many = (words.split() for words in units_en.CURRENCIES[symbol][:2])
    if _describes(match.end(), reader) and spoken[-len(many) :] == many:
        spoken = [*spoken[: -len(many)], *one]  # a five dollar bill
    return ["minus", *spoken] if match["msign"] else spoken


def _describes(end: int, reader: Reader) -> bool:
    """Whether an amount stands before the noun that it describes, and is in the singular."""
    before = reader.last()
    if before in ("a", "an"):
        return True
    return before.lower() in _POINTING and reader.goes_on(end, _NOUN_NEXT)


def _phone(match: re.Match[str], reader: Reader) -> list[str]:
    return readings_en.phone_number(match.group(), reader.accent)


def _dotted(match: re.Match[str], reader: Reader) -> list[str]:
    return readings_en.dotted(match.group(), reader.accent)


def _science(match: re.Match[str], reader: Reader) -> list[str]:
    return readings_en.scientific(match["sman"], match["sexp"], reader.accent)


def _fraction(match: re.Match[str], reader: Reader) -> list[str]:
    first, second = match["ft"], match["fb"]
    if bare_numbers_en.is_year(first) and int(second) == (int(first) + 1) % 100:
        return [*readings_en.year(first, reader.accent), *dates_en.short_year(second)]  # 2019/20
    words = readings_en.fraction(match["fw"] or "", first, second, reader.accent)
    return [*words, *_unit_of(match["fu"], many=bool(match["fw"]))]


def _unit_of(unit: str | None, *, many: bool) -> list[str]:
    """The name of the unit after a fraction: one half meter, two and a half meters."""
    return units_en.UNITS[unit][many].split() if unit else []


def _vulgar(match: re.Match[str], reader: Reader) -> list[str]:
    top, bottom = symbols_en.VULGAR[match["vf"]]
    words = readings_en.fraction(match["vw"] or "", top, bottom, reader.accent)
    return [*words, *_unit_of(match["vu"], many=bool(match["vw"]))]


def _scaled(match: re.Match[str], reader: Reader) -> list[str]:
    """As in "2.3M views": a number of thousands, millions or billions of things."""
    scale = units_en.SCALES[match["scu"]]
    words = [*readings_en.amount(match["scn"], reader.accent), scale]
    return [*words, "plus"] if match["scp"] else words


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


def _range(match: re.Match[str], reader: Reader) -> list[str]:
    """As in "10-20" to, a score without, "5 - 3" minus; years are read as years."""
    first, second = match["r1"], match["r2"]
    years = bare_numbers_en.is_year(first) and (bare_numbers_en.is_year(second) or len(second) == 2)
    sides = [
        (readings_en.year if years and bare_numbers_en.is_year(side) else readings_en.amount)(
            side, reader.accent
        )
        for side in (first, second)
    ]
    rising = float(first.replace(",", "")) < float(second.replace(",", ""))
    middle = ["to"] if rising or years else []
    if reader.previous() in _SCORE_WORDS:
        middle = []
    if match["rsep"] == "-" and (match["rspace"] or reader.goes_on(match.end(), _EQUALS_NEXT)):
        middle = ["minus"]
    unit = (match["runit"] or "").strip()
    tail = ["times"] if match["rx"] else units_en.UNITS[unit][1].split() if unit else []
    return [*sides[0], *middle, *sides[1], *tail]


def _product(match: re.Match[str], reader: Reader) -> list[str]:
    unit = (match["pu"] or match["pu1"] or "").strip()
    middle = "by" if match["psep"].strip() == "x" or unit else "times"
    words = readings_en.amount(match["p1"], reader.accent)
    words += units_en.UNITS[match["pu1"].strip()][1].split() if match["pu1"] else []
    words += [middle, *readings_en.amount(match["p2"], reader.accent)]
    if match["p3"]:
        words += [middle, *readings_en.amount(match["p3"], reader.accent)]
    return [*words, *(units_en.UNITS[match["pu"].strip()][1].split() if match["pu"] else [])]


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
    dotted = unit == "in" and reader.text.startswith(".", match.end())  # "5 in. long"
    if match["us"] and not dotted and unit in units_en.ATTACHED_UNITS:
        tail = [] if unit in ("°", '"') else [unit]
        return [*bare_numbers_en.read(number, match.start(), match.end(), reader), *tail]
    if number[0] in "-−+" and reader.text[max(match.start() - 1, 0) : match.start()].isalnum():
        number = number[1:]  # "COVID-19 g"
    spoken = readings_en.measure(number, unit, reader.accent)
    one, many = (words.split() for words in units_en.UNITS[unit])
    if match["us"] == "-" or reader.last() in ("a", "an"):  # "a 5-km run", "a 12V battery"
        return [*spoken[: -len(many)], *one] if spoken[-len(many) :] == many else spoken
    return spoken


def _number(match: re.Match[str], reader: Reader) -> list[str]:
    sign = _SIGNS.get(match["nsign"] or "", "").split()
    words = [*sign, *bare_numbers_en.read(match["nn"], match.start(), match.end(), reader)]
    return [*words[:-1], words[-1] + "'s"] if match["nposs"] else words


READ: dict[str, Reading] = {
    **dates_en.READ,
    "money": _money,
    "phone": _phone,
    "dotted": _dotted,
    "science": _science,
    "fraction": _fraction,
    "vulgar": _vulgar,
    "feet": _feet,
    "ratio": _ratio,
    "ordinal": _ordinal,
    "range": _range,
    "product": _product,
    "times": _times,
    "power": _power,
    "measure": _measure,
    "scaled": _scaled,
    "number": _number,
}
