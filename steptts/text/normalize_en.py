"""English text to spoken words: which written form begins where, and what stands around it.

One pass of one regular expression over the text, so time is linear in its length; every
repetition is bounded or cannot be matched in two ways. How a form is read is in readings_en.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from steptts.text import numbers_en, readings_en, tables_en
from steptts.text.words import PUNCTUATION


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of the source text and what is said for it.

    Attributes:
        source: the piece as written, without the white space around it.
        spoken: words, pause marks (one character of ``,.!?;:—…``) and letter names: a capital
            with a full stop ("F.") is the name of that letter. Empty: silent.
    """

    source: str
    spoken: tuple[str, ...]


@dataclass(slots=True)
class _Reader:
    """What a reading may ask about its surroundings."""

    text: str
    accent: str
    tokens: list[Token] = field(default_factory=list)

    def previous(self) -> str:
        """The last source token, lower case, without marks around it."""
        return self.tokens[-1].source.lower().strip("'\"().,") if self.tokens else ""

    def after(self, position: int, pattern: re.Pattern[str]) -> bool:
        """Whether the text goes on with this pattern."""
        return pattern.match(self.text, position) is not None


_NUM = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
_UNIT = "|".join(re.escape(u) for u in sorted(tables_en.UNITS, key=len, reverse=True))
_CURRENCY = "|".join(re.escape(c) for c in ("US$", *"$£€¥₹₩₽₿"))
_CODES = "|".join(c for c in tables_en.CURRENCIES if c.isalpha())
_SCALE = r"(?:hundred|thousand|million|billion|trillion|bn|mn|tn|[kKmMbBT])(?![A-Za-z])"
_TLD = "com|org|net|edu|gov|mil|int|info|io|ai|co|dev|app|tv|me|uk|us|eu|de|fr|cn|jp|ca|au|ch|nl"
_EXT = (
    "pdf|txt|py|json|js|ts|html?|css|csv|xml|ya?ml|md|rst|cpp|cc|hpp|java|rs|sh|exe|dll|zip|tar|gz|"
    "mp[34]|wav|flac|ogg|opus|png|jpe?g|gif|svg|docx?|xlsx?|pptx?|onnx|toml|cfg|ini|log|bin|iso|so"
)
_EMOJI = r"[\U0001F000-\U0001FAFF\u2600-\u27BF\u2B05-\u2B55\u231A\u231B\u23E9-\u23FA]"

