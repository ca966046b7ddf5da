"""English words that are not read as written: abbreviations, months, Roman numerals."""

from __future__ import annotations

import re

from steptts.text import numbers_en, readings_en, tables_en
from steptts.text.tokens_en import Reader

CAPITAL_NEXT = re.compile(r"[\s'\"“”’)\]]*(?:[A-Z]|$)")
_CAPITAL_SAME_LINE = re.compile(r"[ \t]+[A-Z]")
_WORD_SAME_LINE = re.compile(r"[ \t]+[A-Za-z]")
_GOES_ON = re.compile(r"[ \t]+[a-z]")
_RULED_NEXT = re.compile(
    r"\s+(?:reign|rul|di|becam|succeed|order|marri|abdicat|ascend|who|whose|was|is|of)(?:ed|e)?\b"
)
_COUNTED_BY_NUMBER = frozenset("phone serial order account invoice model part ref tel".split())
_BEFORE_SAINT = frozenset("on in at the from to of for and by near after before with".split())
_STREETS = {"st": "street", "ave": "avenue", "rd": "road", "blvd": "boulevard"}
_NUMBER_NEXT = re.compile(r"\s*#?\d")
_NUMERAL_NEXT = re.compile(r"\s*[IVXLC]+\b(?!')")
_DAY_NEXT = re.compile(r"\.?\s+\d")
_NUMERAL_ENDS = re.compile(r"\s*(?:[,.;:!?)\]—–-]|$|(?:of|and|to|in|was|is|or|by|on|at|the|had)\b)")
_CENTURY_NEXT = re.compile(r"\s+centur(?:y|ies)\b")
_LETTER_ONLY = frozenset("CDLM")  # "grade C", "Type-C": too rare as numbers of one letter
# What is counted as type I, phase I, before the noun.
_CLASSED = frozenset("type phase stage class category group division".split())
_DAY_OF_MONTH_NEXT = re.compile(r",?\s+(?:the\s+)?\d{1,2}(?:st|nd|rd|th)?\s+[A-Z]")
_SHORT_DAYS_AND_MONTHS = (tables_en.DAYS | tables_en.MONTHS.keys()) & tables_en.ABBREVIATIONS.keys()
_SHORT_DAYS = tables_en.DAYS & tables_en.ABBREVIATIONS.keys()
_SPAN_NEXT = re.compile(
    r"\s?[-–—]\s?(?i:" + "|".join(tables_en.DAYS | tables_en.MONTHS.keys()) + r")\b"
)
_ORGANIZATION_AFTER = frozenset("the The by from".split())  # not in a sentence in capitals
_HALF_DAY = re.compile(r"\d\s?[ap]\.m$")
_ZONE_OR_DAY_NEXT = re.compile(
    r"\s+(?:[ECMP][SD]?T|GMT|UTC|Eastern|Central|Pacific|Mountain|(?i:"
    + "|".join(tables_en.DAYS)
    + r"))\b"
)
_NAME_FOLLOWS = frozenset("cf vs feat incl esp ca approx viz".split())
_NEEDS_NUMBER = frozenset("al min max est no par op art p c".split())


def read_word(word: str, end: int, reader: Reader) -> list[str]:
    """What is said for a word that ends at a position: itself, or what it stands for."""
    lower = word.lower()
    if lower in tables_en.MONTHS and lower not in tables_en.MONTH_NAMES and word[0].isupper():
        day_before = reader.previous().rstrip("stndrh").isdigit()
        if day_before or reader.goes_on(end, _DAY_NEXT):
            return [tables_en.MONTHS[lower]]
    if lower in _SHORT_DAYS_AND_MONTHS and word[0].isupper() and _in_span(end, reader):
        return [tables_en.ABBREVIATIONS[lower]]
    if lower in _SHORT_DAYS and word[0].isupper() and reader.goes_on(end, _DAY_OF_MONTH_NEXT):
        return [tables_en.ABBREVIATIONS[lower]]
    if reader.text.startswith(".", end):
        spoken = _abbreviation(word, end + 1, reader)
        if spoken:
            return spoken
    elif lower in _STREETS and word.istitle() and reader.last()[:1].isupper():
        return ["saint"] if reader.goes_on(end, _CAPITAL_SAME_LINE) else [_STREETS[lower]]
    elif word == "St" and reader.goes_on(end, _CAPITAL_SAME_LINE):
        return ["saint"]
    elif lower in tables_en.PLAIN and (word[0].isupper() or lower not in tables_en.TITLES):
        return tables_en.PLAIN[lower].split()
    if word == "WHO" and reader.last() in _ORGANIZATION_AFTER:
        return ["W.", "H.", "O."]
    return _roman(word, end, reader) or [word]


