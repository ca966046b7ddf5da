"""Tables for English normalization: abbreviations, units, currencies, symbols, months.

Data only. A spoken word that ends in a full stop ("F.") is the name of a letter.
"""

from __future__ import annotations

MONTHS = {
    "jan": "january",
    "feb": "february",
    "mar": "march",
    "apr": "april",
    "may": "may",
    "jun": "june",
    "jul": "july",
    "aug": "august",
    "sep": "september",
    "sept": "september",
    "oct": "october",
    "nov": "november",
    "dec": "december",
}
MONTH_NAMES = tuple(dict.fromkeys(MONTHS.values()))
MONTHS.update({name: name for name in MONTH_NAMES})

DAYS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri "
    "sat sun".split()
)
# Read without a pause after the full stop; lower-case key -> spoken.
TITLES = {
    "mr": "mister",
    "mrs": "missus",
    "ms": "miz",
    "dr": "doctor",
    "prof": "professor",
    "gen": "general",
    "sen": "senator",
    "rep": "representative",
    "gov": "governor",
    "capt": "captain",
    "cpt": "captain",
    "cmdr": "commander",
    "col": "colonel",
    "lt": "lieutenant",
    "sgt": "sergeant",
    "maj": "major",
    "rev": "reverend",
    "hon": "honorable",
    "pres": "president",
    "mt": "mount",
    "ft": "fort",
    "messrs": "messers",
}
# Need their full stop; may also end a sentence.
ABBREVIATIONS = {
    "etc": "etcetera",
    "jr": "junior",
    "sr": "senior",
    "inc": "incorporated",
    "ltd": "limited",
    "co": "company",
    "corp": "corporation",
    "bros": "brothers",
    "dept": "department",
    "univ": "university",
    "assn": "association",
    "ave": "avenue",
    "blvd": "boulevard",
    "rd": "road",
    "hwy": "highway",
    "apt": "apartment",
    "approx": "approximately",
    "est": "established",
    "fig": "figure",
    "eq": "equation",
    "sec": "section",
    "ch": "chapter",
    "vol": "volume",
    "ed": "edition",
    "eds": "editors",
    "pp": "pages",
    "cf": "compare",
    "ca": "circa",
    "viz": "namely",
    "al": "al",
    "dist": "district",
    "min": "minutes",
    "max": "maximum",
    "hr": "hour",
    "hrs": "hours",
    "oz": "ounces",
    "lb": "pounds",
    "lbs": "pounds",
    "vs": "versus",
    "esp": "especially",
    "incl": "including",
    "misc": "miscellaneous",
    "tel": "telephone",
    "ext": "extension",
    "dec": "december",
    "jan": "january",
    "feb": "february",
    "mar": "march",
    "apr": "april",
    "jun": "june",
    "jul": "july",
    "aug": "august",
    "sept": "september",
    "sep": "september",
    "oct": "october",
    "nov": "november",
    "mon": "monday",
    "tue": "tuesday",
    "tues": "tuesday",
    "wed": "wednesday",
    "thu": "thursday",
    "thur": "thursday",
    "thurs": "thursday",
    "fri": "friday",
    "sat": "saturday",
    "sun": "sunday",
}
# These are words too: only an abbreviation when a number (or capital, for No.) follows.
BEFORE_NUMBER = {
    "no": "number",
    "nos": "numbers",
    "pp": "pages",
    "figs": "figures",
    "p": "page",
    "pg": "page",
    "art": "article",
    "op": "opus",
    "par": "paragraph",
    "fig": "figure",
    "vol": "volume",
    "ch": "chapter",
    "sec": "section",
    "c": "circa",
}
# Ordinary words that look like an abbreviation: need a capital or a following number.
AMBIGUOUS = frozenset(
    "co est min max sat sun mon wed mar jun dec ed al sec ch fig art par op no col gen rep hon mt "
    "ft rev apt ext ca".split()
)
# Written without a full stop as well.
PLAIN = {
    "vs": "versus",
    "mr": "mister",
    "mrs": "missus",
    "ms": "miz",
    "dr": "doctor",
    "etc": "etcetera",
    "approx": "approximately",
    "feat": "featuring",
}

