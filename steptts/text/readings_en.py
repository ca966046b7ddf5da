"""How one written form (a date, an amount, an address ...) is read in English.

Each reading takes the written text and the accent and gives the spoken words. Where a form
begins and ends, and what stands around it, is the business of normalize_en.
"""

from __future__ import annotations

import re
import unicodedata

from steptts.text import numbers_en, symbols_en, tables_en, units_en

_MAX_SPOKEN_DIGITS = 11  # longer runs (card numbers, ids) are read digit by digit


def joiner(accent: str) -> str:
    """The word after "hundred": "and" in British English."""
    return "and" if accent == "gb" else ""


def letters(text: str) -> list[str]:
    """The names of letters, digits as numbers words: "mp3" is M. P. three."""
    words: list[str] = []
    for char in text:
        if char.isalpha():
            words.append(char.upper() + ".")
        elif char.isdigit():
            words += numbers_en.digits(char)
    return words


def amount(text: str, accent: str) -> list[str]:
    """A plain number: sign, commas and point allowed; long runs digit by digit."""
    sign = {"-": ["minus"], "−": ["minus"], "+": ["plus"], "±": ["plus", "or", "minus"]}
    if text[:1] in sign:
        return [*sign[text[0]], *amount(text[1:], accent)]
    whole = text.partition(".")[0]
    if "," not in whole and len(whole) > _MAX_SPOKEN_DIGITS and "." not in text:
        return numbers_en.digits(text)
    return numbers_en.decimal(text, joiner(accent))


def ordinal(text: str, accent: str) -> list[str]:
    """As in "21st", "1,000th" or bare digits as an ordinal."""
    return numbers_en.ordinal(int(re.sub(r"\D", "", text)), joiner(accent))


def year(text: str, accent: str) -> list[str]:
    """Four digits as a year."""
    return numbers_en.year(int(text), joiner(accent))


def decade(text: str) -> list[str]:
    """As in "1990s", "90s", "'80s": the number with its last word in the plural."""
    value = int(re.sub(r"\D", "", text))
    if value == 0:
        return ["two", "thousands"]  # the '00s
    words = numbers_en.year(value) if value > 99 else numbers_en.integer(value)
    return [*words[:-1], numbers_en.plural_word(words[-1])]


def fraction(whole: str, top: str, bottom: str, accent: str) -> list[str]:
    """As in "1/2" and "2 3/4"; equal parts ("50/50") and odd pairs ("24/7") as two numbers."""
    above, below = int(top), int(bottom)
    join = joiner(accent)
    is_part = 0 < above < below and (below <= 10 or below in (12, 16, 20, 32, 64, 100, 1000))
    if not is_part:
        first = numbers_en.integer(above, join)
        middle = ["over"] if 0 < above < below and (above, below) != (9, 11) else []
        second = numbers_en.integer(below, join)
        lead = [*numbers_en.integer(int(whole), join), "and"] if whole else []
        return [*lead, *first, *middle, *second]
    part = numbers_en.denominator(below, above > 1, join)
    if whole and above == 1:
        article = "an" if part[0] == "eighth" else "a"
        return [*numbers_en.integer(int(whole), join), "and", article, *part]
    lead = [*numbers_en.integer(int(whole), join), "and"] if whole else []
    return [*lead, *numbers_en.integer(above, join), *part]


def date(day: int, month: int, year_text: str, accent: str) -> list[str]:
    """A day: "november twenty first, twenty twenty six" or the British order."""
    name = tables_en.MONTH_NAMES[month - 1]
    nth = numbers_en.ordinal(day)
    tail = [",", *year(year_text, accent)] if len(year_text) == 4 else []
    if len(year_text) == 2:
        tail = [",", *numbers_en.year(int(year_text) + (2000 if int(year_text) < 50 else 1900))]
    if accent == "gb":
        return ["the", *nth, "of", name, *tail[1:]]
    return [name, *nth, *tail]


def clock(hour: str, minute: str, second: str, half: str) -> list[str]:
    """A time of day: "three forty five P. M.", "seventeen hundred", "five o'clock"."""
    h, m = int(hour), int(minute or 0)
    words = numbers_en.integer(h)
    if second:
        parts = [(h, "hour"), (m, "minute"), (int(second), "second")]
        spoken = [[*numbers_en.integer(n), unit + ("" if n == 1 else "s")] for n, unit in parts]
        words = [*spoken[0], *spoken[1], "and", *spoken[2]]
    elif minute and m == 0 and not half:
        words += ["hundred"] if h > 12 or h == 0 else ["o'clock"]
    elif m:
        words += ["oh"] if m < 10 else []
        words += numbers_en.integer(m)
    return words + letters(half)


