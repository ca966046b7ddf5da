"""English text to spoken words: numbers, dates, amounts, addresses, abbreviations, symbols.

``normalize`` goes once over the text with the regular expression of forms_en and reads each form in
its surroundings. Words stay as they are written; their sound is for g2p_en.
"""

from __future__ import annotations

import re

from steptts.text import quantities_en, readings_en, signs_en, symbols_en, tables_en
from steptts.text.abbreviations_en import read_word, stop_is_silent
from steptts.text.forms_en import FORMS, MASTER
from steptts.text.tokens_en import Reader, Token
from steptts.text.words import PUNCTUATION

__all__ = ["Token", "normalize"]

# Clitics and clipped words that begin with an apostrophe; before others it is a quotation mark.
_CLIPPED = frozenset(
    "'s 't 'd 'm 'll 've 're 'em 'cause 'til 'till 'tis 'twas 'bout 'round 'n 'n' 'cept 'fraid "
    "'gainst 'neath 'nother 'twere 'twill 'twould 'un 'un's 'em's".split()
)
_SENTENCE_NEXT = re.compile(
    r"\s*$|\s+(?:The|A|An|It|He|She|We|They|This|That|In|But|And|I|You|If|When|There)\b"
)
_NUMBER_NEXT = re.compile(r"\s*#?\d")
_WORD = re.compile(r"\s?([A-Za-z]+)")
_TIME = re.compile(r"\s?\d{1,2}(?:[:.]\d\d)?(\s?[ap]\.?m\b)?", re.IGNORECASE)
_DECADE = re.compile(r"\s?['’]?(?:\d\d)?\d0s\b")
_CALENDAR = tables_en.MONTHS.keys() | tables_en.DAYS
_WIDE = str.maketrans("，。！？；：、", ",.!?;:,")


def normalize(text: str, accent: str = "us") -> list[Token]:
    """Split English text into tokens and say what is spoken for each.

    Args:
        text: any text; runs in time linear in its length.
        accent: "us" or "gb": decides "and" after "hundred", the order of dates, "oh" in phone
            numbers.

    Returns:
        Tokens in the order of the text. Words stay as written (capitals matter to G2P), with
        straight apostrophes.
    """
    reader = Reader(text, accent)
    for match in MASTER.finditer(text):
        kind = match.lastgroup or ""
        if kind not in _READ:  # lastgroup may be an inner group
            kind = next(name for name, _ in FORMS if match.group(name) is not None)
        if kind != "space":
            reader.tokens.append(Token(match.group(), tuple(_READ[kind](match, reader))))
    return reader.tokens


def _word(match: re.Match[str], reader: Reader) -> list[str]:
    return read_word(match.group().replace("’", "'"), match.end(), reader)


def _apostrophe(match: re.Match[str], reader: Reader) -> list[str]:
    word = match.group().replace("’", "'")
    return [word] if word.lower() in _CLIPPED else read_word(word[1:], match.end(), reader)


def _initials(match: re.Match[str], reader: Reader) -> list[str]:
    """As in "U.S.", "e.g.", "J.R.R.": letters, and a full stop where the sentence ends, too."""
    text = match.group()
    lower = text.lower().rstrip(".")
    spoken = tables_en.INITIALS.get(lower, "").split() or readings_en.letters(text)
    is_end = text.endswith(".") and lower not in tables_en.INITIALS
    return [*spoken, "."] if is_end and reader.goes_on(match.end(), _SENTENCE_NEXT) else spoken


def _address(match: re.Match[str], reader: Reader) -> list[str]:
    text = match.group()
    body = text.rstrip(".,;:!?")
    spoken = readings_en.address(body, reader.accent)
    mark = text[len(body) :][-1:]
    return [*spoken, mark] if mark else spoken


def _slashed(match: re.Match[str], reader: Reader) -> list[str]:
    return symbols_en.SLASHED[match.group().lower()].split()


def _ellipsis(match: re.Match[str], reader: Reader) -> list[str]:
    return ["…"]


