"""Tables for English normalization: symbols, signs in addresses, fractions, emoji.

Data only. A spoken word that ends in a full stop ("F.") is the name of a letter.
"""

from __future__ import annotations

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
SLASHED = {
    "and/or": "and or",
    "w/o": "without",
    "w/": "with",
    "c/o": "care of",
    "n/a": "N. A.",
    "i/o": "I. O.",
    "a/c": "A. C.",
    "tcp/ip": "T. C. P. I. P.",
    "he/she": "he or she",
    "she/he": "she or he",
    "him/her": "him or her",
    "his/her": "his or her",
    "his/hers": "his or hers",
    "s/he": "she or he",
    "b/c": "because",
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
# Characters of programs and of HTML, as prose says them; an empty reading is silent.
CODE = {
    "!=": "is not equal to",
    "==": "equals",
    "<=": "less than or equal to",
    ">=": "greater than or equal to",
    "&&": "and",
    "||": "or",
    "->": "to",
    "=>": "to",
    "<-": "",
}
ENTITIES = {
    "&amp;": "and",
    "&lt;": "less than",
    "&gt;": "greater than",
    "&mdash;": "—",
    "&ndash;": "—",
    "&hellip;": "…",
}
# After a slash: "$5/month", "3 times/week".
RATES = {
    "mo": "month",
    "yr": "year",
    "wk": "week",
    "d": "day",
    "hr": "hour",
    "h": "hour",
    "min": "minute",
    "sec": "second",
    "s": "second",
    "kg": "kilogram",
    "g": "gram",
    "lb": "pound",
    "oz": "ounce",
    "l": "liter",
    "ml": "milliliter",
    "kwh": "kilowatt hour",
    "gb": "gigabyte",
    "km": "kilometer",
    "mi": "mile",
    "sqft": "square foot",
}
RATES |= {
    word: word
    for word in "month year week day hour minute second night person user head unit item seat "
    "share page pound gallon ton mile liter litre meter metre kilo family child adult".split()
}