_FORMS = (
    # Most words: nothing attached that could make them part of something else.
    ("word", r"[A-Za-z]+(?:['’][A-Za-z]+)*(?![\w@/\\:&+#*~^’'.-])"),
    ("space", r"\s+"),
    ("url", r"(?:https?://|ftp://|www\.)[^\s<>\"'，。）)]{1,2000}"),
    ("email", r"[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}"),
    (
        "domain",
        rf"[A-Za-z0-9-]{{1,63}}(?:\.[A-Za-z0-9-]{{1,63}}){{0,4}}\.(?i:{_TLD})(?:/[^\s<>\"')]{{1,500}})?(?![\w.@]\w?)",
    ),
    (
        "file",
        rf"(?:[\w-]{{0,40}}[/\\])?[A-Za-z_][\w-]{{0,60}}(?:\.[\w-]{{1,20}}){{0,3}}\.(?i:{_EXT})(?!\w)",
    ),
    ("path", r"(?:~|\.{1,2})?(?:/[A-Za-z_][\w.-]{0,60}){2,12}/?|[A-Za-z]:(?:\\[\w.-]{1,60}){1,12}"),
    ("initials", r"(?:[A-Za-z]\.){2,10}(?![A-Za-z])|[A-Za-z](?:\.[A-Za-z]){1,10}(?![\w])"),
    ("iso", r"(?P<isoy>\d{4})-(?P<isom>\d{2})-(?P<isod>\d{2})(?![\d-])"),
    (
        "date",
        r"(?P<d1>\d{1,2})(?P<dsep>[/.-])(?P<d2>\d{1,2})(?P=dsep)(?P<dy>\d{4}|(?<=/)\d{2})(?![\d/-]|\.\d)",
    ),
    ("dotted", r"[vV]?\d{1,4}(?:\.\d{1,5}){2,6}(?!\w)|[vV]\d{1,4}(?:\.\d{1,5}){0,6}(?!\w)"),
    (
        "clock",
        r"(?P<ch>[012]?\d):(?P<cm>[0-5]\d)(?::(?P<cs>[0-5]\d))?(?!\d)"
        r"(?:\s?(?P<chalf>[AaPp]\.?[Mm](?:\.(?=\s+[a-z,])|\b)))?"
        r"|(?P<oh>1[0-2]|0?[1-9])\s?(?P<ohalf>[AaPp]\.?[Mm](?:\.(?=\s+[a-z,])|\b))",
    ),
    (
        "money",
        rf"(?P<msign>[-−])?(?P<mcur>{_CURRENCY})\s?(?P<mnum>{_NUM})(?:[\s-]?(?P<mscale>{_SCALE}))?"
        rf"|(?P<mnum2>{_NUM})\s?(?P<mscale2>{_SCALE})?\s?(?P<mcur2>[£€]|(?:{_CODES})(?!\w))",
    ),
    (
        "phone",
        r"\+\d{1,3}(?:[ .-]?\(?\d{1,5}\)?){2,6}(?!\d)|\(\d{3,5}\)[ -]?\d{3,4}[ -]?\d{3,4}(?!\d)"
        r"|(?:1[-.])?\d{3}[-.]\d{3}[-.]\d{4}(?![\d-])|\d{3}-\d{4}(?![\d-])"
        r"|0\d{2,4}[ -]\d{3,4}[ -]?\d{3,4}(?!\d)",
    ),
    ("science", r"(?P<sman>\d+(?:\.\d+)?)[eE](?P<sexp>[+-]?\d{1,4})(?!\w)"),
    ("fraction", r"(?:(?P<fw>\d{1,4})[ -])?(?P<ft>\d{1,5})/(?P<fb>\d{1,5})(?![\d/]|\.\d)"),
    ("vulgar", r"(?P<vw>\d{1,6})(?P<vf>[½⅓⅔¼¾⅛])"),
    ("ordinal", r"\d[\d,]{0,20}(?:st|nd|rd|th)(?!\w)"),
    ("decade", r"['’]?(?:\d{2})?[1-9]0['’]?s(?!\w)"),
    (
        "range",
        rf"(?P<r1>{_NUM})(?P<rspace>\s?)(?P<rsep>[-–—])\s?(?P<r2>{_NUM})(?![\w-])"
        rf"(?P<runit>\s?(?:{_UNIT})(?![A-Za-z0-9]))?",
    ),
    ("product", rf"(?P<p1>{_NUM})(?P<psep>\s?[x×*]\s?)(?P<p2>{_NUM})(?!\w)"),
    ("times", rf"(?P<tn>{_NUM})[x×](?!\w)"),
    ("power", rf"(?P<wn>[A-Za-z]|{_NUM})(?:\^(?P<wp>-?\d{{1,4}})|(?P<ws>[²³]))(?!\w)"),
    ("measure", rf"(?<![A-Za-z])(?P<un>[-−+]?{_NUM})(?P<us>[\s-]?)(?P<uu>{_UNIT})(?![A-Za-z0-9])"),
    ("number", rf"(?P<nsign>(?<![\w)\]])[-−+±~≈#])?(?P<nn>{_NUM})"),
    ("plain", r"[^\W\d_]+(?:['’][^\W\d_]+)*"),
    ("apostrophe", r"['’][A-Za-z]+(?:['’][A-Za-z]+)*"),
    ("ellipsis", r"\.{2,}|…+|。{2,}"),
    ("dash", r"-{2,}|[–—―]+"),
    ("mark", r"[,.!?;:，。！？；：、]+"),
    ("bracket", r"[()\[\]{}（）【】]+"),
    (
        "emoji",
        rf"(?:{_EMOJI}|[\U0001F1E6-\U0001F1FF])(?:[\uFE0E\uFE0F\u200D]|{_EMOJI})*|[0-9#*]\uFE0F?\u20E3",
    ),
    ("arithmetic", r"(?<=\s)[-−/*^](?=\s)|(?<=\d)[*/](?=\d)"),
    ("other", r"."),
)
_MASTER = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _FORMS), re.DOTALL)

