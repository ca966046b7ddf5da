"""Decides which sentences are worth training on: splitting, cleaning and refusing.

Works on plain strings; it does not know where they come from or what becomes of them.
"""

import re

ENGLISH_LENGTH = (3, 220)  # characters
MANDARIN_LENGTH = (2, 60)  # characters; 60 hanzi are about 15 s of speech
MIN_LETTERS = 0.70  # share of letters in an English sentence, spaces not counted
MAX_CAPITALS = 0.30  # share of capitals among the letters; above it somebody shouts

_ABBREVIATIONS = (
    "Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|Gen|Col|Capt|Lt|Sgt|Rev|Hon|Gov|Sen|Rep|Pres|vs|etc|cf|al|ed|eds"
    "|vol|pp|p|ch|fig|approx|Inc|Ltd|Co|Corp|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec"
)
_PROTECTED = re.compile(
    r"\b(?:" + _ABBREVIATIONS + r")\.|\b(?:[A-Za-z]\.){2,}|\b[A-Z]\.(?=\s)|\b(?:e\.g|i\.e)\.",
)
_DOT = "\u2024"  # stands for a full stop that ends no sentence while we split
_ENGLISH_END = re.compile(r"(?<=[.!?])[\"'”’)]*\s+(?=[\"'“‘(]?[A-Z0-9])")
_ENGLISH_ALLOWED = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ0-9 ,.!?;:'\"$%&/()\u2014-]+")
_ENGLISH_FINAL = re.compile(r"[.!?][\"')]?$")
_CODE = re.compile(
    r"\b(?:https?|www|ftp|printf|void|const|struct|sizeof|stdin|stdout|foo|baz|libc)\b"
    r"|\w+\.(?:com|org|net|edu|html?|txt|exe|py|pl|cc?)\b|/\w*/|\w\(|\)\w|\w{23,}"
    r"|\b(?:pp?|vol|op)\. ?\d|\bop\. cit|\bIbid|\b[A-J]\.\d"
)
_QUOTES = str.maketrans(
    {
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "`": "'",
        "´": "'",
        "–": "-",
        "…": "...",
        "\u00a0": " ",
    }
)
_OFFENSIVE_ENGLISH = re.compile(
    r"\b(?:f+u+c+k\w*|motherf\w+|shit\w*|bullshit|cunt\w*|nigg\w+|negro\w*|fag(?:got)?s?|dykes?"
    r"|kikes?|spics?|chinks?|gooks?|wetbacks?|trann(?:y|ies)|retard(?:ed|s)?|whor(?:e|es|ing)|sluts?"
    r"|bitch\w*|bastards?|rap(?:e|es|ed|ist|ists|ing)|porn\w*|penis\w*|vagina\w*|dick(?:s|head)?"
    r"|cocks?|pussy|tits|titties|boobs?|blowjob\w*|masturbat\w*|orgasm\w*|horny|incest\w*"
    r"|pedophil\w*|molest\w*|heil|polacks?|japs?|kraut|darkies|mulatto\w*|sodom\w*|ass(?:hole)?s?"
    r"|piss\w*|fart\w*|sex\w*|erotic\w*|prostitut\w*|harlot\w*|suicid\w*)\b",
    re.IGNORECASE,
)
_OFFENSIVE_MANDARIN = re.compile(
    "傻逼|傻B|妈的|他妈|操你|狗日|婊|妓女|强奸|贱人|鸡巴|屌|肏|脑残|王八|混蛋|垃圾人|黑鬼|鬼子|支那|色情|性交|做爱|自杀|法轮|台独"
)
_HALF_TO_FULL = str.maketrans(
    {",": "，", "?": "？", "!": "！", ";": "；", ":": "：", "(": "（", ")": "）"}
)
_FULL_DIGITS = str.maketrans("０１２３４５６７８９．％", "0123456789.%")
_MANDARIN_ALLOWED = re.compile(r"[\u4e00-\u9fff0-9，。！？；：、“”《》—….%]+")
_MANDARIN_END = re.compile(r"(?<=[。！？])[”’]*")
_HANZI = re.compile(r"[\u4e00-\u9fff]")