def money(symbol: str, number: str, scale: str, accent: str) -> list[str]:
    """An amount of money: "$3.50", "£1.2 billion"."""
    one, many, cent, cents = units_en.CURRENCIES[symbol]
    if scale:
        return [*amount(number, accent), units_en.SCALES[scale], *many.split()]
    whole, _, part = number.replace(",", "").partition(".")
    if not part or len(part) != 2 or not cent:
        unit = one if number == "1" else many
        return [*amount(number, accent), *unit.split()]
    words: list[str] = []
    if int(whole or 0) or not int(part):
        unit = one if int(whole or 0) == 1 else many
        words = [*amount(whole or "0", accent), *unit.split()]
    if int(part):
        words += ["and"] if words else []
        words += [*numbers_en.integer(int(part)), cent if int(part) == 1 else cents]
    return words


def measure(number: str, unit: str, accent: str) -> list[str]:
    """A number with a unit: "5km", "1 kg", "20°C"."""
    one, many = units_en.UNITS[unit]
    return [*amount(number, accent), *(one if number in ("1", "-1") else many).split()]


def phone_number(text: str, accent: str) -> list[str]:
    """Digit by digit with a short pause between the groups."""
    zero = "oh" if accent == "gb" else "zero"
    words: list[str] = ["plus"] if text.startswith("+") else []
    for group in re.findall(r"\d+", text):
        if words and words != ["plus"]:
            words.append(",")
        words += numbers_en.digits(group, zero)
    return words


def dotted(text: str, accent: str) -> list[str]:
    """A version or an internet address: "3.11.7", "v2.0.1", "192.168.0.1"."""
    words: list[str] = []
    parts = text.lstrip("vV").split(".")
    if text[:1] in "vV":
        words.append("version")
    is_address = len(parts) == 4 and max(int(p) for p in parts) > 20
    for index, part in enumerate(parts):
        if index:
            words.append("dot" if is_address else "point")
        words += numbers_en.digits(part) if is_address else amount(part, accent)
    return words


_ADDRESS_PIECE = re.compile(r"[^\W\d_]+|\d+|.", re.DOTALL)
_SPELLED_PIECES = frozenset(
    "www http https ftp uk us de fr cn io tv eu ca au nz jp kr ch nl se html htm pdf txt py js ts "
    "css csv xml cpp php mp png jpg svg md rs sh exe dll llm tts api sql db ui id cv ppt pptx doc "
    "docx xls xlsx wav yml ini cfg tsv npz avi mkv ogg rtf usr src lib tmp cmd cc hpp go".split()
)


def address(text: str, accent: str) -> list[str]:
    """A web or mail address, path or file name: words, "dot", "slash", digits."""
    body = re.sub(r"^(?:https?|ftp)://", "", text, flags=re.IGNORECASE).rstrip("/")
    words: list[str] = []
    pieces = _ADDRESS_PIECE.findall(body)
    for index, piece in enumerate(pieces):
        country = len(piece) == 2 and index == len(pieces) - 1 and pieces[index - 1] == "."
        if piece in symbols_en.URL_SYMBOLS:
            words += symbols_en.URL_SYMBOLS[piece].split()
        elif piece.isdigit():
            words += amount(piece, accent) if len(piece) < 5 else numbers_en.digits(piece)
        elif piece.lower() in _SPELLED_PIECES or (country and piece.lower() != "co"):
            words += letters(piece)
        elif piece.isalpha():
            words += camel_words(piece)
    return words


def camel_words(text: str) -> list[str]:
    """The words of camelCase: "getHTTPResponse" is get, HTTP, Response."""
    return re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[^\WA-Z\d_]+|[A-Z]", text)


def scientific(mantissa: str, exponent: str, accent: str) -> list[str]:
    """As in "6.02e23": times ten to the power of."""
    power = amount(exponent.lstrip("+"), accent)
    return [*amount(mantissa, accent), "times", "ten", "to", "the", "power", "of", *power]


def emoji(text: str) -> list[str]:
    """The name of an emoji sequence; the same one repeated is said once.

    Skin tones and variation selectors are silent, flags are "flag" and their two letters. Names
    come from ``unicodedata`` without BLACK, WHITE, HEAVY, SIGN and SYMBOL.
    """
    words: list[str] = []
    last = ""
    flags = [chr(ord(c) - 0x1F1E6 + 65) for c in text if 0x1F1E6 <= ord(c) <= 0x1F1FF]
    for char in text:
        code = ord(char)
        silent = code in (0xFE0E, 0xFE0F, 0x200D) or 0x1F3FB <= code <= 0x1F3FF
        if silent or char == last or 0x1F1E6 <= code <= 0x1F1FF:
            continue
        last = char
        words += _emoji_name(char).split()
    for first, second in zip(flags[::2], flags[1::2], strict=False):
        words += ["flag", first + ".", second + "."]
    return words


def _emoji_name(char: str) -> str:
    if char in symbols_en.EMOJI:
        return symbols_en.EMOJI[char]
    name = unicodedata.name(char, "emoji").lower().replace("-", " ")
    return re.sub(r"\b(?:black|white|heavy|sign|symbol) ?", "", name).strip() or "emoji"


_ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def roman(text: str) -> int | None:
    """The value of a Roman numeral in capitals, None if it is none."""
    if not text or not _ROMAN.fullmatch(text):
        return None
    values = [_ROMAN_DIGITS[c] for c in text]
    return sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))