_CAPITAL_NEXT = re.compile(r"[\s'\"“”’)\]]*(?:[A-Z]|$)")
_CAPITAL_SAME_LINE = re.compile(r"[ \t]+[A-Z]")
_NUMBER_NEXT = re.compile(r"\s*#?\d")
_MONTH_NEXT = re.compile(
    r"\s+(?:of\s+)?(?:(?i:"
    + "|".join(m for m in tables_en.MONTHS if m not in ("may", "mar"))
    + r")|May|Mar)\b"
)
_PLURAL_NEXT = re.compile(r"\s+(?!(?:was|is|has|as|this|its|his|us|does)\b)[a-z]{2,}s\b(?!')")
_END_NEXT = re.compile(r"\s*(?:[,.;:!?)\]—–-]|$|(?:of|and|to|in|was|is|or|by|on|at|the|had)\b)")
_YEAR_WORDS = frozenset(
    "in since of by from until till before after during circa year around about to late early mid "
    "and".split()
)
_SCORE_WORDS = frozenset("won win wins lost lose beat score lead led drew victory defeat".split())


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
    reader = _Reader(text, accent)
    for match in _MASTER.finditer(text):
        kind = match.lastgroup or "other"
        kind = _outer_group(match) if kind not in _READ else kind
        if kind == "space":
            continue
        spoken = _READ[kind](match, reader)
        reader.tokens.append(Token(match.group(), tuple(spoken)))
    return reader.tokens


def _outer_group(match: re.Match[str]) -> str:
    return next(name for name, _ in _FORMS if match.group(name) is not None)


_Reading = Callable[["re.Match[str]", _Reader], "list[str]"]
_READ: dict[str, _Reading] = {}


def _reads(name: str) -> Callable[[_Reading], _Reading]:
    def register(function: _Reading) -> _Reading:
        _READ[name] = function
        return function

    return register


@_reads("word")
@_reads("plain")
@_reads("apostrophe")
def _word(match: re.Match[str], reader: _Reader) -> list[str]:
    """A word: month, title or abbreviation, Roman numeral, or itself."""
    word = match.group().replace("’", "'")
    lower, end = word.lower(), match.end()
    if lower in tables_en.MONTHS and lower not in tables_en.MONTH_NAMES and word[0].isupper():
        day_before = reader.previous().rstrip("stndrh").isdigit()
        if day_before or reader.after(end, re.compile(r"\.?\s+\d")):
            return [tables_en.MONTHS[lower]]
    if reader.text.startswith(".", end):
        spoken = _abbreviation(word, end + 1, reader)
        if spoken:
            return spoken
    elif lower in tables_en.PLAIN and (word[0].isupper() or lower in ("vs", "etc", "approx")):
        return tables_en.PLAIN[lower].split()
    number = _roman(word, end, reader)
    return number if number else [word]


def _abbreviation(word: str, end: int, reader: _Reader) -> list[str]:
    """The reading of a word before a full stop, or nothing if it is just a word."""
    lower = word.lower()
    number_next = reader.after(end, _NUMBER_NEXT)
    capital_next = reader.after(end, _CAPITAL_SAME_LINE)
    if lower == "st":
        # "St. Mary", "Main St."
        after_name = reader.tokens and reader.tokens[-1].source[:1].isupper()
        return ["saint"] if capital_next and not after_name else ["street"]
    if lower == "dr" and not capital_next and reader.previous():
        return ["drive"]
    if lower in tables_en.BEFORE_NUMBER and number_next:
        return [tables_en.BEFORE_NUMBER[lower]]
    if lower in tables_en.TITLES and word[0].isupper():
        return tables_en.TITLES[lower].split() if capital_next else []
    if lower in tables_en.AMBIGUOUS:
        needs = word[0].isupper() and lower not in ("al", "min", "max", "est", "no", "par", "op")
        previous_is_number = reader.previous().isdigit()
        if lower == "al" and reader.previous() == "et":
            return ["al"]
        if not (needs or previous_is_number or number_next):
            return []
    return tables_en.ABBREVIATIONS.get(lower, "").split()