def english_sentences(paragraph: str) -> list[str]:
    """Splits a paragraph and keeps the sentences that a person could read aloud."""
    text = " ".join(paragraph.translate(_QUOTES).split())
    text = re.sub(r" ?--+ ?| - ", " \u2014 ", text)
    text = _PROTECTED.sub(lambda match: match.group().replace(".", _DOT), text)
    kept = (_clean_english(part.replace(_DOT, ".")) for part in _ENGLISH_END.split(text))
    return [sentence for sentence in kept if sentence]


def _clean_english(sentence: str) -> str:
    """Returns the sentence without stray quotes and brackets, or "" where it is not wanted."""
    sentence = sentence.strip()
    for mark in ('"', "(", ")"):
        if sentence.count('"') % 2 or sentence.count("(") != sentence.count(")"):
            sentence = sentence.replace(mark, "")
    sentence = " ".join(sentence.split()).replace("....", "...")
    return sentence if is_good_english(sentence) else ""


def is_good_english(sentence: str) -> bool:
    """Tells whether an English sentence is clean prose of a length worth rendering."""
    shortest, longest = ENGLISH_LENGTH
    if not shortest <= len(sentence) <= longest or not _ENGLISH_ALLOWED.fullmatch(sentence):
        return False
    if not (sentence[0].isupper() or sentence[0] in "\"'" or sentence[0].isdigit()):
        return False
    if not _ENGLISH_FINAL.search(sentence) or sentence.count(" ") < 1:
        return False
    letters = [c for c in sentence if c.isalpha()]
    solid = sum(not c.isspace() for c in sentence)
    shouting = sum(c.isupper() for c in letters) > MAX_CAPITALS * len(letters)
    if len(letters) < MIN_LETTERS * solid or (shouting and len(letters) > 12):
        return False
    return not (_CODE.search(sentence) or _OFFENSIVE_ENGLISH.search(sentence))


def mandarin_sentences(paragraph: str) -> list[str]:
    """Splits a Mandarin paragraph and keeps its clean sentences."""
    text = re.sub(r"\s+", " ", paragraph).strip().translate(_FULL_DIGITS)
    text = re.sub(r"[（(][^（）()]{0,40}[）)]", "", text)
    text = text.translate(_HALF_TO_FULL)
    text = re.sub(r"(?<=[\u4e00-\u9fff])[.．](?=[\u4e00-\u9fff]|$)", "。", text)
    text = re.sub(r"([。！？，])\1+", r"\1", re.sub(r"[。.]{2,}|…+", "……", text))
    text = re.sub(r"(?<=[\u4e00-\u9fff，]) +(?=[\u4e00-\u9fff])", "", text)
    kept = (_balanced(part.strip()) for part in _MANDARIN_END.split(text))
    return [sentence for sentence in kept if is_good_mandarin(sentence)]


def _balanced(sentence: str) -> str:
    """Returns the sentence without quotes or book marks where one of a pair is missing."""
    for opening, closing in ("“”", "《》"):
        if sentence.count(opening) != sentence.count(closing):
            sentence = sentence.replace(opening, "").replace(closing, "")
    return sentence


def is_good_mandarin(sentence: str) -> bool:
    """Tells whether a Mandarin sentence is clean, whole and of a length worth rendering."""
    shortest, longest = MANDARIN_LENGTH
    if not shortest <= len(sentence) <= longest or not _MANDARIN_ALLOWED.fullmatch(sentence):
        return False
    if sentence[-1] not in "。！？" or not _HANZI.match(sentence.lstrip("“《0123456789")[:1]):
        return False
    hanzi = len(_HANZI.findall(sentence))
    digits = sum(c.isdigit() for c in sentence)
    if hanzi < 2 or digits > 0.3 * len(sentence) or re.search(r"(.)\1{3}", sentence):
        return False
    return not _OFFENSIVE_MANDARIN.search(sentence)
