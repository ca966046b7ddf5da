"""English readings of signs: powers, rates, characters of programs and of HTML, rules of symbols.

Each function reads one form of forms_en. The name in ``READ`` is the form's name there.
"""

from __future__ import annotations

import re

from steptts.text import readings_en, symbols_en
from steptts.text.tokens_en import Reader

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_LONGEST_SYMBOL = 2  # letters before a raised number that are a quantity (mc²), not a footnote


def _exponent(match: re.Match[str], reader: Reader) -> list[str]:
    """A raised number: a power after a number or a short symbol, else a silent footnote."""
    power = match.group().lstrip("^").translate(_SUPERSCRIPTS)
    before = reader.text[max(match.start() - 1, 0) : match.start()]
    last = reader.last()
    is_power = match.group()[0] == "^" or before.isdigit() or len(last) <= _LONGEST_SYMBOL
    if not is_power or not (before.isalnum() or before == ")"):
        return readings_en.amount(power, reader.accent) if match.group()[0] == "^" else []
    if power in ("2", "3"):
        return ["squared" if power == "2" else "cubed"]
    return ["to", "the", "power", "of", *readings_en.amount(power, reader.accent)]


def _rate(match: re.Match[str], reader: Reader) -> list[str]:
    """What stands after the slash of "$5/month"; after a word it is a slash ("day/night")."""
    word = match["rateof"].lower()
    spoken = [token.source for token in reader.tokens[-3:] if token.spoken]
    if any(char.isdigit() for char in "".join(spoken[-2:])):  # "$5/month", "7 days/week"
        return ["per", *symbols_en.RATES[word].split()]
    return ["slash", match["rateof"]]


def _code(match: re.Match[str], reader: Reader) -> list[str]:
    return symbols_en.CODE[match.group()[:2]].split()


def _entity(match: re.Match[str], reader: Reader) -> list[str]:
    return symbols_en.ENTITIES.get(match.group().lower(), "").split()


def _rule(match: re.Match[str], reader: Reader) -> list[str]:
    """A line of one symbol, as between the parts of a page, is silent."""
    return []


READ = {
    "exponent": _exponent,
    "rate": _rate,
    "code": _code,
    "entity": _entity,
    "rule": _rule,
}