def _roman(word: str, end: int, reader: _Reader) -> list[str]:
    value = readings_en.roman(word.upper()) if word[0] in "IVXLCDMivxlcdm" else None
    if value is None or not reader.tokens:
        return []
    before = reader.tokens[-1].source
    is_upper, known = word.isupper(), before.lower() in tables_en.NUMBERED
    if not is_upper and not (word.islower() and known and value > 1 and set(word) <= set("ivx")):
        return []
    if before.lower() in tables_en.REGNAL and before[0].isupper() and set(word) <= set("IVX"):
        if len(word) > 1 or (before.lower() != "malcolm" and reader.after(end, _END_NEXT)):
            return ["the", *numbers_en.ordinal(value)]
        return []
    if known and before[0].isupper() and (word != "I" or reader.after(end, _END_NEXT)):
        return numbers_en.integer(value, readings_en.joiner(reader.accent))
    if known and (len(word) > 1 or word in "VX"):
        return numbers_en.integer(value)
    # "Apollo XI", "Rocky IV": only letters that make no common abbreviation (CD, MD, DC).
    if len(word) > 1 and set(word) <= set("IVX") and before[:1].isupper() and before[1:].islower():
        return numbers_en.integer(value)
    return []


@_reads("initials")
def _initials(match: re.Match[str], reader: _Reader) -> list[str]:
    text = match.group()
    lower = text.lower().rstrip(".")
    fixed = {"e.g": ["for", "example"], "i.e": ["that", "is"], "a.k.a": ["also", "known", "as"]}
    spoken = fixed.get(lower) or readings_en.letters(text)
    if text.endswith(".") and lower not in fixed and reader.after(match.end(), _SENTENCE_NEXT):
        # "in the U.S. The ..." also ends the sentence.
        spoken = [*spoken, "."]
    return spoken


_SENTENCE_NEXT = re.compile(
    r"\s*$|\s+(?:The|A|An|It|He|She|We|They|This|That|In|But|And|I|You|If|When|There)\b"
)


@_reads("url")
@_reads("email")
@_reads("domain")
@_reads("file")
@_reads("path")
def _address(match: re.Match[str], reader: _Reader) -> list[str]:
    text = match.group()
    body = text.rstrip(".,;:!?")
    spoken = readings_en.address(body, reader.accent)
    last = text[len(body) :][-1:]
    return [*spoken, last] if last else spoken


@_reads("iso")
def _iso(match: re.Match[str], reader: _Reader) -> list[str]:
    month, day = int(match["isom"]), int(match["isod"])
    if 1 <= month <= 12 and 1 <= day <= 31:
        return readings_en.date(day, month, match["isoy"], reader.accent)
    return numbers_en.digits(match.group())


@_reads("date")
def _date(match: re.Match[str], reader: _Reader) -> list[str]:
    first, second = int(match["d1"]), int(match["d2"])
    month_first = reader.accent == "us" and match["dsep"] != "."
    month, day = (first, second) if month_first else (second, first)
    if month > 12:
        month, day = day, month
    if 1 <= month <= 12 and 1 <= day <= 31:
        return readings_en.date(day, month, match["dy"], reader.accent)
    spoken: list[str] = []
    for part in re.findall(r"\d+", match.group()):
        spoken += readings_en.amount(part, reader.accent)
    return spoken


@_reads("clock")
def _clock(match: re.Match[str], reader: _Reader) -> list[str]:
    if match["oh"]:
        return readings_en.clock(match["oh"], "", "", match["ohalf"])
    return readings_en.clock(match["ch"], match["cm"], match["cs"] or "", match["chalf"] or "")


@_reads("money")
def _money(match: re.Match[str], reader: _Reader) -> list[str]:
    symbol = match["mcur"] or match["mcur2"]
    number = match["mnum"] or match["mnum2"]
    scale = match["mscale"] or match["mscale2"] or ""
    spoken = readings_en.money(symbol, number, scale, reader.accent)
    return ["minus", *spoken] if match["msign"] else spoken


