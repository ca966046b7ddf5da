"""English numbers without a form of their own: day, year, code or amount, by their surroundings."""

from __future__ import annotations

import re

from steptts.text import numbers_en, readings_en, tables_en
from steptts.text.tokens_en import Reader

_MONTH_NEXT = re.compile(
    r"\s+(?:of\s+)?(?:(?i:"
    + "|".join(m for m in tables_en.MONTHS if m not in ("may", "mar"))
    + r")|May|Mar)\b"
)
_OF_NEXT = re.compile(r"\s+of\b")
_ERA_NEXT = re.compile(r"\s?(?:AD|BCE?|CE|A\.D\.|B\.C\.)(?!\w)")
_PLURAL_NEXT = re.compile(r"\s+(?!(?:was|is|has|as|this|its|his|us|does)\b)[a-z]{2,}s\b(?!')")
_VIDEO_NEXT = re.compile(r"[pi]\b")
_YEAR_WORDS = frozenset(
    "in since of by from until till before after during circa year around about to late early mid "
    "and".split()
)
# Three or four digits after these name a thing: "Room 101" is one oh one, "Boeing 747" seven ...
_NAMED = frozenset(
    "room rm flight suite apartment apt bus highway hwy boeing airbus interstate locker building "
    "bldg gate rtx gtx rfc".split()
)
_DIALED = frozenset("call called calling dial dialed dialled dialing".split())
# "Python 3.11" is three point eleven: the second number counts, it is no fraction.
_RELEASED = frozenset(
    "python version ubuntu java php ruby ios ipados macos android django release perl".split()
)
_RELEASE = re.compile(r"\d{1,2}\.(?:[1-9]\d|0[1-9])")
_BY_DIGITS = frozenset("zip zipcode pin passcode".split())


def is_year(text: str) -> bool:
    """Whether four digits are a year without more help: 1100 to 2099."""
    return len(text) == 4 and text.isdigit() and 1100 <= int(text) < 2100


def read(text: str, start: int, end: int, reader: Reader) -> list[str]:
    """What is said for a number that stands from start to end of the reader's text."""
    day = _day(text, end, reader) if text.isdigit() else []
    if day:
        return day
    if len(text) == 4 and text.isdigit() and text[2] != "0" and reader.goes_on(end, _VIDEO_NEXT):
        return numbers_en.year(int(text))  # 1080p, 2160p
    before = reader.previous()
    if (
        len(text) == 5 and text.isdigit() and reader.last() in tables_en.STATES
    ) or before in _BY_DIGITS:
        return numbers_en.digits(text)
    if len(text) == 3 and text.isdigit() and before in _DIALED:
        return numbers_en.digits(text)  # call 911
    if before in _RELEASED and _RELEASE.fullmatch(text):
        whole, _, part = text.partition(".")
        zero = ["oh"] if part[0] == "0" else []
        return [*numbers_en.integer(int(whole)), "point", *zero, *numbers_en.integer(int(part))]
    if text.isdigit() and _is_name(text, start, reader):
        return in_pairs(text)
    if _is_year_here(text, before, end, reader):
        return readings_en.year(text, reader.accent)
    return readings_en.amount(text, reader.accent)


def _day(text: str, end: int, reader: Reader) -> list[str]:
    """The day of a month, or nothing: "May 5", "5 May", "the 5 of May"."""
    if len(text) > 2 or not 1 <= int(text) <= 31:
        return []
    before = reader.previous()
    if before in tables_en.MONTHS and not reader.text.startswith(":", end):
        return readings_en.ordinal(text, reader.accent)
    if not reader.goes_on(end, _MONTH_NEXT):
        return []
    lead = [] if before == "the" else ["the"]
    of = [] if reader.goes_on(end, _OF_NEXT) else ["of"]
    return [*lead, *readings_en.ordinal(text, reader.accent), *of]


def _is_year_here(text: str, before: str, end: int, reader: Reader) -> bool:
    if len(text) == 4 and text.isdigit() and text[0] == "1" and not is_year(text):
        return reader.goes_on(end, _ERA_NEXT) or before == "in"  # in 1066, but 1050 men
    return is_year(text) and (before in _YEAR_WORDS or not reader.goes_on(end, _PLURAL_NEXT))


def _is_name(text: str, start: int, reader: Reader) -> bool:
    """Whether three or four digits are part of a name: BA117, RTX 4090, Room 101."""
    if len(text) not in (3, 4) or text[0] == "0":
        return False
    before = reader.last()
    glued = reader.text[max(start - 1, 0) : start].isupper()
    return glued or before.lower() in _NAMED


def in_pairs(text: str) -> list[str]:
    """Three or four digits as a name: 101 one oh one, 747 seven forty seven, 4090 forty ninety."""
    if len(text) == 4:
        return numbers_en.year(int(text))
    first, rest = numbers_en.integer(int(text[0])), text[1:]
    if rest == "00":
        return [*first, "hundred"]
    return [*first, *(["oh"] if rest[0] == "0" else []), *numbers_en.integer(int(rest))]