def _in_span(end: int, reader: Reader) -> bool:
    """Whether the word is one end of "Mon-Fri" or "Jan–Mar"."""
    follows = bool(reader.tokens) and reader.tokens[-1].spoken == ("to",)
    return (follows and not reader.tokens[-1].source.isalpha()) or reader.goes_on(end, _SPAN_NEXT)


def _abbreviation(word: str, end: int, reader: Reader) -> list[str]:
    """The reading of a word before a full stop, or nothing if it is just a word."""
    lower = word.lower()
    number_next = reader.goes_on(end, _NUMBER_NEXT)
    capital_next = reader.goes_on(end, _CAPITAL_SAME_LINE)
    if lower == "st":  # "St. Mary", "Main St."
        is_name = reader.last()[:1].isupper() and reader.previous() not in _BEFORE_SAINT
        return ["saint"] if capital_next and not is_name else ["street"]
    if lower == "ft" and word.islower() and capital_next:
        return ["featuring"]
    if lower == "dr" and not capital_next and reader.previous():
        return ["drive"]
    if lower == "no" and reader.previous() in _COUNTED_BY_NUMBER:
        return ["number"]
    if lower in tables_en.BEFORE_NUMBER and number_next:
        return [tables_en.BEFORE_NUMBER[lower]]
    if lower in tables_en.TITLES and word[0].isupper():
        return tables_en.TITLES[lower].split() if capital_next or lower in ("mr", "mrs") else []
    if lower == "al":
        return ["al"] if reader.previous() == "et" else []
    if lower in tables_en.AMBIGUOUS:
        is_name = word[0].isupper() and lower not in _NEEDS_NUMBER
        if not (is_name or reader.previous().isdigit() or number_next):
            return []
    return tables_en.ABBREVIATIONS.get(lower, "").split()


def _roman(word: str, end: int, reader: Reader) -> list[str]:
    """A Roman numeral after a word that is counted ("Chapter IV") or a ruler ("Henry VIII")."""
    value = readings_en.roman(word.upper()) if word[0] in "IVXLCDMivxlcdm" else None
    if value is None or word in _LETTER_ONLY:
        return []
    if word.isupper() and reader.goes_on(end, _CENTURY_NEXT):
        return numbers_en.ordinal(value)
    if not reader.tokens:
        return []
    before = reader.last()
    counted, is_name = before.lower() in tables_en.NUMBERED, before[:1].isupper()
    small = set(word) <= set("IVX")
    ends = reader.goes_on(end, _NUMERAL_ENDS)
    if word.islower():
        plausible = counted and value > 1 and set(word) <= set("ivx")
        return numbers_en.integer(value) if plausible else []
    if before.lower() in tables_en.REGNAL and is_name and small:
        ends = ends or reader.goes_on(end, _RULED_NEXT)
        is_ruler = len(word) > 1 or (before != "Malcolm" and ends)
        return ["the", *numbers_en.ordinal(value)] if is_ruler else []
    classed = is_name and before.lower() in _CLASSED
    if counted and word.isupper() and ((is_name and (word != "I" or ends)) or classed or value > 1):
        return numbers_en.integer(value, reader.joiner)
    # "Apollo XI", "Rocky IV": only letters that make no common abbreviation (CD, MD, DC).
    if len(word) > 1 and small and is_name and before[1:].islower():
        return numbers_en.integer(value)
    return []


def stop_is_silent(start: int, end: int, reader: Reader) -> bool:
    """Whether a full stop belongs to the abbreviation or initial before it, and is no pause."""
    if not reader.tokens or reader.text[start - 1 : start].isspace():
        return False
    last = reader.tokens[-1]
    if len(last.source) == 1 and last.source.isupper() and last.source != "I":
        return reader.goes_on(end, _WORD_SAME_LINE)  # the initial of a name: J. Smith, E. coli
    if last.source[0].isdigit() and last.source[-1].isalpha() and reader.goes_on(end, _GOES_ON):
        return True  # a unit: a 20 ft. wall
    if _HALF_DAY.search(last.source) and reader.goes_on(end, _ZONE_OR_DAY_NEXT):
        return True  # 5 p.m. Eastern
    unchanged = last.spoken == (last.source,) and last.source != "al"  # et al.
    if not last.source.isalpha() or not last.spoken or unchanged:
        return False
    if last.source.lower() in _NAME_FOLLOWS or reader.goes_on(end, _NUMERAL_NEXT):
        return True  # "Vol. II"
    if last.source.lower() in tables_en.TITLES or last.spoken[0] in ("saint", "number"):
        return True
    return not reader.goes_on(end, CAPITAL_NEXT)