# Symbols that are read wherever they stand.
SYMBOLS = {
    "&": "and",
    "@": "at",
    "%": "percent",
    "‰": "per mille",
    "+": "plus",
    "=": "equals",
    "×": "times",
    "÷": "divided by",
    "±": "plus or minus",
    "≈": "approximately",
    "≠": "is not equal to",
    "≤": "less than or equal to",
    "≥": "greater than or equal to",
    "<": "less than",
    ">": "greater than",
    "√": "square root of",
    "∞": "infinity",
    "∑": "sum",
    "∫": "integral",
    "°": "degrees",
    "©": "copyright",
    "§": "section",
    "€": "euros",
    "$": "dollars",
    "£": "pounds",
    "¥": "yen",
    "→": "to",
    "µ": "micro",
}
STATES = frozenset(  # before a five-digit postal code
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM "
    "NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR".split()
)
VULGAR = {
    "½": ("1", "2"),
    "⅓": ("1", "3"),
    "⅔": ("2", "3"),
    "¼": ("1", "4"),
    "¾": ("3", "4"),
    "⅛": ("1", "8"),
    "⅜": ("3", "8"),
    "⅝": ("5", "8"),
    "⅞": ("7", "8"),
    "⅕": ("1", "5"),
}
ARITHMETIC = {
    "-": "minus",
    "−": "minus",
    "/": "divided by",
    "*": "times",
    "^": "to the power of",
}
INITIALS = {"e.g": "for example", "i.e": "that is", "a.k.a": "also known as"}
SLASHED = {
    "and/or": "and or",
    "w/o": "without",
    "w/": "with",
    "c/o": "care of",
    "n/a": "N. A.",
    "i/o": "I. O.",
    "a/c": "A. C.",
    "tcp/ip": "T. C. P. I. P.",
}
# Inside addresses, file names and code.
URL_SYMBOLS = {
    ".": "dot",
    "/": "slash",
    "\\": "backslash",
    "-": "dash",
    "_": "underscore",
    ":": "colon",
    "?": "question mark",
    "=": "equals",
    "&": "and",
    "#": "hash",
    "@": "at",
    "+": "plus",
    "%": "percent",
    "~": "tilde",
    "*": "star",
}
# Common emoji whose Unicode name is long or dated; the others are read by that name.
EMOJI = {
    "❤": "red heart",
    "😂": "tears of joy",
    "🤣": "rolling on the floor laughing",
    "👍": "thumbs up",
    "👎": "thumbs down",
    "🙏": "folded hands",
    "🔥": "fire",
    "💯": "hundred points",
    "😊": "smiling face",
    "😀": "grinning face",
    "😍": "heart eyes",
    "😭": "crying loudly",
    "✅": "check mark",
    "✔": "check mark",
    "❌": "cross mark",
    "⭐": "star",
    "★": "star",
    "☆": "star",
    "🤷": "shrug",
    "🤦": "facepalm",
    "👏": "clapping hands",
    "💪": "flexed biceps",
    "☀": "sun",
    "☺": "smiling face",
}

REGNAL = frozenset(
    "henry louis george edward charles james william elizabeth mary john paul pius benedict leo "
    "gregory innocent clement urban alexander nicholas catherine peter philip ferdinand frederick "
    "richard robert david stephen napoleon ivan charles ramses ramesses xerxes darius otto rudolf "
    "carl gustav gustavus christian olaf haakon harald alfonso juan carlos pedro victor umberto "
    "wilhelm francis franz joseph leopold albert ptolemy thutmose amenhotep king queen pope tsar "
    "emperor sixtus boniface julius margaret felipe constantine basil malcolm".split()
)
NUMBERED = frozenset(
    "chapter part volume book act scene section war type phase class grade level stage article "
    "appendix figure table title bowl episode season series verse canto lesson unit module step "
    "schedule annex mark division category group region tier round game quest fantasy rocky vol "
    "paragraph item option factor".split()
)