@_reads("phone")
def _phone(match: re.Match[str], reader: _Reader) -> list[str]:
    return readings_en.phone_number(match.group(), reader.accent)


@_reads("dotted")
def _dotted(match: re.Match[str], reader: _Reader) -> list[str]:
    return readings_en.dotted(match.group(), reader.accent)


@_reads("science")
def _science(match: re.Match[str], reader: _Reader) -> list[str]:
    return readings_en.scientific(match["sman"], match["sexp"], reader.accent)


@_reads("fraction")
def _fraction(match: re.Match[str], reader: _Reader) -> list[str]:
    return readings_en.fraction(match["fw"] or "", match["ft"], match["fb"], reader.accent)


@_reads("vulgar")
def _vulgar(match: re.Match[str], reader: _Reader) -> list[str]:
    part = tables_en.SYMBOLS[match["vf"]]
    part = "a" + part[3:] if part.startswith("one ") and match["vf"] != "⅛" else part
    return [*readings_en.amount(match["vw"], reader.accent), "and", *part.split()]


@_reads("ordinal")
def _ordinal(match: re.Match[str], reader: _Reader) -> list[str]:
    return readings_en.ordinal(match.group(), reader.accent)


@_reads("decade")
def _decade(match: re.Match[str], reader: _Reader) -> list[str]:
    return readings_en.decade(match.group())


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isdigit() and 1100 <= int(text) < 2100


@_reads("range")
def _range(match: re.Match[str], reader: _Reader) -> list[str]:
    first, second = match["r1"], match["r2"]
    sides = []
    for side in (first, second):
        read = readings_en.year if _is_year(first) and _is_year(side) else readings_en.amount
        sides.append(read(side, reader.accent))
    low, high = float(first.replace(",", "")), float(second.replace(",", ""))
    middle = ["to"] if low < high or _is_year(first) else []
    if reader.previous() in _SCORE_WORDS:
        middle = []
    if match["rspace"] and match["rsep"] == "-":
        middle = ["minus"]
    unit = (match["runit"] or "").strip()
    tail = tables_en.UNITS[unit][1].split() if unit else []
    return [*sides[0], *middle, *sides[1], *tail]


@_reads("product")
def _product(match: re.Match[str], reader: _Reader) -> list[str]:
    middle = "by" if match["psep"].strip() == "x" else "times"
    first, second = (readings_en.amount(match[g], reader.accent) for g in ("p1", "p2"))
    return [*first, middle, *second]


@_reads("times")
def _times(match: re.Match[str], reader: _Reader) -> list[str]:
    return [*readings_en.amount(match["tn"], reader.accent), "times"]


@_reads("power")
def _power(match: re.Match[str], reader: _Reader) -> list[str]:
    base = match["wn"]
    words = readings_en.letters(base) if base.isalpha() else readings_en.amount(base, reader.accent)
    power = match["wp"] or {"²": "2", "³": "3"}[match["ws"]]
    if power in ("2", "3"):
        return [*words, "squared" if power == "2" else "cubed"]
    return [*words, "to", "the", "power", "of", *readings_en.amount(power, reader.accent)]


@_reads("measure")
def _measure(match: re.Match[str], reader: _Reader) -> list[str]:
    unit, number = match["uu"], match["un"]
    if match["us"] and unit in tables_en.ATTACHED_UNITS:
        tail = [] if unit in ("°", '"') else [unit]
        return [*_plain_number(number, match.start(), match.end(), reader), *tail]
    if number[0] in "-−+" and reader.text[match.start() - 1 : match.start()].isalnum():
        number = number[1:]  # "COVID-19 g"
    one = match["us"] == "-"  # "a 5-km run" has the singular
    spoken = readings_en.measure(number, unit, reader.accent)
    return [*spoken[:-1], tables_en.UNITS[unit][0].split()[-1]] if one else spoken


@_reads("number")
def _number(match: re.Match[str], reader: _Reader) -> list[str]:
    sign = match["nsign"] or ""
    spoken = _plain_number(match["nn"], match.start(), match.end(), reader)
    lead = {"-": ["minus"], "−": ["minus"], "+": ["plus"], "±": ["plus", "or", "minus"]}
    lead |= {"~": ["about"], "≈": ["about"], "#": ["number"]}
    return [*lead.get(sign, []), *spoken]