def _dash(match: re.Match[str], reader: Reader) -> list[str]:
    return ["to"] if _is_span(match, reader) else ["—"]


def _is_span(match: re.Match[str], reader: Reader) -> bool:
    """Whether a dash stands between times, months or week days: "10am-5pm", "Mon–Fri"."""
    before, end = reader.previous(), match.end()
    if before in _CALENDAR:
        word = _WORD.match(reader.text, end)
        return word is not None and word[1].lower() in _CALENDAR
    if _DECADE.fullmatch(before):
        return reader.goes_on(end, _DECADE)
    first, second = _TIME.fullmatch(before), _TIME.match(reader.text, end)
    return first is not None and second is not None and bool(first[1] or second[1])


def _numbered(match: re.Match[str], reader: Reader) -> list[str]:
    word = match["nbefore"].lower()
    return (tables_en.BEFORE_NUMBER.get(word) or tables_en.ABBREVIATIONS[word]).split()


def _mark(match: re.Match[str], reader: Reader) -> list[str]:
    """The strongest of a run of marks ("?!" asks); none for the full stop of an abbreviation."""
    marks = match.group().translate(_WIDE)
    if marks[0] == "." and marks[1:2] in (",", ";", ":"):
        marks = marks[1:]  # "at 8 a.m., we"
    if marks[0] == "." and stop_is_silent(match.start(), match.start() + 1, reader):
        marks = marks[1:]
        if not marks:
            return []
    return [max(marks, key=",:;.!?".find)]


def _bracket(match: re.Match[str], reader: Reader) -> list[str]:
    return [","]


def _emoji(match: re.Match[str], reader: Reader) -> list[str]:
    text = match.group()
    if text[0] in "0123456789#*":  # a keycap
        return readings_en.amount(text[0], reader.accent) if text[0].isdigit() else []
    return readings_en.emoji(text)


def _arithmetic(match: re.Match[str], reader: Reader) -> list[str]:
    if match.group() in "-−" and _is_span(match, reader):
        return ["to"]
    between_numbers = reader.last()[-1:].isdigit()
    if not (between_numbers and reader.goes_on(match.end(), _NUMBER_NEXT)):
        return ["—"] if match.group() in "-−" else []
    return symbols_en.ARITHMETIC[match.group()].split()


def _other(match: re.Match[str], reader: Reader) -> list[str]:
    """A single symbol: read, or silent (quotes, bullets, emphasis stars, underscores)."""
    char, start = match.group(), match.start()
    before = reader.text[max(start - 1, 0) : start]
    after = reader.text[start + 1 : start + 2]
    if char == "-":
        return ["to"] if _is_span(match, reader) else []
    if char == "#":
        if after.isalpha() and not before.isalnum():
            return ["hashtag"]
        return ["sharp"] if before.isalnum() else []  # "C#"
    if char == "/":
        both = before.isalnum() and after.isalnum()
        return ["slash"] if both and reader.previous() != "and" else []
    if char in "<>":
        last = reader.last()[-1:]  # "x <5", but not "<1997@example>"
        operand = last.isdigit() or len(reader.last()) == 1
        compares = (before.isspace() and after.isspace()) or (operand and after.isdigit())
        return symbols_en.SYMBOLS[char].split() if compares else []
    if char in PUNCTUATION:
        return [char]
    return symbols_en.SYMBOLS.get(char, "").split()


_READ: dict[str, quantities_en.Reading] = {
    **quantities_en.READ,
    **signs_en.READ,
    "word": _word,
    "plain": _word,
    "apostrophe": _apostrophe,
    "initials": _initials,
    "url": _address,
    "email": _address,
    "domain": _address,
    "file": _address,
    "path": _address,
    "slashed": _slashed,
    "numbered": _numbered,
    "ellipsis": _ellipsis,
    "dash": _dash,
    "mark": _mark,
    "bracket": _bracket,
    "emoji": _emoji,
    "arithmetic": _arithmetic,
    "other": _other,
}