def _plain_number(text: str, start: int, end: int, reader: _Reader) -> list[str]:
    """A number without a form of its own: day of a month, year, or amount."""
    before = reader.previous()
    if text.isdigit() and len(text) <= 2 and 1 <= int(text) <= 31:
        if before in tables_en.MONTHS and not reader.text.startswith(":", end):
            return readings_en.ordinal(text, reader.accent)
        if reader.after(end, _MONTH_NEXT):
            lead = [] if before == "the" else ["the"]
            of = [] if re.match(r"\s+of\b", reader.text[end : end + 10]) else ["of"]
            return [*lead, *readings_en.ordinal(text, reader.accent), *of]
    if len(text) == 4 and text[2] != "0" and reader.after(end, re.compile(r"[pi]\b")):
        return numbers_en.year(int(text))  # 1080p, 2160p
    if _is_year(text) and (before in _YEAR_WORDS or not reader.after(end, _PLURAL_NEXT)):
        return readings_en.year(text, reader.accent)
    return readings_en.amount(text, reader.accent)


@_reads("ellipsis")
def _ellipsis(match: re.Match[str], reader: _Reader) -> list[str]:
    return ["…"]


@_reads("dash")
def _dash(match: re.Match[str], reader: _Reader) -> list[str]:
    return ["—"]


_WIDE = str.maketrans("，。！？；：、", ",.!?;:,")


@_reads("mark")
def _mark(match: re.Match[str], reader: _Reader) -> list[str]:
    """The strongest of a run of marks ("?!" asks); none for the full stop of an abbreviation."""
    marks = match.group().translate(_WIDE)
    if marks == "." and _stop_is_silent(match, reader):
        return []
    return [max(marks, key="—,:;.!?".find)]


def _stop_is_silent(match: re.Match[str], reader: _Reader) -> bool:
    if not reader.tokens or reader.text[match.start() - 1 : match.start()].isspace():
        return False
    last = reader.tokens[-1]
    if len(last.source) == 1 and last.source.isupper() and last.source != "I":
        return reader.after(match.end(), _CAPITAL_SAME_LINE)  # the initial of a name
    if not last.source.isalpha() or last.spoken == (last.source,):
        return False
    if last.source.lower() in tables_en.TITLES or last.spoken[0] in ("saint", "number"):
        return True
    return not reader.after(match.end(), _CAPITAL_NEXT)


@_reads("bracket")
def _bracket(match: re.Match[str], reader: _Reader) -> list[str]:
    return [","]


@_reads("emoji")
def _emoji(match: re.Match[str], reader: _Reader) -> list[str]:
    text = match.group()
    if text[0] in "0123456789#*":
        return readings_en.amount(text[0], reader.accent) if text[0].isdigit() else []
    return readings_en.emoji(text)


@_reads("arithmetic")
def _arithmetic(match: re.Match[str], reader: _Reader) -> list[str]:
    between_numbers = bool(reader.tokens) and reader.tokens[-1].source[-1:].isdigit()
    if not (between_numbers and reader.after(match.end(), _NUMBER_NEXT)):
        return ["—"] if match.group() in "-−" else []
    names = {"-": "minus", "−": "minus", "/": "divided by", "*": "times", "^": "to the power of"}
    return names[match.group()].split()


@_reads("other")
def _other(match: re.Match[str], reader: _Reader) -> list[str]:
    """A single symbol: read, or silent (quotes, bullets, emphasis stars, underscores)."""
    char, start = match.group(), match.start()
    before, after = reader.text[start - 1 : start], reader.text[start + 1 : start + 2]
    if char == "#":
        return ["hashtag"] if after.isalpha() and not before.isalnum() else ["hash"] * bool(before.isalnum())
    if char == "/":
        both = before.isalnum() and after.isalnum()
        is_and_or = reader.previous() == "and" and after == "o"
        return ["slash"] if both and not is_and_or else []
    if char in "<>" and not (before.isspace() or after.isdigit()):
        return []
    if char in PUNCTUATION:
        return [char]
    return tables_en.SYMBOLS.get(char, "").split()
